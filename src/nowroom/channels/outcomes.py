"""What an HTTP answer, or its absence, means: one place that tells the three errors apart."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from nowroom.channels.base import OutcomeUnknown, Rejected, TryAgain
from nowroom.lib.http import AddressRefusedError

SOON = timedelta(seconds=15)
"""How long to wait where the other side does not say."""

_LONGEST = timedelta(days=1)
_NOTHING_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout)
_STILL_OPEN = {HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.CONFLICT}


def capital(text: str) -> str:
    """The text as the start of a sentence."""
    return text[:1].upper() + text[1:]


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Errors of the connection while something is written that must not happen twice."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise write_failure(error, name) from error


@contextmanager
def reading(name: str) -> Iterator[None]:
    """Errors of the connection while something is read, or done that may be repeated: `TryAgain` for all of them."""
    try:
        yield
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        failure = write_failure(error, name)
        if isinstance(failure, Rejected):
            raise failure from error
        raise TryAgain(SOON, f"{capital(name)} did not answer.") from error


def write_failure(error: Exception, name: str) -> Rejected | TryAgain | OutcomeUnknown:
    """What a failed connection means for something written over it: before anything was sent, or after."""
    if isinstance(error, AddressRefusedError):
        return Rejected("address.refused", f"The address of {name} is not a public one: {error}.")
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol, httpx.LocalProtocolError)):
        return Rejected("address.malformed", f"The address of {name} cannot be used: {error}.")
    if isinstance(error, httpx.TooManyRedirects):
        return Rejected(
            "address.redirected", f"{capital(name)} redirects elsewhere. Connect the account to its final address."
        )
    if isinstance(error, _NOTHING_SENT):
        return TryAgain(SOON, f"{capital(name)} cannot be reached. Nothing was sent.")
    return OutcomeUnknown(f"The connection to {name} was lost before the answer came. The post may be out.")


def written(status: int, name: str, said: str, after: timedelta) -> Rejected | TryAgain | OutcomeUnknown | None:
    """What an answer's status means for something written; None when it was accepted."""
    if HTTPStatus.OK <= status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return TryAgain(after, f"{capital(name)} takes no more for now. Nothing was published.")
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR or status in _STILL_OPEN:
        return OutcomeUnknown(f"{capital(name)} answered {status}. The post may be out.")
    if status < HTTPStatus.BAD_REQUEST:
        return Rejected(
            "address.redirected", f"{capital(name)} redirects elsewhere. Connect the account to its final address."
        )

    reason = f": {said}" if said else "."
    return Rejected(f"http.{status}", f"{capital(name)} refused it ({status}){reason}")


def retry_after(header: str | None, now: datetime) -> timedelta:
    """The wait that a Retry-After header asks for (seconds or a date), between a second and a day."""
    wait = SOON
    if header and header.strip().isdecimal():
        wait = timedelta(seconds=min(int(header), int(_LONGEST.total_seconds())))
    elif header:
        wait = _until(header, now)
    return min(max(wait, timedelta(seconds=1)), _LONGEST)


def _until(http_date: str, now: datetime) -> timedelta:
    try:
        return parsedate_to_datetime(http_date) - now
    except (ValueError, TypeError):  # not a date, or one without a zone
        return SOON
