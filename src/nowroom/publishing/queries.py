"""The queue: what is due, what is held, what is next, and what needs a person."""

from datetime import datetime, timedelta

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from nowroom.accounts.models import Health
from nowroom.clearance.models import PlannedDelivery
from nowroom.content.models import Asset, Revision
from nowroom.people.models import Brand
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.rules import WAITING, scope_keys
from nowroom.safety.models import Hold
from nowroom.safety.queries import held, holds_naming

S = DeliveryState


def with_everything(rows: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """The same rows with what a delivery card shows, in one go."""
    return rows.select_related(
        "brand", "account", "passage", "approval", "planned", "variant__revision__asset__moment"
    ).prefetch_related("variant__images")


def due_deliveries(now: datetime) -> QuerySet[Delivery]:
    """What a sender may claim now, on all brands, the earliest first: due, not held, account not known broken."""
    ready = Delivery.objects.everywhere().filter(state=S.QUEUED, due_at__lte=now, expires_at__gt=now)
    ready = ready.filter(Q(not_before__isnull=True) | Q(not_before__lte=now))
    ready = ready.filter(account__is_active=True).exclude(account__health=Health.BROKEN)
    return ready.filter(~held("passage_id")).order_by("due_at", "pk")


def missed_deliveries(now: datetime) -> QuerySet[Delivery]:
    """Waiting deliveries whose publish window or whose yes is over, on all brands."""
    late = Q(expires_at__lte=now) | Q(state=S.LOADED, approval__valid_until__lte=now)
    return Delivery.objects.everywhere().filter(late, state__in=WAITING).order_by("pk")


def abandoned_deliveries(now: datetime) -> QuerySet[Delivery]:
    """Deliveries whose sender never came back, on all brands."""
    return Delivery.objects.everywhere().filter(state=S.SENDING, lease_until__lte=now).order_by("pk")


def unknown_deliveries(now: datetime) -> QuerySet[Delivery]:
    """Deliveries whose answer was lost and that are due for a look at the channel, on all brands."""
    rows = Delivery.objects.everywhere().filter(state=S.UNKNOWN)
    return rows.filter(Q(not_before__isnull=True) | Q(not_before__lte=now)).order_by("pk")


def removals(now: datetime) -> QuerySet[Delivery]:
    """Deliveries to take down, on all brands."""
    rows = Delivery.objects.everywhere().filter(state=S.REMOVING)
    return rows.filter(Q(not_before__isnull=True) | Q(not_before__lte=now)).order_by("pk")


def queue(brand: Brand) -> QuerySet[Delivery]:
    """Every delivery of the brand with `is_held` and `is_superseded`, by due time."""
    rows = with_everything(Delivery.objects.for_brand(brand))
    newer = Revision.objects.for_brand(brand).filter(
        asset_id=OuterRef("variant__revision__asset_id"), number__gt=OuterRef("variant__revision__number")
    )
    by_time = F("due_at").asc(nulls_last=True)  # said, because databases differ
    return rows.annotate(is_held=held("passage_id"), is_superseded=Exists(newer)).order_by(by_time, "pk")


def upcoming(brand: Brand) -> QuerySet[Delivery]:
    """What goes out next: queued, by due time."""
    return queue(brand).filter(state=S.QUEUED)


def held_deliveries(brand: Brand) -> QuerySet[Delivery]:
    """What waits behind a hold, by due time."""
    return queue(brand).filter(held("passage_id"), state__in=WAITING)


def loaded(brand: Brand) -> QuerySet[Delivery]:
    """Locked and loaded: goes with one tap."""
    return queue(brand).filter(state=S.LOADED)


def needing_a_person(brand: Brand) -> QuerySet[Delivery]:
    """What no rule of ours can settle: answers that stay lost, and what a channel refused."""
    return queue(brand).filter(state__in=[S.UNKNOWN, S.FAILED]).order_by("-due_at", "pk")


def in_flight_at(hold: Hold) -> QuerySet[Delivery]:
    """What had already started when the hold was placed, with how it ended."""
    return queue(hold.brand).filter(passage__in=hold.in_flight.all())


def holds_ahead(planned: list[PlannedDelivery], brand: Brand) -> QuerySet[Hold]:
    """The standing holds that would stop these once they are cleared."""
    would_be = [Delivery(brand=brand, planned=p, variant=p.variant, account=p.account) for p in planned]
    return holds_naming(brand, [key for delivery in would_be for key in scope_keys(delivery)])


def due_brands(now: datetime) -> list[int]:
    """The brands that have something to claim now. Asks brand by brand, as one free delivery of each is enough."""
    queued = Delivery.objects.everywhere().filter(state=S.QUEUED, due_at__lte=now, expires_at__gt=now)
    brands = queued.order_by("brand_id").values_list("brand_id", flat=True).distinct()
    return [brand for brand in brands if due_deliveries(now).filter(brand_id=brand).exists()]


def assets_to_watch(brand: Brand, now: datetime) -> QuerySet[Asset]:
    """Assets with a delivery that waits, is in flight or went out in the last two days: these are listened for."""
    lately = Q(state=S.PUBLISHED, published_at__gte=now - timedelta(days=2))
    waits = Q(state__in=[*WAITING, S.SENDING, S.UNKNOWN])
    rows = Delivery.objects.for_brand(brand).filter(lately | waits)
    ids = rows.values("variant__revision__asset_id")
    return Asset.objects.for_brand(brand).filter(pk__in=ids).select_related("moment").order_by("pk")
