from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowroom.lib.localtime import instant

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = sorted(available_timezones())


def test_an_ordinary_time_is_what_the_clock_shows() -> None:
    assert instant(datetime(2026, 7, 1, 9), BERLIN) == datetime(2026, 7, 1, 7, tzinfo=UTC)  # noqa: DTZ001 - wall clock


def test_a_skipped_time_becomes_the_first_instant_after_the_gap() -> None:
    skipped = datetime(2026, 3, 29, 2, 30)  # noqa: DTZ001 - wall clock
    assert instant(skipped, BERLIN) == datetime(2026, 3, 29, 1, tzinfo=UTC)


def test_a_time_shown_twice_is_the_first_of_the_two() -> None:
    twice = datetime(2026, 10, 25, 2, 30)  # noqa: DTZ001 - wall clock
    assert instant(twice, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_skipped_day_becomes_the_next_midnight() -> None:
    skipped = datetime(2011, 12, 30, 23, 59)  # noqa: DTZ001 - wall clock
    assert instant(skipped, ZoneInfo("Pacific/Apia")) == datetime(2011, 12, 30, 10, tzinfo=UTC)


def test_an_aware_time_is_an_error() -> None:
    with pytest.raises(ValueError, match="no zone of its own"):
        instant(datetime(2026, 7, 1, 9, tzinfo=UTC), BERLIN)


@given(
    name=st.sampled_from(ZONES),
    wall=st.datetimes(datetime(1970, 1, 3), datetime(2037, 12, 29)),  # noqa: DTZ001 - wall clock
)
def test_in_every_zone_the_clock_shows_the_asked_time_or_the_first_after_the_gap(name: str, wall: datetime) -> None:
    _check(name, wall)


def test_around_every_change_of_the_clocks_in_two_years() -> None:
    changes = 0
    for name in ZONES:
        zone, day = ZoneInfo(name), datetime(2010, 12, 31, tzinfo=UTC)
        while day.year < 2013:
            after = day + timedelta(days=1)
            if day.astimezone(zone).utcoffset() != after.astimezone(zone).utcoffset():
                changes += 1
                for minutes in range(0, 24 * 60, 30):
                    _check(name, (day + timedelta(minutes=minutes)).astimezone(zone).replace(tzinfo=None))
            day = after
    assert changes > 500


def _check(name: str, wall: datetime) -> None:
    zone = ZoneInfo(name)
    found = instant(wall, zone)
    shown = found.astimezone(zone).replace(tzinfo=None)
    before = (found - timedelta(microseconds=1)).astimezone(zone).replace(tzinfo=None)
    if shown == wall:
        # The first of two: an hour or so earlier, clocks do not show it already.
        assert all(
            (found - timedelta(minutes=step)).astimezone(zone).replace(tzinfo=None) != wall for step in (30, 60, 120)
        )
    else:
        assert before < wall < shown
