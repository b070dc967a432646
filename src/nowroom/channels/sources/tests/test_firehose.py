"""The firehose of a real server, and frames that are not what they should be."""

from datetime import UTC, datetime
from itertools import count, islice
from typing import Any

import libipld
import pytest

from nowroom.channels.base import Message, Publisher
from nowroom.channels.keys import delivery_key
from nowroom.channels.registry import channel
from nowroom.channels.sources.firehose import Firehose
from nowroom.channels.sources.stream import CursorRefusedError, FrameError, Stream
from tests.servers.fixtures import LOOPBACK
from tests.servers.pds import Pds

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_numbers = count(1)


def _frame(header: dict[str, Any], body: dict[str, Any]) -> bytes:
    return bytes(libipld.encode_dag_cbor(header)) + bytes(libipld.encode_dag_cbor(body))


def _commit(**changes: Any) -> bytes:
    body = {
        "seq": 7,
        "repo": "did:plc:x",
        "time": "2026-03-01T12:00:00Z",
        "blocks": b"",
        "ops": [{"action": "create", "path": "app.bsky.feed.post/3mfyouuy6222b", "cid": b"\x00"}],
    }
    return _frame({"op": 1, "t": "#commit"}, body | changes)


@pytest.mark.pds
def test_what_is_published_on_a_real_server_is_heard_on_its_firehose(pds: Pds) -> None:
    account = pds.create_account(f"speaker{next(_numbers)}")
    bluesky = channel("bluesky", LOOPBACK)
    assert isinstance(bluesky, Publisher)
    texts = ["Grüße 👩‍👩‍👧 vom Start", "Und vom Ziel #Läufer"]
    keys = [delivery_key(_NOW, next(_numbers)) for _ in texts]
    for key, text in zip(keys, texts, strict=True):
        bluesky.publish(Message(text, language="de"), key=key, credentials=account, now=_NOW)

    stream = Stream(Firehose(pds.base_url.replace("http", "ws"), name="fire"), LOOPBACK, linger=0.2)
    helpings = list(islice(stream.listen("0"), 3))
    heard = {post["id"].rpartition("/")[2]: post for helping in helpings for post in helping.posts}

    assert [heard[key]["text"] for key in keys] == texts
    assert {heard[key]["ts"] for key in keys} == {_NOW}
    assert heard[keys[0]]["lang"] == "de"
    assert all(problem.lasting is False for helping in helpings for problem in helping.problems)
    after = next(stream.listen(helpings[-1].cursor))
    assert not set(keys) & {post["id"].rpartition("/")[2] for post in after.posts}


@pytest.mark.parametrize(
    "frame",
    [
        b"",
        b"\xff\xff",
        "text",
        _frame({"op": 9}, {}),
        _frame({"op": 1, "t": "#commit"}, {}),
        _commit(),
        _commit(blocks=b"not a CAR"),
        _commit(ops=[{"action": "create"}]),
        _commit(ops=None),
        _commit(time="0001-01-01T00:00:00+14:00"),
        _frame({"op": -1}, {"unexpected": 1}),
    ],
)
def test_a_frame_that_does_not_decode_is_an_error_that_the_stream_survives(frame: str | bytes) -> None:
    with pytest.raises(FrameError):
        Firehose().decode(frame)


def test_other_kinds_of_frames_only_move_the_cursor() -> None:
    identity = _frame({"op": 1, "t": "#identity"}, {"seq": 9, "did": "did:plc:x"})
    deletion = _commit(ops=[{"action": "delete", "path": "app.bsky.feed.post/3mfyouuy6222b", "cid": None}])

    assert (Firehose().decode(identity).cursor, Firehose().decode(identity).posts) == ("9", ())
    assert (Firehose().decode(deletion).cursor, Firehose().decode(deletion).posts) == ("7", ())


def test_the_server_s_words_are_passed_on() -> None:
    info = Firehose().decode(_frame({"op": 1, "t": "#info"}, {"name": "OutdatedCursor", "message": "Some were missed"}))
    error = Firehose().decode(_frame({"op": -1}, {"error": "ConsumerTooSlow", "message": "Hurry"}))

    assert info.problem is not None
    assert info.problem.message == "The stream says: Some were missed"
    assert error.problem is not None
    assert error.problem.message == "The stream reports ConsumerTooSlow: Hurry"


def test_a_cursor_from_the_future_is_given_up() -> None:
    with pytest.raises(CursorRefusedError):
        Firehose().decode(_frame({"op": -1}, {"error": "FutureCursor", "message": "Not yet"}))
