from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from nowroom.accounts.models import Account
from nowroom.desk.preparation.times import Shift, Timing, fingerprint, local_times, shift

BERLIN = ZoneInfo("Europe/Berlin")
at = datetime.fromisoformat


@pytest.mark.parametrize(
    ("typed", "what"),
    [
        (at("2026-03-29T01:59"), Shift.NONE),
        (at("2026-03-29T02:00"), Shift.SKIPPED),
        (at("2026-03-29T02:30"), Shift.SKIPPED),
        (at("2026-03-29T03:00"), Shift.NONE),
        (at("2026-10-25T02:30"), Shift.TWICE),
        (at("2026-10-25T03:00"), Shift.NONE),
    ],
)
def test_clock_changes_are_told(typed: datetime, what: Shift) -> None:
    assert shift(typed, BERLIN) is what


def test_nine_o_clock_is_nine_o_clock_everywhere() -> None:
    accounts = [Account(pk=n, time_zone=zone) for n, zone in enumerate(["Asia/Kolkata", "America/New_York", "Etc/UTC"])]
    times = local_times(accounts, Timing.LOCAL, typed=at("2026-03-08T09:00"), zone="")
    assert [t.due_at for t in times] == [
        datetime(2026, 3, 8, 3, 30, tzinfo=UTC),
        datetime(2026, 3, 8, 13, 0, tzinfo=UTC),
        datetime(2026, 3, 8, 9, 0, tzinfo=UTC),
    ]


def test_one_instant_is_the_same_for_all() -> None:
    accounts = [Account(pk=n, time_zone=zone) for n, zone in enumerate(["Asia/Kolkata", "America/New_York"])]
    times = local_times(accounts, Timing.INSTANT, typed=at("2026-07-04T20:00"), zone="America/New_York")
    assert {t.due_at for t in times} == {datetime(2026, 7, 5, 0, 0, tzinfo=UTC)}


def test_the_fingerprint_tells_times_and_accounts_apart_but_not_their_order() -> None:
    one, two = (Account(pk=n, time_zone="UTC") for n in (1, 2))
    evening = at("2026-07-04T20:00")
    both = local_times([one, two], Timing.INSTANT, typed=evening, zone="UTC")
    assert fingerprint(both) == fingerprint(reversed(both))
    assert fingerprint(both) != fingerprint(both[:1])
    assert fingerprint(both) != fingerprint(local_times([one, two], Timing.GO, typed=None, zone=""))
