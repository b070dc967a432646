"""A hold with what it means for deliveries: what it stops, what had started, what was out before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, QuerySet

from nowroom.desk.operations.rows import by_keys, first
from nowroom.listening.models import Mention
from nowroom.listening.queries import telling
from nowroom.people.models import Brand
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import in_flight_at
from nowroom.safety.models import Hold
from nowroom.safety.queries import Term, in_scope, scope_of, undecided

MOST_SHOWN = 50
# What went out longer ago than this is history: it is in the queue, not beside a hold.
OUT_LATELY = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Standing:
    """One hold as pages show it. Lists are cut at what was asked for; the counts are whole."""

    hold: Hold
    evidence: Sequence[Mention]
    stopped: list[Delivery]
    stopped_count: int
    in_flight: list[Delivery]
    out: list[Delivery]


def standing(hold: Hold, *, now: datetime, most: int = MOST_SHOWN) -> Standing:
    """Read one hold with at most so many deliveries and posts of each list."""
    waiting = undecided_deliveries(hold)
    return Standing(
        hold=hold,
        evidence=telling(hold.signal)[:most] if hold.signal else [],
        stopped=first(hold.brand, waiting, most),
        stopped_count=0 if hold.lifted_at else undecided(hold).count(),
        in_flight=list(in_flight_at(hold)),
        out=first(hold.brand, out_in_scope(hold.brand, scope_of(hold), before=hold.placed_at, now=now), most),
    )


def undecided_deliveries(hold: Hold) -> QuerySet[Delivery]:
    """What the hold still stops, by due time; nothing once it is lifted."""
    rows = Delivery.objects.for_brand(hold.brand_id)
    if hold.lifted_at:
        return rows.none()
    waiting = rows.filter(passage__in=undecided(hold).order_by())
    return waiting.order_by(F("due_at").asc(nulls_last=True), "pk")


def out_in_scope(brand: Brand, scope: Sequence[Term], *, before: datetime, now: datetime) -> QuerySet[Delivery]:
    """What went out lately, before that instant, and would be in scope: a takedown could still take it back."""
    since = min(before, now) - OUT_LATELY
    rows = Delivery.objects.for_brand(brand).filter(published_at__gte=since, published_at__lt=before)
    rows = rows.filter(state__in=[DeliveryState.PUBLISHED, DeliveryState.REMOVING])
    return rows.filter(passage__in=in_scope(brand, scope)).order_by("-published_at", "pk")


def started(brand: Brand, passage_ids: Sequence[int]) -> list[Delivery]:
    """The deliveries behind these passages."""
    rows = Delivery.objects.for_brand(brand).filter(passage_id__in=passage_ids).order_by("due_at", "pk")
    return by_keys(brand, list(rows.values_list("pk", flat=True)))
