"""When a plan would go out in each account's zone, and what a clock change does to it."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from nowroom.accounts.models import Account
from nowroom.lib.localtime import instant


class Timing(StrEnum):
    """How a time is meant: one instant for all, the same clock time in each account's zone, or a person's go."""

    INSTANT = "instant"
    LOCAL = "local"
    GO = "go"


class Shift(StrEnum):
    """What a clock change does to a wall-clock time."""

    NONE = ""
    SKIPPED = "skipped"
    TWICE = "twice"


@dataclass(frozen=True, slots=True)
class Local:
    """When something goes to one account. `due_at` is aware, or None on a go; `zone` is where `typed` was meant."""

    account: Account
    due_at: datetime | None
    zone: str = ""
    typed: datetime | None = None

    @property
    def shift(self) -> Shift:
        """What a clock change in `zone` does to the typed time."""
        return shift(self.typed, ZoneInfo(self.zone)) if self.typed else Shift.NONE


def local_times(accounts: Iterable[Account], timing: Timing, *, typed: datetime | None, zone: str) -> list[Local]:
    """When the typed wall-clock time (naive) is, for each account.

    Args:
        accounts: where it goes.
        timing: how the time is meant.
        typed: the wall-clock time; None only on a go.
        zone: the zone of an instant; not looked at otherwise.

    """
    if timing is Timing.GO or typed is None:
        return [Local(account, None) for account in accounts]
    meant = [(account, zone if timing is Timing.INSTANT else account.time_zone) for account in accounts]
    return [Local(account, instant(typed, ZoneInfo(where)), where, typed) for account, where in meant]


def shift(wall_clock: datetime, zone: ZoneInfo) -> Shift:
    """Whether clocks in the zone skip this wall-clock time (naive), or show it twice."""
    if instant(wall_clock, zone).astimezone(zone).replace(tzinfo=None) != wall_clock:
        return Shift.SKIPPED
    first, second = (wall_clock.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    return Shift.NONE if first == second else Shift.TWICE


def fingerprint(times: Iterable[Local]) -> str:
    """Tells whether the times that a person was shown are the ones that would be asked for."""
    lines = sorted(f"{time.account.pk} {time.due_at.isoformat() if time.due_at else 'go'}" for time in times)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]
