"""The library with what became of each asset."""

import json
from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from nowroom.clearance.models import Approval, ApprovalRequest, RequestState
from nowroom.content.models import Asset, Revision
from nowroom.content.queries import says
from nowroom.people.models import Brand
from nowroom.publishing.models import Delivery, DeliveryState

S = DeliveryState


def shelf(brand: Brand, now: datetime) -> QuerySet[Asset]:
    """The brand's assets by name, with `newest` and whether each is `is_out`, `waits`, `is_cleared` or `is_asked`.

    Cleared means that a yes on the newest revision stands; what was said of older ones no longer counts.
    """
    deliveries = Delivery.objects.for_brand(brand).filter(variant__revision__asset=OuterRef("pk"))
    newest = {"revision__asset": OuterRef("pk"), "revision__number": OuterRef("newest")}
    yes = Approval.objects.for_brand(brand).filter(**newest, revoked_at__isnull=True, valid_until__gt=now)
    asked = ApprovalRequest.objects.for_brand(brand).filter(**newest, state=RequestState.OPEN, valid_until__gt=now)
    number = Revision.objects.for_brand(brand).filter(asset=OuterRef("pk")).order_by("-number").values("number")[:1]
    rows = Asset.objects.for_brand(brand).select_related("moment", "scenario").order_by("name", "pk")
    # Not an aggregate: the conditions that follow compare with it row by row.
    return rows.annotate(newest=Subquery(number)).annotate(
        is_out=Exists(deliveries.filter(state=S.PUBLISHED)),
        waits=Exists(deliveries.filter(state__in=[S.LOADED, S.QUEUED])),
        is_cleared=Exists(yes),
        is_asked=Exists(asked),
    )


USES = {
    "out": Q(is_out=True),
    "queued": Q(waits=True),
    "cleared": Q(is_cleared=True),
    "asked": Q(is_asked=True),
    "unused": Q(is_out=False, waits=False, is_cleared=False, is_asked=False),
}


def narrowed(rows: QuerySet[Asset], *, text: str = "", tag: str = "", moment: int | None, use: str) -> QuerySet[Asset]:
    """Those that hold the text in name, tags or any revision, with the tag, of the moment, in that use."""
    rows = rows.annotate(tags_as_text=Cast("tags", TextField()))
    if text:
        rows = rows.filter(Q(name__icontains=text) | _tagged(text) | says(text))
    if tag:
        rows = rows.filter(_tagged(tag))
    if moment is not None:
        rows = rows.filter(moment_id=moment)
    return rows.filter(USES[use]) if use in USES else rows


def _tagged(tag: str) -> Q:
    """A tag that holds this; databases keep letters beyond ASCII in JSON either as they are or escaped."""
    return Q(tags_as_text__icontains=tag) | Q(tags_as_text__icontains=json.dumps(tag)[1:-1])
