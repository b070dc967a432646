"""The level of a count, learnt as it comes: gamma-Poisson with forgetting, and the spread on top of it.

Counts per window are taken as Poisson around a rate that is itself uncertain (gamma), hence negative-binomial.
Real counts scatter more than that, so the spread seen around the level widens the distribution further.
"""

import math
from dataclasses import dataclass

FORGET = 0.97
"""Weight of the past after each window: a memory of some 33 windows."""

SETTLED = 6
"""Windows after which a level is known well enough to judge by it, and to judge the scatter around it."""

_LEAST_MEAN = 0.1
_PRIOR_COUNT, _PRIOR_WINDOWS = 0.5, 1.0
_PRIOR_SPREAD_WINDOWS = 4.0
_LEAST_SHAPE = 0.5


@dataclass(slots=True)
class Level:
    """Decayed sums over closed windows: of counts, of windows, of spread beyond Poisson, and windows in all."""

    total: float = 0.0
    windows: float = 0.0
    excess: float = 0.0
    closed: int = 0

    @property
    def expected(self) -> float:
        """The expected count of the next window."""
        return (self.total + _PRIOR_COUNT) / (self.windows + _PRIOR_WINDOWS)

    def close(self, count: int, empty_after: int = 0) -> None:
        """Learn a closed window, and `empty_after` windows without a post that followed it."""
        mean = self.expected
        if self.closed >= SETTLED:
            self.excess = FORGET * self.excess + ((count - mean) ** 2 - mean) / max(mean, _LEAST_MEAN) ** 2
        self.total = FORGET * self.total + count
        self.windows = FORGET * self.windows + 1
        self.closed += 1 + empty_after
        faded = FORGET**empty_after
        self.total *= faded
        self.excess *= faded
        self.windows = faded * self.windows + (1 - faded) / (1 - FORGET)

    def tail(self, count: int) -> float:
        """The probability that a window holds at least `count` posts if nothing happened."""
        return _upper_tail(count, self.expected, self._shape())

    def _shape(self) -> float:
        """The negative binomial's shape: the smaller of what is uncertain and what was seen to scatter."""
        uncertain = self.total + _PRIOR_COUNT
        squared_variation = self.excess / (self.windows + _PRIOR_SPREAD_WINDOWS)
        scattered = 1 / squared_variation if squared_variation > 0 else math.inf
        return max(_LEAST_SHAPE, min(uncertain, scattered))


def _upper_tail(count: int, mean: float, shape: float) -> float:
    """P(N >= count) for a negative binomial, or a little more: a geometric series bounds it, tightly far out."""
    if count <= mean:
        return 1.0
    odds = mean / (mean + shape)
    log_mass = (
        math.lgamma(count + shape)
        - math.lgamma(shape)
        - math.lgamma(count + 1)
        + shape * math.log(shape / (mean + shape))
        + count * math.log(odds)
    )
    ratio = max(odds, odds * (count + shape) / (count + 1))
    return min(1.0, math.exp(log_mass) / (1 - ratio)) if ratio < 1 else 1.0
