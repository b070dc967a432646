"""The compare-and-set under every change of a delivery's state."""

from typing import Any

from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.rules import NEXT


def move(
    delivery: Delivery, old: DeliveryState, new: DeliveryState, *, attempt: int | None = None, **values: object
) -> bool:
    """Move a delivery from one state to another, with other columns, if it is still in the old one.

    With `attempt`, only if that is still the newest try: a sender that comes back late must not end another's try.
    True when this call moved it; the object then carries the new values. Rescheduling moves `queued` to itself.
    """
    if new is not old and new not in NEXT[old]:
        raise ValueError(f"a delivery does not go from {old} to {new}")
    rows = Delivery.objects.for_brand(delivery.brand_id).filter(pk=delivery.pk, state=old)
    if attempt is not None:
        rows = rows.filter(attempts=attempt)
    if rows.update(state=new, **values) == 0:
        return False
    delivery.state = new
    for name, value in values.items():
        setattr(delivery, name, value)
    return True


def move_from_any(delivery: Delivery, olds: tuple[DeliveryState, ...], new: DeliveryState, **values: Any) -> bool:
    """`move` from whichever of the old states it is in."""
    return any(move(delivery, old, new, **values) for old in olds)
