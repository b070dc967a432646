"""Whether a post sounds negative, neutral or positive."""

import numpy as np
import polars as pl

from nowroom.engine.enrich import linear
from nowroom.engine.enrich.explain import Reason, reasons

TONES = ("negative", "neutral", "positive")


def tones(texts: pl.Series) -> pl.DataFrame:
    """Columns `tone` (one of `TONES`) and `tone_score` (-1 surely negative to 1 surely positive), one row per text."""
    scores = linear.load("tone").scores(texts)
    shifted = np.exp(scores - scores.max(axis=1, keepdims=True, initial=-np.inf))
    shares = shifted / shifted.sum(axis=1, keepdims=True)
    names = np.array(TONES)[shares.argmax(axis=1)] if len(texts) else []
    tone = pl.Series("tone", names, dtype=pl.String)
    return pl.DataFrame([tone, pl.Series("tone_score", shares[:, 2] - shares[:, 0], dtype=pl.Float32)])


def explain(text: str) -> list[Reason]:
    """What in the text sounds positive (positive) and negative (negative), in log odds, strongest first."""
    return reasons(linear.load("tone"), text, column=2, against=0)
