"""The compare-and-set under every change of a delivery's state."""

from typing import Any

from django.db.models import QuerySet

from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.rules import NEXT


def move(
    delivery: Delivery, old: DeliveryState, new: DeliveryState, *, attempt: int | None = None, **values: object
) -> bool:
    """Move a delivery from one state to another, with other columns, if it is still in the old one.

    With `attempt`, only if that is still the newest try: a sender that comes back late must not end another's try.
    True when this call moved it; the object then carries the new values. Rescheduling moves `queued` to itself.
    """
    _check(old, new)
    rows = Delivery.objects.for_brand(delivery.brand_id).filter(pk=delivery.pk, state=old)
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
    return _carried_out(rows, delivery, new, values)


def move_from_any(delivery: Delivery, olds: tuple[DeliveryState, ...], new: DeliveryState, **values: Any) -> bool:
    """`move` from whichever of the old states it is in, in one statement: no other move fits in between."""
    for old in olds:
        _check(old, new)
    rows = Delivery.objects.for_brand(delivery.brand_id).filter(pk=delivery.pk, state__in=olds)
    return _carried_out(rows, delivery, new, values)


def _check(old: DeliveryState, new: DeliveryState) -> None:
    if new is not old and new not in NEXT[old]:
        raise ValueError(f"a delivery does not go from {old} to {new}")


def _carried_out(rows: QuerySet[Delivery], delivery: Delivery, new: DeliveryState, values: dict[str, Any]) -> bool:
    if rows.update(state=new, **values) == 0:
        return False
    delivery.state = new
    for name, value in values.items():
        setattr(delivery, name, value)
    return True
