from datetime import UTC, datetime, timedelta

from nowroom.lib.clock import utc_now


def test_the_edges_clock_is_aware_and_in_utc() -> None:
    before = datetime.now(UTC)
    read = utc_now()
    assert read.utcoffset() == timedelta(0)
    assert before <= read <= datetime.now(UTC)
