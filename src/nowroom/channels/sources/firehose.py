"""The AT Protocol firehose (`com.atproto.sync.subscribeRepos`): every commit of a server or a relay, in DAG-CBOR."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from atproto_core.car import CAR
from atproto_core.cid import CID
from atproto_core.exceptions import AtProtocolError
from atproto_subscription.frames import ErrorFrame, Frame

from nowroom.channels.sources.base import Problem, RawPost
from nowroom.channels.sources.bluesky_posts import COLLECTION, heard_post
from nowroom.channels.sources.stream import CursorRefusedError, Decoded, FrameError

DEFAULT_ADDRESS = "wss://bsky.network"

_METHOD = "/xrpc/com.atproto.sync.subscribeRepos"
# what the decoders raise on bytes, blocks and fields that are not what they should be
_UNDECODABLE = (AtProtocolError, ValueError, TypeError, LookupError, AttributeError, OverflowError)


class Firehose:
    """The wire of the firehose. The cursor is the last event's sequence number on that server."""

    def __init__(self, address: str = DEFAULT_ADDRESS, *, name: str = "bluesky") -> None:
        self._address = address.rstrip("/")
        self._name = name

    def address(self, cursor: str | None) -> str:
        """See `Wire`."""
        query = f"?{urlencode({'cursor': cursor})}" if cursor else ""
        return f"{self._address}{_METHOD}{query}"

    def decode(self, frame: str | bytes) -> Decoded:
        """See `Wire`. A frame of a kind that we do not read moves the cursor."""
        try:
            parsed = Frame.from_bytes(frame)
        except _UNDECODABLE as error:
            raise FrameError(str(error) or type(error).__name__) from error
        if isinstance(parsed, ErrorFrame):
            return _server_error(parsed.body.error, parsed.body.message or "")
        if parsed.type == "#info":
            return Decoded(problem=Problem(f"The stream says: {parsed.body.get('message') or parsed.body.get('name')}"))
        try:
            posts = tuple(self._posts(parsed.body)) if parsed.type == "#commit" else ()
            return Decoded(posts, str(parsed.body["seq"]))
        except _UNDECODABLE as error:
            raise FrameError(str(error) or type(error).__name__) from error

    def _posts(self, commit: dict[str, Any]) -> Iterator[RawPost]:
        created = [op for op in commit["ops"] if op["action"] == "create" and op["path"].startswith(f"{COLLECTION}/")]
        if not created:
            return
        blocks = CAR.from_bytes(commit["blocks"]).blocks
        seen = datetime.fromisoformat(commit["time"]).astimezone(UTC)
        for op in created:
            key = op["path"].partition("/")[2]
            record = blocks[CID.decode(op["cid"])]
            post = heard_post(record, did=commit["repo"], key=key, seen=seen, source=self._name)
            if post is not None:
                yield post


def _server_error(code: str, message: str) -> Decoded:
    if code == "FutureCursor":
        raise CursorRefusedError("The stream has not come as far as we had heard.")
    return Decoded(problem=Problem(f"The stream reports {code}: {message}"))
