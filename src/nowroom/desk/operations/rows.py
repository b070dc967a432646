"""Reading the queue a page at a time, fast at any size."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from nowroom.accounts.models import Account
from nowroom.people.models import Brand
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import queue
from nowroom.safety.queries import active_holds, held

S = DeliveryState
PAGE = 25
_WAITING = (S.LOADED, S.QUEUED)
_OPEN = (*_WAITING, S.SENDING, S.UNKNOWN, S.REMOVING)

VIEWS: dict[str, str | Promise] = {
    "open": _("Still to come"),
    "held": _("Held"),
    **{state.value: state.label for state in S},
    "all": _("Everything, newest first"),
}
"""The views of the queue: what is open, what is held, one for each state, everything."""


@dataclass(frozen=True, slots=True)
class QueueNarrowing:
    """Which deliveries to show; an empty part narrows nothing."""

    view: str = "open"
    account: int | None = None
    region: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of deliveries, ready to show. `number` counts from 1."""

    rows: list[Delivery]
    number: int
    has_next: bool


def page_of(brand: Brand, narrowing: QueueNarrowing, *, number: int) -> Page:
    """One page of what matches: what comes by due time, what is over with the newest first.

    The keys of the page come first, without the joins and conditions of a card: those are read for `PAGE` rows only.
    """
    start = (number - 1) * PAGE
    keys = list(_matching(brand, narrowing).values_list("pk", flat=True)[start : start + PAGE + 1])
    return Page(by_keys(brand, keys[:PAGE]), number, has_next=len(keys) > PAGE)


def by_keys(brand: Brand, keys: list[int]) -> list[Delivery]:
    """These deliveries as cards show them, in the order of the keys."""
    if not keys:
        return []
    found = {delivery.pk: delivery for delivery in queue(brand).filter(pk__in=keys).order_by()}
    return [found[key] for key in keys if key in found]


def first(brand: Brand, rows: QuerySet[Delivery], count: int) -> list[Delivery]:
    """The first of some deliveries, as cards show them."""
    return by_keys(brand, list(rows.values_list("pk", flat=True)[:count]))


def next_out(brand: Brand, now: datetime) -> QuerySet[Delivery]:
    """What goes out next by itself: queued, within its window, not held."""
    rows = Delivery.objects.for_brand(brand).filter(state=S.QUEUED, expires_at__gt=now)
    return rows.exclude(held("passage_id")).order_by("due_at", "pk")


def held_rows(brand: Brand) -> QuerySet[Delivery]:
    """What waits behind a hold, by due time."""
    rows = Delivery.objects.for_brand(brand).filter(state__in=_WAITING)
    if not active_holds(brand).exists():
        return rows.none()
    return rows.filter(held("passage_id")).order_by(F("due_at").asc(nulls_last=True), "pk")


def stuck_rows(brand: Brand, now: datetime) -> QuerySet[Delivery]:
    """What needs a person: answers that are lost, and what a channel refused within the last day."""
    lately = Q(state=S.FAILED, due_at__gte=now - timedelta(days=1))
    rows = Delivery.objects.for_brand(brand).filter(state__in=[S.UNKNOWN, S.FAILED])
    return rows.filter(Q(state=S.UNKNOWN) | lately).order_by("-due_at", "pk")


def _matching(brand: Brand, narrowing: QueueNarrowing) -> QuerySet[Delivery]:
    rows = _in_view(brand, narrowing.view)
    if narrowing.account:
        rows = rows.filter(account_id=narrowing.account)
    if narrowing.region:
        accounts = Account.objects.for_brand(brand).filter(region=narrowing.region)
        rows = rows.filter(account_id__in=list(accounts.values_list("pk", flat=True)))
    if narrowing.text:
        named = Q(passage__label__icontains=narrowing.text) | Q(variant__text__icontains=narrowing.text)
        rows = rows.filter(named)
    return rows


def _in_view(brand: Brand, view: str) -> QuerySet[Delivery]:
    rows = Delivery.objects.for_brand(brand)
    if view == "held":
        return held_rows(brand)
    if view == "all":
        return rows.order_by(F("due_at").desc(nulls_last=True), "-pk")
    if view in _OPEN or view == "open":
        states = _OPEN if view == "open" else (view,)
        return rows.filter(state__in=states).order_by(F("due_at").asc(nulls_last=True), "pk")
    return rows.filter(state=view).order_by(F("due_at").desc(nulls_last=True), "-pk")
