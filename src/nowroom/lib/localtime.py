"""Wall-clock times in a zone, with the two hours a year that are not simple."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from nowroom.lib.errors import Refused


def instant(wall_clock: datetime, zone: ZoneInfo) -> datetime:
    """The UTC instant at which clocks in the zone show `wall_clock` (naive).

    A time that clocks skip in spring becomes the first instant after the gap; a time that they show twice in autumn is
    the first of the two: a post planned for 02:30 goes out once, and never before its hour.

    Raises:
        Refused: there is no such instant, as at the ends of the calendar.
        ValueError: `wall_clock` is aware.
    """
    if wall_clock.tzinfo is not None:
        raise ValueError("a wall-clock time has no zone of its own")
    local = wall_clock.replace(tzinfo=zone, fold=0)
    try:
        as_utc = local.astimezone(UTC)
    except OverflowError as error:
        raise Refused("time.out_of_range", "No calendar has this time. Check the year.") from error
    if as_utc.astimezone(zone).replace(tzinfo=None) == wall_clock:
        return as_utc
    return _end_of_gap(as_utc, zone)


def _end_of_gap(near: datetime, zone: ZoneInfo) -> datetime:
    """The instant within a day of `near` at which the zone's clocks jump forward; found by halving, to the second."""
    low, high = near - timedelta(days=1), near + timedelta(days=1)
    target = high.astimezone(zone).utcoffset()
    while high - low > timedelta(seconds=1):
        middle = low + (high - low) / 2
        if middle.astimezone(zone).utcoffset() == target:
            high = middle
        else:
            low = middle
    return high.replace(microsecond=0)
