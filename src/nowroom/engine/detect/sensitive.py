"""A few sensitive posts in a short time: the first words about something terrible.

Each post is weighed by how much likelier it is if something happened than if not (a likelihood ratio between two
mixtures of sensitive and other posts), and the weights are summed as in Page's CUSUM test: the sum never falls
below zero and fades with time. Before anything happened a share `background` of the stream is sensitive, learnt
from the stream itself; after, a third of it.
"""

import math
from dataclasses import dataclass, field
from datetime import UTC, datetime

from nowroom.engine.detect.signal import Heard, Signal
from nowroom.engine.enrich.sensitivity import SENSITIVE, likelihood_ratio

AFTERMATH = 1 / 3
"""The share of sensitive posts about a place or topic once something has happened there."""

ODDS = 100.0
"""Evidence needed. More topics need no more of it: it is weighed per post heard, so false signals grow with posts,
not with topics. On streams of every day it gives less than one false signal in 10,000 posts."""

FADE = 1_200.0
"""Seconds in which evidence fades to 1/e."""

_PRIOR_SENSITIVE, _PRIOR_POSTS = 0.5, 100.0
_CLEANEST = 0.005
"""No stream is taken to be cleaner than this: one post, however sure the model, is never enough."""

_MEMORY = 5_000.0
"""Posts after which the learnt background has forgotten all but 1/e."""

_REMEMBERED = 3.0
_CAP = 2.0
_CALM = 0.25
_EVIDENCE = 20


@dataclass(slots=True)
class Weighed:
    """One post that weighed for something having happened."""

    post: str
    at: float
    weight: float
    sensitivity: float


@dataclass(slots=True)
class SensitiveState:
    """One topic: the sum, the background as decayed sums, what weighed, and when each voice last did."""

    evidence: float = 0.0
    latest: float = 0.0
    sensitive: float = 0.0
    posts: float = 0.0
    alarmed: bool = False
    weighed: list[Weighed] = field(default_factory=list)
    voices: dict[str, float] = field(default_factory=dict)

    @property
    def background(self) -> float:
        """The learnt share of sensitive posts before anything happened."""
        return max(_CLEANEST, (self.sensitive + _PRIOR_SENSITIVE) / (self.posts + _PRIOR_POSTS))


def hear(state: SensitiveState, heard: Heard, topic: str) -> Signal | None:
    """Take in one post; the signal that it sets off, if any. One signal until the evidence has faded."""
    _fade(state, heard.at)
    ratio = likelihood_ratio(heard.sensitivity)
    weight = _weight(state, heard, ratio)
    _learn(state, ratio)
    threshold = math.log(ODDS)
    state.evidence = min(max(0.0, state.evidence + weight), _CAP * threshold)
    if state.evidence == 0:
        state.weighed.clear()
    elif weight > 0:
        state.weighed.append(Weighed(heard.post, heard.at, weight, heard.sensitivity))
        del state.weighed[: -2 * _EVIDENCE]
    if state.alarmed:
        state.alarmed = state.evidence > _CALM * threshold
        return None
    if weight <= 0 or state.evidence < threshold:
        return None
    state.alarmed = True
    return _signal(state, heard, topic)


def _fade(state: SensitiveState, at: float) -> None:
    passed = max(0.0, at - state.latest)
    state.evidence *= math.exp(-passed / FADE)
    state.latest = max(state.latest, at)
    forgotten = state.latest - _REMEMBERED * FADE
    state.weighed = [one for one in state.weighed if one.at > forgotten]
    state.voices = {name: last for name, last in state.voices.items() if last > forgotten}


def _weight(state: SensitiveState, heard: Heard, ratio: float) -> float:
    """The log-likelihood ratio of one post, faded by age; nothing for what the same words or person said before.

    Evidence adds up only if it is independent: a text repeated a hundred times is one voice.
    """
    background = min(state.background, AFTERMATH / 2)
    weight = math.log((AFTERMATH * ratio + 1 - AFTERMATH) / (background * ratio + 1 - background))
    if weight <= 0:
        return weight
    if _spoke_before(state, heard):
        return 0.0
    return weight * math.exp(-(state.latest - heard.at) / FADE)


def _learn(state: SensitiveState, ratio: float) -> None:
    share = state.background
    kept = math.exp(-1 / _MEMORY)
    state.sensitive = kept * state.sensitive + share * ratio / (share * ratio + 1 - share)
    state.posts = kept * state.posts + 1


def _spoke_before(state: SensitiveState, heard: Heard) -> bool:
    """Whether these words or this author weighed lately; remembers that they do now."""
    names = [heard.wording, f"@{heard.author}"] if heard.author else [heard.wording]
    known = any(name in state.voices for name in names)
    state.voices.update(dict.fromkeys(names, state.latest))
    return known


def _signal(state: SensitiveState, heard: Heard, topic: str) -> Signal:
    """Facts about the posts that carry the evidence, and how many of them were to be expected in the same time."""
    telling = sorted(state.weighed, key=lambda one: -one.weight)
    count = sum(one.sensitivity >= SENSITIVE for one in telling)
    window = max(1.0, heard.at - min(one.at for one in telling))
    return Signal(
        kind="sensitive",
        topic=topic,
        at=datetime.fromtimestamp(heard.at, UTC),
        window=window,
        count=max(count, 1),
        expected=state.background * max(count / AFTERMATH, 1.0),
        odds=math.exp(state.evidence),
        verdict="threat",
        evidence=tuple(one.post for one in telling[:_EVIDENCE]),
        facts={"background": state.background, "strongest": max(one.sensitivity for one in telling)},
    )
