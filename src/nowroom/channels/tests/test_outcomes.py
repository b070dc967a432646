from datetime import UTC, datetime, timedelta

import httpx
import pytest

from nowroom.channels.base import OutcomeUnknown, Rejected, TryAgain
from nowroom.channels.outcomes import SOON, reading, retry_after, writing, written
from nowroom.lib.http import AddressRefusedError

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("30", 30),
        ("0", 1),
        ("99999999999999", 86_400),
        ("Sun, 01 Mar 2026 12:02:00 GMT", 120),
        ("Sun, 01 Mar 2026 11:00:00 GMT", 1),
        ("soon", SOON.total_seconds()),
        (None, SOON.total_seconds()),
    ],
)
def test_the_wait_asked_for_is_read_and_bounded(header: str | None, seconds: float) -> None:
    assert retry_after(header, _NOW) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None),
        (204, None),
        (302, Rejected),
        (400, Rejected),
        (404, Rejected),
        (408, OutcomeUnknown),
        (409, OutcomeUnknown),
        (429, TryAgain),
        (500, OutcomeUnknown),
        (503, OutcomeUnknown),
    ],
)
def test_each_status_means_one_thing(status: int, error: type[Exception] | None) -> None:
    found = written(status, "the receiver", "", SOON)

    assert found is None if error is None else isinstance(found, error)


@pytest.mark.parametrize(
    ("raised", "error"),
    [
        (httpx.ConnectError("refused"), TryAgain),
        (httpx.ConnectTimeout("slow"), TryAgain),
        (httpx.ReadTimeout("slow"), OutcomeUnknown),
        (httpx.ReadError("reset"), OutcomeUnknown),
        (httpx.WriteError("reset"), OutcomeUnknown),
        (httpx.RemoteProtocolError("closed"), OutcomeUnknown),
        (httpx.TooManyRedirects("round"), Rejected),
        (httpx.InvalidURL("no host"), Rejected),
        (httpx.UnsupportedProtocol("gopher"), Rejected),
        (AddressRefusedError("10.0.0.1"), Rejected),
    ],
)
def test_a_lost_connection_is_told_apart_by_what_was_sent(raised: Exception, error: type[Exception]) -> None:
    with pytest.raises(error), writing("the receiver"):
        raise raised


def test_what_may_be_repeated_is_tried_again() -> None:
    with pytest.raises(TryAgain), reading("the receiver"):
        raise httpx.ReadTimeout("slow")
