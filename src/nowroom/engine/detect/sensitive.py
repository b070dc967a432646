"""A few sensitive posts in a short time: the first words about something terrible.

Each post is weighed by how much likelier it is if something happened than if not (a likelihood ratio between two
mixtures of sensitive and other posts), and the weights are summed as in Page's CUSUM test: the sum never falls
below zero and fades with time. Before anything happened a share `background` of the stream is sensitive, learnt
from the stream itself; after, a third of it.
"""

import hashlib
import math
from dataclasses import dataclass, field
from datetime import UTC, datetime

import numpy as np

from nowroom.engine.detect.signal import Heard, Signal
from nowroom.engine.enrich.sensitivity import SENSITIVE, likelihood_ratios
from nowroom.engine.text import words_of

AFTERMATH = 1 / 3
"""The share of sensitive posts about a place or topic once something has happened there."""

ODDS = 100.0
"""Evidence needed, times the number of topics: about one false signal in as many posts, were all posts independent."""

FADE = 1_200.0
"""Seconds in which evidence fades to 1/e."""

_PRIOR_SENSITIVE, _PRIOR_POSTS = 0.5, 100.0
_CLEANEST = 0.005
"""No stream is taken to be cleaner than this: one post, however sure the model, is never enough."""

_MEMORY = 5_000.0
"""Posts after which the learnt background has forgotten all but 1/e."""

_REMEMBERED_TEXTS = 200
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
    """One topic: the sum, the background as decayed sums, what weighed, and how often each text was heard lately."""

    evidence: float = 0.0
    latest: float = 0.0
    sensitive: float = 0.0
    posts: float = 0.0
    alarmed: bool = False
    weighed: list[Weighed] = field(default_factory=list)
    texts: dict[str, int] = field(default_factory=dict)

    @property
    def background(self) -> float:
        """The learnt share of sensitive posts before anything happened."""
        return max(_CLEANEST, (self.sensitive + _PRIOR_SENSITIVE) / (self.posts + _PRIOR_POSTS))


def hear(state: SensitiveState, heard: Heard, topic: str) -> Signal | None:
    """Take in one post; the signal that it sets off, if any. One signal until the evidence has faded."""
    _fade(state, heard.at)
    ratio = float(likelihood_ratios(np.array([heard.sensitivity]))[0])
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
    state.weighed = [one for one in state.weighed if one.at > state.latest - 3 * FADE]


def _weight(state: SensitiveState, heard: Heard, ratio: float) -> float:
    """The log-likelihood ratio of one post, halved for every earlier post of the same text or author, faded by age."""
    background = min(state.background, AFTERMATH / 2)
    weight = math.log((AFTERMATH * ratio + 1 - AFTERMATH) / (background * ratio + 1 - background))
    if weight <= 0:
        return weight
    heard_before = max((_heard_before(state, name) for name in _origins(heard)), default=0)
    return float(weight * 0.5**heard_before * math.exp(-(state.latest - heard.at) / FADE))


def _learn(state: SensitiveState, ratio: float) -> None:
    share = state.background
    kept = math.exp(-1 / _MEMORY)
    state.sensitive = kept * state.sensitive + share * ratio / (share * ratio + 1 - share)
    state.posts = kept * state.posts + 1


def _origins(heard: Heard) -> list[str]:
    words = " ".join(words_of(heard.text)).encode()
    text = hashlib.blake2b(words, digest_size=8).hexdigest()
    return [text, f"@{heard.author}"] if heard.author else [text]


def _heard_before(state: SensitiveState, name: str) -> int:
    before = state.texts.pop(name, 0)
    state.texts[name] = before + 1
    if len(state.texts) > _REMEMBERED_TEXTS:
        del state.texts[next(iter(state.texts))]
    return before


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
