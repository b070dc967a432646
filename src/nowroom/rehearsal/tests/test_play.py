"""Playing a stream against a plan in event time."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from nowroom.channels import standin
from nowroom.channels.sources.base import RawPost
from nowroom.rehearsal import play
from nowroom.rehearsal.plan import plan_from
from nowroom.rehearsal.play import Event, Play
from nowroom.rehearsal.stage import set_stage
from nowroom.workers.tests.scenes import everyday, posts, terrible
from tests.asserts import refused

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SUMMARY = {
    "event", "at", "posts", "matched", "signals", "holds", "published", "held", "expired", "seconds",
    "posts_per_second", "signal_to_hold_ms_p99",
}  # fmt: skip


def _delivery(name: str, minutes: int, **more: object) -> dict[str, object]:
    due = START + timedelta(minutes=minutes)
    return {"id": name, "account": "bluesky:stride", "text": f"About {name}", "due": due, "window": "20m", **more}


def _played(stream: Iterable[RawPost], deliveries: list[dict[str, object]], **plan: Any) -> list[Event]:
    data = {"brand": {"name": "Stride"}, "delivery": deliveries, **plan}
    stage = set_stage(plan_from(data), now=START - timedelta(days=1))
    told: list[Event] = []
    Play(stage, told.append, START - timedelta(days=1)).run(stream)
    return told


def _night() -> list[RawPost]:
    """An hour and a half of chatter, then the first words about something terrible."""
    return posts([*everyday(270), *terrible("Averin")], start=START)


def _names(told: list[Event], event: str) -> list[object]:
    return [one["delivery"] for one in told if one["event"] == event]


def _stopping(told: list[Event]) -> list[Event]:
    """Holds that stopped something. One about what is out already stops what is queued of it tomorrow."""
    return [one for one in told if one["event"] == "hold" and one["deliveries"]]


_QUEUE = [
    _delivery("before", 30, places=["Averin"]),
    _delivery("after", 100, places=["Averin"]),
    _delivery("elsewhere", 105, places=["Tromvik"], account="linkedin:stride"),
]


def test_what_is_said_holds_what_it_concerns_and_nothing_else() -> None:
    told = _played(_night(), _QUEUE)
    holds = _stopping(told)
    assert [one["deliveries"] for one in holds] == [["after"]]
    assert _names(told, "published") == ["before", "elsewhere"]
    assert _names(told, "expired") == ["after"]
    assert set(holds[0]) >= {"scope", "deliveries", "reason", "evidence", "signal", "at"}
    assert {"p270", "p271"} & set(holds[0]["evidence"])  # type: ignore[call-overload] # a list of ids
    summary = told[-1]
    assert set(summary) == SUMMARY
    assert (summary["posts"], summary["held"], summary["published"], summary["expired"]) == (276, 1, 2, 1)
    assert summary["holds"] == sum(one["event"] == "hold" for one in told)


def test_the_public_sees_what_was_published_and_when_it_was_due(public: Path) -> None:
    _played(_night(), _QUEUE)
    seen = [(event["text"], event["at"]) for event in standin.read(public)]
    assert seen == [
        ("About before", (START + timedelta(minutes=30)).isoformat()),
        ("About elsewhere", (START + timedelta(minutes=105)).isoformat()),
    ]


def test_events_come_in_order_of_event_time_even_where_posts_do_not() -> None:
    stream = _night()
    mixed = [post for pair in zip(stream[1::2], stream[::2], strict=True) for post in pair]
    told = _played(mixed, _QUEUE)
    times = [one["at"] for one in told]
    assert all(earlier <= later for earlier, later in pairwise(times))  # type: ignore[operator] # both are times
    assert [one["deliveries"] for one in _stopping(told)] == [["after"]]


@pytest.mark.parametrize("size", [1, 7, 1000])
def test_how_many_posts_are_taken_at_once_changes_nothing(monkeypatch: pytest.MonkeyPatch, size: int) -> None:
    monkeypatch.setattr(play, "HELPING", size)
    told = _played(_night(), _QUEUE)
    (hold,) = _stopping(told)
    assert hold["at"] == START + timedelta(seconds=20 * 271)


@pytest.mark.parametrize("policy", ["ask", "off"])
def test_where_the_policy_does_not_hold_everything_goes_out(policy: str) -> None:
    told = _played(_night(), _QUEUE, policy={"threat": policy})
    assert _names(told, "published") == ["before", "after", "elsewhere"]
    assert (told[-1]["held"], told[-1]["signal_to_hold_ms_p99"]) == (0, None)


def test_without_a_post_the_queue_runs_out_in_time() -> None:
    told = _played([], _QUEUE)
    assert _names(told, "published") == ["before", "after", "elsewhere"]
    assert (told[-1]["posts"], told[-1]["signals"]) == (0, 0)


def test_a_malformed_query_is_refused_with_its_place() -> None:
    with refused("query.syntax"):
        _played([], _QUEUE, topic=[{"name": "bad", "query": "stride AND ("}])


def test_a_text_over_its_channels_limit_is_refused() -> None:
    with pytest.raises(Exception, match="300"):
        _played([], [_delivery("long", 30, text="x" * 301)])
