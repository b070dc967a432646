"""Bluesky against a real server: what the contract over all channels does not ask."""

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, cast

import pytest

from nowroom.channels.base import Image, Message, OutcomeUnknown, Rejected, TryAgain
from nowroom.channels.bluesky.channel import Bluesky
from nowroom.channels.keys import delivery_key
from nowroom.channels.registry import channel
from nowroom.channels.tests.stands import BlueskyStand, bluesky_stand
from tests.servers.fixtures import LOOPBACK
from tests.servers.pds import Pds
from tests.servers.proxy import OwnAnswer

pytestmark = pytest.mark.pds

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_DOT = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
_numbers = count(1)


@pytest.fixture
def bluesky() -> Bluesky:
    return cast("Bluesky", channel("bluesky", LOOPBACK))


@pytest.fixture
def stand(pds: Pds) -> Iterator[BlueskyStand]:
    with bluesky_stand(pds) as ready:
        yield ready


@pytest.fixture
def key() -> str:
    return delivery_key(_NOW, next(_numbers))


def _published(stand: BlueskyStand) -> list[dict[str, Any]]:
    return [cast("dict[str, Any]", record["value"]) for record in stand.pds.records(stand.account["handle"])]


def test_pictures_mentions_and_languages_arrive(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    friend = stand.pds.create_account(f"friend{next(_numbers)}")["handle"]
    message = Message(
        f"Grüße 👋🏽 an @{friend} und @nobody.test #Läufer",
        language="de",
        images=(Image(_DOT, "image/png", "Ein Punkt", 1, 1),),
    )
    receipt = bluesky.publish(message, key=key, credentials=stand.credentials, now=_NOW)
    record = _published(stand)[0]

    assert receipt.url == f"https://bsky.app/profile/{stand.account['handle']}/post/{key}"
    assert record["langs"] == ["de"]
    assert record["embed"]["images"][0]["alt"] == "Ein Punkt"
    assert record["embed"]["images"][0]["image"]["mimeType"] == "image/png"
    assert [facet["features"][0]["$type"].partition("#")[2] for facet in record["facets"]] == ["mention", "tag"]


def test_a_handle_that_nobody_has_is_found_before_the_approval(bluesky: Bluesky, stand: BlueskyStand) -> None:
    text = f"Grüße an @{stand.account['handle']} und @nobody.test"
    found = bluesky.verify(Message(text), credentials=stand.credentials)

    assert [finding.code for finding in found] == ["mention.unknown"]
    assert text[found[0].start : found[0].end] == "@nobody.test"


def test_a_second_try_does_not_change_the_post(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    bluesky.publish(Message("First"), key=key, credentials=stand.credentials, now=_NOW)
    later = bluesky.publish(Message("Second"), key=key, credentials=stand.credentials, now=_NOW + timedelta(hours=1))

    assert [record["text"] for record in _published(stand)] == ["First"]
    assert later.at == _NOW


def test_a_wrong_password_is_rejected_and_cannot_tell(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    wrong = {**stand.credentials, "password": "not it"}

    with pytest.raises(Rejected) as refusal:
        bluesky.publish(Message("Hi"), key=key, credentials=wrong, now=_NOW)
    assert refusal.value.code == "credentials.refused"
    with pytest.raises(OutcomeUnknown, match="refused the handle or app password"):
        bluesky.find(key, credentials=wrong)


def test_a_session_that_went_stale_is_made_anew_once(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    bluesky.publish(Message("First"), key=key, credentials=stand.credentials, now=_NOW)
    stale = OwnAnswer(400, json.dumps({"error": "ExpiredToken", "message": "Token has expired"}).encode())
    stand.proxy.answer["putRecord"] = stale
    second = delivery_key(_NOW, next(_numbers))

    with pytest.raises(Rejected, match="ExpiredToken"):
        bluesky.publish(Message("Second"), key=second, credentials=stand.credentials, now=_NOW)
    stand.behave()
    bluesky.publish(Message("Second"), key=second, credentials=stand.credentials, now=_NOW)

    assert sum("createSession" in path for path in stand.proxy.forwarded) == 2
    assert len(_published(stand)) == 2


def test_one_session_serves_many_posts(bluesky: Bluesky, stand: BlueskyStand) -> None:
    for number in range(3):
        key = delivery_key(_NOW, next(_numbers))
        bluesky.publish(Message(f"Post {number}"), key=key, credentials=stand.credentials, now=_NOW)

    assert sum("createSession" in path for path in stand.proxy.forwarded) == 1


def test_an_error_of_the_server_while_writing_is_unknown(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    stand.proxy.answer["putRecord"] = OwnAnswer(502, b"bad gateway")

    with pytest.raises(OutcomeUnknown, match="502"):
        bluesky.publish(Message("Hi"), key=key, credentials=stand.credentials, now=_NOW)
    assert bluesky.find(key, credentials=stand.credentials) is None


def test_an_error_before_the_writing_is_tried_again(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    stand.proxy.lose.add("uploadBlob")
    message = Message("Look", images=(Image(_DOT, "image/png", "A dot"),))

    with pytest.raises(TryAgain):
        bluesky.publish(message, key=key, credentials=stand.credentials, now=_NOW)
    assert _published(stand) == []


def test_the_wait_is_read_from_the_window_s_end(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    reset = str(int(_NOW.timestamp()) + 90)
    stand.proxy.answer["createSession"] = OwnAnswer(429, b'{"error":"RateLimitExceeded"}', {"ratelimit-reset": reset})

    with pytest.raises(TryAgain) as patience:
        bluesky.publish(Message("Hi"), key=key, credentials=stand.credentials, now=_NOW)
    assert patience.value.after == timedelta(seconds=90)


def test_a_redirect_is_not_followed(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    stand.proxy.answer["putRecord"] = OwnAnswer(307, b"", {"location": "https://elsewhere.example/"})

    with pytest.raises(Rejected) as refusal:
        bluesky.publish(Message("Hi"), key=key, credentials=stand.credentials, now=_NOW)
    assert refusal.value.code == "address.redirected"


def test_a_server_that_cannot_answer_a_question_is_asked_again(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    stand.proxy.answer["getRecord"] = OwnAnswer(500, b"")

    with pytest.raises(TryAgain):
        bluesky.find(key, credentials=stand.credentials)


@pytest.mark.parametrize("body", [b"{", b"[]", b'{"value": 1}', b""])
def test_an_answer_that_cannot_be_read_says_nothing(
    bluesky: Bluesky, stand: BlueskyStand, key: str, body: bytes
) -> None:
    stand.proxy.answer["getRecord"] = OwnAnswer(200, body)

    with pytest.raises(TryAgain):
        bluesky.find(key, credentials=stand.credentials)


def test_a_garbled_answer_to_a_write_is_unknown(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    stand.proxy.answer["putRecord"] = OwnAnswer(200, b"{")

    with pytest.raises(OutcomeUnknown):
        bluesky.publish(Message("Hi"), key=key, credentials=stand.credentials, now=_NOW)


def test_what_breaks_the_lexicon_is_rejected(bluesky: Bluesky, stand: BlueskyStand, key: str) -> None:
    stand.proxy.answer["uploadBlob"] = OwnAnswer(200, b'{"blob": {"size": "large"}}')
    message = Message("Look", images=(Image(_DOT, "image/png", "A dot"),))

    with pytest.raises(Rejected) as refusal:
        bluesky.publish(message, key=key, credentials=stand.credentials, now=_NOW)
    assert refusal.value.code == "message.malformed"


def test_a_post_that_was_taken_down_meanwhile_does_not_come_back(
    bluesky: Bluesky, stand: BlueskyStand, key: str
) -> None:
    bluesky.publish(Message("First"), key=key, credentials=stand.credentials, now=_NOW)
    stand.proxy.answer["getRecord"] = OwnAnswer(400, b'{"error":"RecordNotFound","message":"gone"}')

    with pytest.raises(Rejected) as refusal:
        bluesky.publish(Message("Second"), key=key, credentials=stand.credentials, now=_NOW)
    assert refusal.value.code == "post.removed"
