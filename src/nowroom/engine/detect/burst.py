"""Bursts: more posts on a topic than its own past explains."""

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nowroom.engine.counts import SCALES, TopicCounts
from nowroom.engine.detect.level import SETTLED
from nowroom.engine.detect.signal import Heard, Signal
from nowroom.engine.detect.verdict import tone_shares, verdict

LEAST_COUNT = 8

ODDS = 30.0
"""What is expected once in this many days, over all topics and scales together, is a burst."""

_DAY = 86_400
_KEPT = 60
_EVIDENCE = 20


@dataclass(slots=True)
class BurstState:
    """One topic: its counts, the end of the burst it is in, and the last posts."""

    counts: TopicCounts
    hot_until: float = 0.0
    said: deque[Heard] = field(default_factory=lambda: deque(maxlen=_KEPT))


def hear(state: BurstState, heard: Heard, topic: str, topics: int) -> Signal | None:
    """Take in one post; the burst that it sets off, if any.

    There is one signal per burst: a topic stays silent until every scale has been ordinary for one more window.
    """
    state.said.append(heard)
    found = None
    for scale in state.counts.add(heard.at):
        odds = _odds(state, scale, topics)
        if odds < 1:
            continue
        if odds >= ODDS and found is None and heard.at >= state.hot_until:
            found = _signal(state, heard, topic, scale, odds)
        if odds >= ODDS or heard.at < state.hot_until:
            state.hot_until = max(state.hot_until, (heard.at // scale + 2) * scale)
    return found


def _odds(state: BurstState, scale: int, topics: int) -> float:
    """Days until this is expected to happen by chance, over all topics and scales."""
    window = state.counts.windows[scale]
    level = window.level
    if window.count < LEAST_COUNT or level.closed < SETTLED or window.count <= 1.5 * level.expected:
        return 0.0
    tests_a_day = max(1, topics) * len(SCALES) * _DAY / scale
    return 1 / max(level.tail(window.count) * tests_a_day, 1e-300)


def _signal(state: BurstState, heard: Heard, topic: str, scale: int, odds: float) -> Signal:
    window = state.counts.windows[scale]
    start = heard.at // scale * scale
    said = [post for post in state.said if post.at >= start]
    telling = sorted(said, key=lambda post: -max(post.sensitivity, abs(post.tone)))
    return Signal(
        kind="burst",
        topic=topic,
        at=datetime.fromtimestamp(heard.at, UTC),
        window=float(scale),
        count=window.count,
        expected=window.level.expected,
        odds=odds,
        verdict=verdict(said),
        evidence=tuple(post.post for post in telling[:_EVIDENCE]),
        facts=tone_shares(said),
    )
