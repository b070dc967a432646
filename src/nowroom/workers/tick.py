"""What time does by itself: windows close, leases end, requests lapse."""

from datetime import datetime

from nowroom.clearance import actions as clearance
from nowroom.clearance.queries import overdue_requests
from nowroom.lib.actor import system
from nowroom.publishing import actions as publishing
from nowroom.publishing.queries import abandoned_deliveries, missed_deliveries, with_everything

TICK = system("tick")
_AT_ONCE = 200


def turn(now: datetime) -> int:
    """One round at this instant; the number of things done."""
    return _expire(now) + _recover(now) + _lapse(now)


def _expire(now: datetime) -> int:
    rows = list(with_everything(missed_deliveries(now))[:_AT_ONCE])
    for delivery in rows:
        publishing.expire(delivery, by=TICK, now=now)
    return len(rows)


def _recover(now: datetime) -> int:
    rows = list(with_everything(abandoned_deliveries(now))[:_AT_ONCE])
    for delivery in rows:
        publishing.recover(delivery, by=TICK, now=now)
    return len(rows)


def _lapse(now: datetime) -> int:
    rows = list(overdue_requests(now)[:_AT_ONCE])
    for request in rows:
        clearance.lapse(request, by=TICK, now=now)
    return len(rows)
