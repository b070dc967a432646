"""What is locked and loaded, by the way a moment can go: what one go would let out."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from nowroom.desk.operations.rows import by_keys
from nowroom.listening.models import Signal
from nowroom.people.models import Brand
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.queries import concern, in_scope

# A desk has a handful of scenarios loaded, not thousands: groups are looked for among so many deliveries.
_MOST_READ = 500
# Moment, scenario of the yes, scenario of the asset, asset: what a group is called by.
_NAMES = (
    "variant__revision__asset__moment__name",
    "approval__request__scenario__name",
    "variant__revision__asset__scenario__name",
    "variant__revision__asset__name",
)

# In digits, more than a database integer holds.
_LONGEST_KEY = 19


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


def plays(brand: Brand, *, most: int) -> list[Play]:
    """So many of what is loaded, grouped by scenario or, where it has none, by asset."""
    return _grouped(brand, Delivery.objects.for_brand(brand), most)


def fitting_plays(brand: Brand, signal: Signal, *, most: int) -> list[Play]:
    """What is loaded for what the signal is about; what else is loaded where the topic names nothing of ours."""
    about = concern(signal)
    fitting = Delivery.objects.for_brand(brand).filter(passage__in=in_scope(brand, about)) if about else None
    return (_grouped(brand, fitting, most) if fitting is not None else []) or plays(brand, most=most)


def posted_keys(given: Iterable[str]) -> list[int]:
    """The primary keys among what a form sent; anything that no database integer could be is left out."""
    return [int(key) for key in given if key.isdecimal() and len(key) < _LONGEST_KEY]


def loaded_of(brand: Brand, keys: Sequence[int]) -> list[Delivery]:
    """Those of the deliveries that still wait for a go."""
    rows = Delivery.objects.for_brand(brand).filter(pk__in=keys, state=DeliveryState.LOADED)
    return by_keys(brand, list(rows.order_by("pk").values_list("pk", flat=True)))


def _grouped(brand: Brand, rows: QuerySet[Delivery], most: int) -> list[Play]:
    """The first groups; only their deliveries are read whole."""
    loaded = rows.filter(state=DeliveryState.LOADED).order_by("pk").values_list("pk", *_NAMES)[:_MOST_READ]
    groups: dict[tuple[str, str], list[int]] = {}
    for key, moment, cleared_for, made_for, asset in loaded:
        groups.setdefault((moment or _("At any time"), cleared_for or made_for or asset), []).append(key)
    shown = list(groups.items())[:most]
    found = {delivery.pk: delivery for delivery in by_keys(brand, [key for _name, keys in shown for key in keys])}
    return [Play(name, moment, tuple(found[k] for k in keys if k in found)) for (moment, name), keys in shown]
