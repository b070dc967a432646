"""Who is asked for what, and what they are shown."""

from datetime import datetime

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from nowroom.clearance.models import ApprovalRequest, Ask, PlannedDelivery, RequestState
from nowroom.clearance.rules import MOST_APPROVERS, RISK_QUESTIONS, Plan, Verdict, digest, token_hash
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand, Person
from nowroom.people.queries import Permission, actor_for, permissions

__all__ = [
    "MOST_APPROVERS", "RISK_QUESTIONS", "Plan", "Verdict", "answered_requests", "ask_behind", "ask_of",
    "asks_waiting_for", "current_digest", "open_requests", "overdue_requests", "planned_deliveries", "unsent_asks",
]  # fmt: skip


def open_requests(brand: Brand) -> QuerySet[ApprovalRequest]:
    """Requests that wait for a yes, the most urgent first."""
    rows = ApprovalRequest.objects.for_brand(brand).filter(state=RequestState.OPEN)
    return _with_asks(rows).order_by("valid_until", "pk")


def answered_requests(brand: Brand) -> QuerySet[ApprovalRequest]:
    """Requests that nobody can answer any more, the newest first."""
    rows = ApprovalRequest.objects.for_brand(brand).exclude(state=RequestState.OPEN)
    return _with_asks(rows).order_by("-asked_at", "-pk")


def asks_waiting_for(person: Person, brand: Brand) -> QuerySet[Ask]:
    """What waits for this person's answer on the brand."""
    rows = Ask.objects.for_brand(brand).filter(approver=person, answer__isnull=True, request__state=RequestState.OPEN)
    return rows.select_related("request__revision__asset").order_by("request__valid_until", "pk")


def unsent_asks() -> QuerySet[Ask]:
    """Asks whose letter has not gone out yet, on all brands: for the tick worker."""
    rows = Ask.objects.everywhere().filter(letter_at__isnull=True, request__state=RequestState.OPEN)
    return rows.select_related("approver", "brand", "request__revision__asset", "request__asked_by").order_by("pk")


def overdue_requests(now: datetime) -> QuerySet[ApprovalRequest]:
    """Open requests whose validity is over, on all brands: for the tick worker."""
    return ApprovalRequest.objects.everywhere().filter(state=RequestState.OPEN, valid_until__lte=now)


def planned_deliveries(request: ApprovalRequest) -> list[PlannedDelivery]:
    """What a yes would let out, by time, with variants, images and accounts."""
    rows = PlannedDelivery.objects.for_brand(request.brand_id).filter(request=request)
    return list(
        rows.select_related("variant", "account")
        .prefetch_related("variant__images")
        .order_by(F("due_at").asc(nulls_last=True), "pk")
    )


def current_digest(request: ApprovalRequest) -> str:
    """The digest of what the request would publish as it stands in the database now."""
    return digest(request, planned_deliveries(request))


def ask_of(token: str) -> Ask:
    """The ask that a link belongs to, whether or not it can still be answered.

    Raises:
        Refused: the link is forged, or was replaced by a newer one.
    """
    asks = Ask.objects.everywhere().select_related(
        "request__revision__asset__moment", "request__scenario", "request__asked_by", "brand", "approver"
    )
    ask = asks.filter(token_hash=token_hash(token)).first()
    if ask is None:
        raise Refused("link.replaced", _("A newer link was sent. Open the newest letter."))
    return ask


def ask_behind(token: str, *, now: datetime) -> Ask:
    """The ask that a link belongs to.

    Raises:
        Refused: the link is forged, was replaced by a newer one, has expired, was used, or its
            receiver no longer approves.
    """
    ask = ask_of(token)
    if Permission.APPROVE not in permissions(actor_for(ask.approver), ask.brand):
        raise Refused(
            "link.closed", _("This link is closed: whoever it was sent to no longer approves for this brand.")
        )
    if hasattr(ask, "answer"):
        raise Refused("link.used", _("This link was used: the answer is on the record. Nothing was changed."))
    if now >= ask.expires_at:
        raise Refused(
            "link.expired", _("This link has expired, and nothing went out. Ask for a new one if it still matters.")
        )
    return ask


def _with_asks(rows: QuerySet[ApprovalRequest]) -> QuerySet[ApprovalRequest]:
    rows = rows.select_related("revision__asset", "scenario", "asked_by")
    return rows.prefetch_related("asks__approver", "asks__answer", "planned__account", "planned__variant")
