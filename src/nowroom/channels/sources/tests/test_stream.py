"""Jetstream's documented payloads over a real websocket, and what every stream does when things go wrong."""

import json
import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from nowroom.channels.sources.base import Backoff, Heard, SourceRefusedError
from nowroom.channels.sources.jetstream import Jetstream
from nowroom.channels.sources.registry import kinds, listener
from nowroom.channels.sources.stream import FrameError, Stream
from nowroom.lib.http import PUBLIC_ONLY
from tests.servers.fixtures import LOOPBACK
from tests.servers.websocket import StreamServer, stream_server

_EVENTS = (Path(__file__).parent.parent / "fixtures" / "jetstream.jsonl").read_text(encoding="utf-8").splitlines()


def _post(number: int) -> str:
    event = json.loads(_EVENTS[0])
    event["time_us"] += number
    event["commit"]["rkey"] = f"key{number}"
    return json.dumps(event)


def _stream(server: StreamServer, waits: list[float] | None = None) -> Stream:
    sleep = (waits if waits is not None else []).append
    return Stream(Jetstream(server.url + "/subscribe"), LOOPBACK, sleep=sleep, linger=0.05)


def _listen(stream: Stream, cursor: str | None, *, posts: int) -> tuple[list[str], list[str], str | None]:
    """Listen until so many posts were heard: their keys, the problems' sentences, and the cursor."""
    keys: list[str] = []
    problems: list[str] = []
    listening = stream.listen(cursor)
    for heard in listening:
        keys += [post["id"].rpartition("/")[2] for post in heard.posts]
        problems += [problem.message for problem in heard.problems]
        cursor = heard.cursor
        if len(keys) >= posts:
            break
    listening.close()
    return keys, problems, cursor


def test_a_post_is_read_as_documented() -> None:
    decoded = Jetstream(name="bluesky").decode(_EVENTS[0])

    assert decoded.cursor == "1725911162329308"
    assert decoded.posts == (
        {
            "id": "at://did:plc:eygmaihciaxprqvxpfvl6flk/app.bsky.feed.post/3l3qo2vuowo2b",
            "ts": datetime(2024, 9, 9, 19, 46, 2, 102_000, UTC),
            "text": "Regen über dem Start 🌧️ #marathon",
            "author": "did:plc:eygmaihciaxprqvxpfvl6flk",
            "place": None,
            "lang": "de",
            "source": "bluesky",
            "url": "https://bsky.app/profile/did:plc:eygmaihciaxprqvxpfvl6flk/post/3l3qo2vuowo2b",
        },
    )


def test_likes_deletions_identities_and_accounts_only_move_the_cursor() -> None:
    for event in _EVENTS[1:]:
        decoded = Jetstream().decode(event)

        assert decoded.posts == ()
        assert decoded.cursor == str(json.loads(event)["time_us"])


@pytest.mark.parametrize(
    ("created", "expected"),
    [
        ("2013-04-15T18:49:43Z", datetime(2013, 4, 15, 18, 49, 43, tzinfo=UTC)),
        ("2031-01-01T00:00:00Z", datetime(2024, 9, 9, 19, 46, 2, 329_308, UTC)),
        ("2013-04-15T18:49:43", datetime(2024, 9, 9, 19, 46, 2, 329_308, UTC)),
        ("0001-01-01T00:00:00+14:00", datetime(2024, 9, 9, 19, 46, 2, 329_308, UTC)),
        ("yesterday", datetime(2024, 9, 9, 19, 46, 2, 329_308, UTC)),
        (None, datetime(2024, 9, 9, 19, 46, 2, 329_308, UTC)),
    ],
)
def test_a_post_s_time_is_the_earlier_of_said_and_seen(created: Any, expected: datetime) -> None:
    event = json.loads(_EVENTS[0])
    event["commit"]["record"]["createdAt"] = created

    assert Jetstream().decode(json.dumps(event)).posts[0]["ts"] == expected


@pytest.mark.parametrize(
    "frame", ["", "{", "[]", "{}", "[" * 100_000, '{"time_us": "1"}', '{"time_us": 99999999999999999999}', b"\xff"]
)
def test_what_is_no_event_is_a_frame_error(frame: str | bytes) -> None:
    with pytest.raises(FrameError):
        Jetstream().decode(frame)


def test_a_post_without_text_is_not_heard_and_one_that_is_no_post_is_an_error() -> None:
    event = json.loads(_EVENTS[0])
    event["commit"]["record"]["text"] = " "
    assert Jetstream().decode(json.dumps(event)).posts == ()
    event["commit"]["record"] = "text"
    with pytest.raises(FrameError, match="not a post"):
        Jetstream().decode(json.dumps(event))


def test_it_asks_for_posts_and_from_the_cursor_on() -> None:
    with stream_server([_post(1), _post(2)]) as server:
        keys, problems, cursor = _listen(_stream(server), "1725911162329000", posts=2)

        assert server.paths == ["/subscribe?wantedCollections=app.bsky.feed.post&cursor=1725911162329000"]
    assert (keys, problems, cursor) == (["key1", "key2"], [], "1725911162329310")


def test_a_frame_that_does_not_decode_is_skipped_with_its_error() -> None:
    with stream_server([_post(1), "{", _post(2)]) as server:
        keys, problems, _cursor = _listen(_stream(server), None, posts=2)

    assert keys == ["key1", "key2"]
    assert problems == ["A frame could not be decoded and was skipped: it is not JSON"]


def test_a_connection_that_breaks_is_taken_up_after_a_wait_where_it_broke() -> None:
    waits: list[float] = []
    with stream_server([_post(1)], [_post(2)]) as server:
        keys, problems, _cursor = _listen(_stream(server, waits), None, posts=2)

        assert server.paths[1].endswith("cursor=1725911162329309")
    assert keys == ["key1", "key2"]
    assert problems == ["The stream closed the connection; connecting again."]
    assert [0.5 <= wait <= 1 for wait in waits] == [True]


def test_a_quiet_stream_gives_empty_helpings_so_that_the_listener_can_stop() -> None:
    with stream_server([]) as server:
        listening = _stream(server).listen("7")

        assert next(listening) == Heard((), "7")
        listening.close()


def test_a_server_that_is_gone_is_tried_again_with_longer_waits() -> None:
    waits: list[float] = []
    stream = Stream(Jetstream("ws://127.0.0.1:1"), LOOPBACK, sleep=waits.append, backoff=Backoff(rng=random.Random(1)))
    listening = stream.listen("7")
    heard = [next(listening) for _ in range(9)]

    assert all("cannot be reached" in one.problems[0].message and one.cursor == "7" for one in heard)
    assert [2**tries / 2 <= wait <= 2**tries for tries, wait in enumerate(waits[:6])] == [True] * 6
    assert all(30 <= wait <= 60 for wait in waits[6:])


def test_a_private_stream_is_refused() -> None:
    with stream_server([_post(1)]) as server:
        heard = next(Stream(Jetstream(server.url), PUBLIC_ONLY, sleep=lambda _: None).listen(None))

        assert server.paths == []
    assert heard.problems[0].lasting


@pytest.mark.parametrize("address", ["https://jetstream.example", "jetstream", "ws://", "ws://[a", "ws://a:port"])
def test_what_is_no_stream_is_refused(address: str) -> None:
    with pytest.raises(SourceRefusedError, match="not the address of a stream"):
        next(Stream(Jetstream(address), LOOPBACK).listen(None))


def test_every_kind_of_source_can_be_opened() -> None:
    for kind in kinds():
        source = listener(kind, "wss://stream.example", name="s", network=PUBLIC_ONLY)

        assert callable(source.listen)
