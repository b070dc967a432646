"""Online detectors over matched posts. They live on event time and keep their state as plain values."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from typing import Any, TypeVar

import orjson

from nowroom.engine.counts import TopicCounts, Window
from nowroom.engine.detect import burst, sensitive
from nowroom.engine.detect.level import Level
from nowroom.engine.detect.signal import Heard as Heard
from nowroom.engine.detect.signal import Signal as Signal

State = TypeVar("State")

LATENESS = 600.0
"""Seconds that a post may be older than the newest one heard and still count."""


@dataclass(slots=True)
class Detectors:
    """Every detector of every topic.

    Posts are taken in the order of arrival; a post that is more than `LATENESS` behind the newest is only counted
    in `late`. The state does not depend on how the posts were cut into batches.
    """

    started: float | None = None
    newest: float = 0.0
    late: int = 0
    bursts: dict[str, burst.BurstState] = field(default_factory=dict)
    sensitives: dict[str, sensitive.SensitiveState] = field(default_factory=dict)

    def tick(self, at: float) -> bool:
        """Note that a post of this event time arrived; false if it is too late to count."""
        if self.started is None:
            self.started = at
        self.newest = max(self.newest, at)
        if at < self.newest - LATENESS:
            self.late += 1
            return False
        return True

    def hear(self, topic: str, heard: Heard, topics: int) -> list[Signal]:
        """Take in a post on a topic, one of `topics` watched."""
        start = self.started if self.started is not None else heard.at
        if topic not in self.bursts:
            self.bursts[topic] = burst.BurstState(TopicCounts.since(start))
            self.sensitives[topic] = sensitive.SensitiveState(latest=start)
        found = (
            sensitive.hear(self.sensitives[topic], heard, topic),
            burst.hear(self.bursts[topic], heard, topic, topics),
        )
        return [signal for signal in found if signal is not None]

    def forget(self, topic: str) -> None:
        """Drop what was learnt about a topic."""
        self.bursts.pop(topic, None)
        self.sensitives.pop(topic, None)

    def snapshot(self) -> bytes:
        """The whole state as JSON."""
        state = asdict(self)
        for topic in state["bursts"].values():
            topic["said"] = list(topic["said"])
        return orjson.dumps(state, option=orjson.OPT_NON_STR_KEYS)

    @classmethod
    def restored(cls, snapshot: bytes) -> "Detectors":
        """The detectors as they were at the snapshot. Raises `ValueError` if it is none."""
        try:
            state = orjson.loads(snapshot)
            return cls(
                started=state["started"],
                newest=state["newest"],
                late=state["late"],
                bursts=_each(state["bursts"], _burst),
                sensitives=_each(state["sensitives"], _sensitive),
            )
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError("This is not a snapshot of detectors of this version.") from error


def _each(states: dict[str, Any], read: Callable[[dict[str, Any]], State]) -> dict[str, State]:
    return {topic: read(state) for topic, state in states.items()}


def _burst(state: dict[str, Any]) -> burst.BurstState:
    windows = {
        int(scale): Window(window["number"], window["count"], Level(**window["level"]))
        for scale, window in state["counts"]["windows"].items()
    }
    restored = burst.BurstState(TopicCounts(windows), state["hot_until"])
    restored.said.extend(Heard(**heard) for heard in state["said"])
    return restored


def _sensitive(state: dict[str, Any]) -> sensitive.SensitiveState:
    weighed = [sensitive.Weighed(**one) for one in state.pop("weighed")]
    return sensitive.SensitiveState(**state, weighed=weighed)
