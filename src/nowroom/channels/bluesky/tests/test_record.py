from datetime import UTC, datetime
from typing import Any

import pytest
from atproto_client.models.blob_ref import BlobRef, IpldLink

from nowroom.channels.base import Image, Link, Message
from nowroom.channels.bluesky.record import mentioned_handles, post_record

_NOW = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)
_DIDS = {"bob.test": "did:plc:bob"}


def _upload(image: Image) -> BlobRef:
    return BlobRef(mimeType=image.mime, size=len(image.data), ref=IpldLink(link="bafkreiexample"))


def _record(message: Message) -> dict[str, Any]:
    return post_record(message, resolve=_DIDS.get, upload=_upload, now=_NOW)


def _marked(text: str) -> list[tuple[str, dict[str, Any]]]:
    """The bytes that each facet covers, as text, with the facet's feature."""
    record = _record(Message(text))
    encoded = record["text"].encode()
    return [
        (encoded[facet["index"]["byteStart"] : facet["index"]["byteEnd"]].decode(), facet["features"][0])
        for facet in record.get("facets", [])
    ]


def test_a_plain_post_is_small() -> None:
    assert _record(Message("Hi", language="en")) == {
        "$type": "app.bsky.feed.post",
        "text": "Hi",
        "createdAt": "2026-03-01T12:00:00.123Z",
        "langs": ["en"],
    }


@pytest.mark.parametrize("before", ["", "Grüße ", "👩‍👩‍👧 ", "こんにちは ", "मैराथन "])
def test_facets_cover_their_bytes_whatever_stands_before(before: str) -> None:
    marked = _marked(f"{before}@bob.test #Läufer https://stride.example/ü?x=1#y (see stride.com).")

    assert [text for text, _ in marked] == ["@bob.test", "#Läufer", "https://stride.example/ü?x=1#y", "stride.com"]
    assert marked[0][1]["did"] == "did:plc:bob"
    assert marked[1][1]["tag"] == "Läufer"
    assert marked[3][1]["uri"] == "https://stride.com"


def test_an_unknown_handle_stays_plain_text() -> None:
    assert _marked("Ask @nobody.test") == []


def test_a_handle_is_resolved_once_and_found_where_it_stands() -> None:
    asked: list[str] = []

    def resolve(handle: str) -> str | None:
        asked.append(handle)
        return _DIDS.get(handle)

    record = post_record(Message("ü @bob.test @BOB.test"), resolve=resolve, upload=_upload, now=_NOW)

    assert asked == ["bob.test"]
    assert len(record["facets"]) == 2
    assert mentioned_handles("ü @bob.test @BOB.test") == {"bob.test": (2, 11)}


def test_pictures_carry_their_description_and_shape() -> None:
    picture = Image(b"png", "image/png", "A runner", width=4, height=3)
    embed = _record(Message("Look", images=(picture,), links=(Link("https://a.example"),)))["embed"]

    assert embed["$type"] == "app.bsky.embed.images"
    assert embed["images"][0]["alt"] == "A runner"
    assert (embed["images"][0]["aspectRatio"]["width"], embed["images"][0]["aspectRatio"]["height"]) == (4, 3)


def test_a_link_becomes_a_card() -> None:
    embed = _record(Message("Look", links=(Link("https://a.example", "Title", "More"),)))["embed"]

    assert embed["$type"] == "app.bsky.embed.external"
    assert (embed["external"]["uri"], embed["external"]["title"]) == ("https://a.example", "Title")


def test_hashtags_beside_the_text_are_kept() -> None:
    assert _record(Message("Run", hashtags=("Marathon",)))["tags"] == ["Marathon"]
