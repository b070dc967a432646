"""A Bluesky post as heard on a stream, whichever stream it was."""

from datetime import UTC, datetime
from typing import Any

from nowroom.channels.sources.base import RawPost
from nowroom.channels.sources.stream import FrameError

COLLECTION = "app.bsky.feed.post"


def heard_post(record: Any, *, did: str, key: str, seen: datetime, source: str) -> RawPost | None:
    """The post in a record of `COLLECTION`, or None where it has no text.

    Its time is the earlier of what the author's program says and when the network saw it, as Bluesky itself sorts:
    an imported archive is not news, and a clock ahead of time does not make a post of tomorrow.

    Raises:
        FrameError: the record is not a post.
    """
    if not isinstance(record, dict) or not isinstance(record.get("text"), str):
        raise FrameError(f"the record {did}/{key} is not a post")
    if not record["text"].strip():
        return None
    languages = record.get("langs")
    return RawPost(
        id=f"at://{did}/{COLLECTION}/{key}",
        ts=min(seen, _created(record.get("createdAt"), seen)),
        text=record["text"],
        author=did,
        place=None,
        lang=str(languages[0]) if isinstance(languages, list) and languages else None,
        source=source,
        url=f"https://bsky.app/profile/{did}/post/{key}",
    )


def _created(text: Any, otherwise: datetime) -> datetime:
    try:
        created = datetime.fromisoformat(str(text))
        return created.astimezone(UTC) if created.tzinfo else otherwise
    except (ValueError, OverflowError):  # overflow: a time of year 1 or 9999 that another zone puts outside
        return otherwise
