"""What is locked and loaded, by the way a moment can go: what one go would let out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nowroom.desk.operations.rows import by_keys
from nowroom.listening.models import Signal
from nowroom.people.models import Brand
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.queries import concern, in_scope

_MOST = 60


@dataclass(frozen=True, slots=True)
class Play:
    """Loaded deliveries that go together; those behind a hold stay."""

    name: str
    moment: str
    deliveries: tuple[Delivery, ...]

    @property
    def ready(self) -> tuple[Delivery, ...]:
        """What a go would let out now."""
        return tuple(delivery for delivery in self.deliveries if not delivery.is_held)  # type: ignore[attr-defined] # annotated by publishing.queries.queue


def plays(brand: Brand) -> list[Play]:
    """Everything loaded, grouped by scenario or, where it has none, by asset."""
    return _grouped(brand, Delivery.objects.for_brand(brand))


def fitting_plays(brand: Brand, signal: Signal) -> list[Play]:
    """What is loaded for what the signal is about; everything loaded where the topic names nothing of ours."""
    about = concern(signal)
    rows = Delivery.objects.for_brand(brand)
    return (_grouped(brand, rows.filter(passage__in=in_scope(brand, about))) if about else []) or plays(brand)


def loaded_of(brand: Brand, keys: Sequence[int]) -> list[Delivery]:
    """Those of the deliveries that still wait for a go."""
    rows = Delivery.objects.for_brand(brand).filter(pk__in=keys, state=DeliveryState.LOADED)
    return by_keys(brand, list(rows.order_by("pk").values_list("pk", flat=True)))


def _grouped(brand: Brand, rows: QuerySet[Delivery]) -> list[Play]:
    loaded = rows.filter(state=DeliveryState.LOADED).order_by("pk")
    groups: dict[tuple[str, str], list[Delivery]] = {}
    for delivery in by_keys(brand, list(loaded.values_list("pk", flat=True)[:_MOST])):
        groups.setdefault(_key(delivery), []).append(delivery)
    return [Play(name, moment, tuple(deliveries)) for (moment, name), deliveries in groups.items()]


def _key(delivery: Delivery) -> tuple[str, str]:
    asset = delivery.variant.revision.asset
    scenario = delivery.approval.request.scenario or asset.scenario
    moment = asset.moment.name if asset.moment else _("At any time")
    return moment, scenario.name if scenario else asset.name
