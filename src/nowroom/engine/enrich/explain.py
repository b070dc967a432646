"""Why a model says what it says about one text."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from nowroom.engine.enrich.cleaning import clean
from nowroom.engine.enrich.lexicon import entries_in
from nowroom.engine.enrich.linear import LinearModel

_LEAST = 0.05


@dataclass(frozen=True, slots=True)
class Reason:
    """A word, what the lexicon says it speaks of (empty: nothing), and by how much the score falls without it."""

    word: str
    category: str
    weight: float


def reasons(model: LinearModel, text: str, *, column: int, against: int | None = None) -> list[Reason]:
    """Reasons for the score of class `column`, minus that of class `against`, strongest first.

    Each word's weight is measured, not apportioned: the text is scored again without the word.
    """
    words = clean(pl.Series([text], dtype=pl.String))[0].split()
    variants = [" ".join(words), *(" ".join(words[:place] + words[place + 1 :]) for place in range(len(words)))]
    scores = model.scores(pl.Series(variants, dtype=pl.String))
    judged = scores[:, column] - (scores[:, against] if against is not None else 0)
    weights = np.round(judged[0] - judged[1:], 2)
    categories = {part: category for entry, category in entries_in(f" {' '.join(words)} ") for part in entry.split()}
    found = [Reason(word, categories.get(word, ""), float(weight)) for word, weight in zip(words, weights, strict=True)]
    return sorted((reason for reason in found if abs(reason.weight) >= _LEAST), key=lambda reason: -abs(reason.weight))
