"""Bluesky's Jetstream: every post of the network as JSON over a websocket."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from nowroom.channels.sources.bluesky_posts import COLLECTION, heard_post
from nowroom.channels.sources.stream import Decoded, FrameError

DEFAULT_ADDRESS = "wss://jetstream2.us-east.bsky.network/subscribe"

_LATEST = 1 << 53  # microseconds, in the year 2255: what follows must fit a date
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Jetstream:
    """The wire of Jetstream. The cursor is the time of the last event, in microseconds since 1970."""

    def __init__(self, address: str = DEFAULT_ADDRESS, *, name: str = "bluesky") -> None:
        self._address = address
        self._name = name

    def address(self, cursor: str | None) -> str:
        """See `Wire`."""
        query = {"wantedCollections": COLLECTION} | ({"cursor": cursor} if cursor else {})
        return f"{self._address}?{urlencode(query)}"

    def decode(self, frame: str | bytes) -> Decoded:
        """See `Wire`. Only new posts are of interest; likes, deletions and accounts move the cursor."""
        event = _event(frame)
        commit = event.get("commit")
        if event.get("kind") != "commit" or not isinstance(commit, dict):
            return Decoded(cursor=str(event["time_us"]))
        post = None
        if commit.get("operation") == "create" and commit.get("collection") == COLLECTION:
            seen = _EPOCH + timedelta(microseconds=event["time_us"])
            did, key = str(event.get("did")), str(commit.get("rkey"))
            post = heard_post(commit.get("record"), did=did, key=key, seen=seen, source=self._name)
        return Decoded((post,) if post else (), str(event["time_us"]))


def _event(frame: str | bytes) -> dict[str, Any]:
    try:
        event = json.loads(frame)
    except (ValueError, RecursionError) as error:  # recursion: brackets without end
        raise FrameError("it is not JSON") from error
    time_us = event.get("time_us") if isinstance(event, dict) else None
    if not isinstance(time_us, int) or not 0 <= time_us < _LATEST:
        raise FrameError("it is not an event with a time")
    return dict(event)
