"""The library's errors as one of our three."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http import HTTPStatus

import httpx
from atproto_client.exceptions import AtProtocolError, RequestErrorBase
from atproto_client.models.common import XrpcError
from atproto_client.request import Response

from nowroom.channels.base import OutcomeUnknown, Rejected, TryAgain
from nowroom.channels.outcomes import SOON, retry_after, write_failure, written

_NAME = "Bluesky"
_TOKEN_CODES = {"ExpiredToken", "InvalidToken"}

Errors = (AtProtocolError, httpx.HTTPError, httpx.InvalidURL, ValueError)
"""What a call may raise: the library's, the connection's, and what JSON that is none raises."""


def error_code(error: Exception) -> str:
    """The server's own name for the error (``RecordNotFound``), or an empty text."""
    response = getattr(error, "response", None)
    content = response.content if isinstance(response, Response) else None
    return content.error if isinstance(content, XrpcError) else ""


def is_stale_session(error: Exception) -> bool:
    """Whether only the session is at fault, so that nothing was done and a new one mends it."""
    return error_code(error) in _TOKEN_CODES


@contextmanager
def writing(now: datetime) -> Iterator[None]:
    """Errors while the post itself is written: after the request has left, the outcome is unknown."""
    try:
        yield
    except Errors as error:
        raise failure(error, now) from error


@contextmanager
def preparing(now: datetime) -> Iterator[None]:
    """Errors before the post is written, or in what may be repeated: certainly not published."""
    try:
        yield
    except Errors as error:
        found = failure(error, now)
        if isinstance(found, OutcomeUnknown):
            raise TryAgain(SOON, "Bluesky did not answer as it should.") from error
        raise found from error


def failure(error: Exception, now: datetime) -> Rejected | TryAgain | OutcomeUnknown:
    """What an error means, taken as one of a write. `now` turns the server's reset time into a wait."""
    response = error.response if isinstance(error, RequestErrorBase) else None
    if response is None:
        cause = error.__cause__ if isinstance(error.__cause__, httpx.HTTPError) else error
        return write_failure(cause, _NAME)
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        return Rejected("credentials.refused", "Bluesky refused the handle or app password. Connect the account again.")
    content = response.content
    said = f"{content.error}: {content.message or ''}".strip(": ") if isinstance(content, XrpcError) else ""
    return written(response.status_code, _NAME, said, _wait(response, now)) or OutcomeUnknown(
        "Bluesky answered in a way that cannot be read. The post may be out."
    )


def _wait(response: Response, now: datetime) -> timedelta:
    """The wait until the window resets; Bluesky gives the time rather than Retry-After."""
    reset = response.headers.get("ratelimit-reset", "")
    if response.headers.get("retry-after") or not reset.isdecimal():
        return retry_after(response.headers.get("retry-after"), now)
    seconds = (datetime.fromtimestamp(int(reset), UTC) - now) // timedelta(seconds=1)
    return retry_after(str(max(seconds, 1)), now)
