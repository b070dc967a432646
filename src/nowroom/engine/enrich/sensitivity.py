"""How probably a post speaks of death, injury, attack, disaster, disease or mourning that really happened."""

import numpy as np
import numpy.typing as npt
import polars as pl

from nowroom.engine.enrich import linear
from nowroom.engine.enrich.explain import Reason, reasons

PRIOR = 0.1
"""The share of sensitive posts at which the probabilities are calibrated."""
SENSITIVE = 0.5
"""From this probability on a post counts as sensitive."""

_MOST_LOG_ODDS = 20.0
_LEAST = 1e-6


def sensitivities(texts: pl.Series) -> pl.Series:
    """The probability, 0 to 1, for every text."""
    log_odds = linear.load("sensitivity").scores(texts)[:, 0]
    return pl.Series("sensitivity", 1 / (1 + np.exp(-_bounded(log_odds))), dtype=pl.Float32)


def explain(text: str) -> list[Reason]:
    """What in the text speaks for (positive) and against (negative) sensitivity, in log odds, strongest first."""
    return reasons(linear.load("sensitivity"), text, column=0)


def likelihood_ratio(sensitivity: float) -> float:
    """How many times likelier a post is among sensitive posts than among others, from its probability."""
    bounded = min(max(sensitivity, _LEAST), 1 - _LEAST)
    return bounded / (1 - bounded) * (1 - PRIOR) / PRIOR


def _bounded(log_odds: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    return np.clip(log_odds, -_MOST_LOG_ODDS, _MOST_LOG_ODDS)
