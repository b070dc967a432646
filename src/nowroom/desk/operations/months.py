"""A month in a zone, as the calendar pages through it."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from nowroom.lib.localtime import instant

_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_YEARS = range(1970, 2200)


@dataclass(frozen=True, slots=True)
class Month:
    """One calendar month by the clocks of a zone."""

    first: date
    zone: ZoneInfo

    @classmethod
    def read(cls, text: str, *, zone: ZoneInfo, now: datetime) -> "Month":
        """The month that an address names as ``2026-03``; the present one where it names none."""
        match = _MONTH.fullmatch(text)
        year, month = (int(match[1]), int(match[2])) if match else (0, 0)
        if year in _YEARS and 1 <= month <= 12:  # noqa: PLR2004 - months of a year
            return cls(date(year, month, 1), zone)
        return cls(now.astimezone(zone).date().replace(day=1), zone)

    @property
    def starts(self) -> datetime:
        """Its first instant, in UTC."""
        return instant(datetime.combine(self.first, time()), self.zone).astimezone(UTC)

    @property
    def ends(self) -> datetime:
        """The first instant after it, in UTC."""
        return self._shifted(1).starts

    @property
    def previous(self) -> str:
        """The month before, as addresses name it."""
        return f"{self._shifted(-1).first:%Y-%m}"

    @property
    def following(self) -> str:
        """The month after, as addresses name it."""
        return f"{self._shifted(1).first:%Y-%m}"

    def _shifted(self, months: int) -> "Month":
        year, month = divmod(self.first.year * 12 + self.first.month - 1 + months, 12)
        return Month(date(year, month + 1, 1), self.zone)
