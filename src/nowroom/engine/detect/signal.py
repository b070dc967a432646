"""What the detectors say."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Kind = Literal["burst", "sensitive"]
Verdict = Literal["threat", "opportunity", "noise"]


@dataclass(frozen=True, slots=True)
class Signal:
    """Something noticed on a topic, with its evidence.

    `at` is the event time of the post that set it off; `window` the seconds that `count` and `expected` speak of;
    `odds` how many times likelier what was seen is if something happened than if not, after the correction for
    the number of topics watched; `evidence` ids of posts, most telling first; `facts` numbers for a sentence.
    """

    kind: Kind
    topic: str
    at: datetime
    window: float
    count: int
    expected: float
    odds: float
    verdict: Verdict
    evidence: tuple[str, ...]
    facts: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heard:
    """One matched post as detectors hear it.

    `at` in seconds since 1970, `sensitivity` 0 to 1, `tone` -1 to 1; `wording` is the same for posts of the same words.
    """

    post: str
    at: float
    sensitivity: float
    tone: float
    author: str | None
    wording: str
