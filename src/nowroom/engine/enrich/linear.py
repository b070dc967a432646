"""Linear models over hashed features and lexicon categories, for inference with numpy alone."""

from dataclasses import dataclass
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
import polars as pl

from nowroom.engine.enrich.cleaning import clean
from nowroom.engine.enrich.features import BUCKETS, Spans, features
from nowroom.engine.enrich.lexicon import CATEGORIES, category_counts

Floats = npt.NDArray[np.float32]
_CHUNK = 2_048


@dataclass(frozen=True, slots=True)
class LinearModel:
    """Weights of K classes: `buckets` (2**18, K), `lexicon` (categories, K), `bias` (K).

    A text's score is the sum of its words' and of its characters' weights, each divided by the square root of
    their number, plus its lexicon categories' weights, plus the bias.
    """

    buckets: Floats
    lexicon: Floats
    bias: Floats

    def scores(self, texts: pl.Series) -> Floats:
        """Scores of every text: (texts, K), natural-log odds for K = 1 and unnormalised log odds otherwise."""
        parts = [self._chunk(texts[start : start + _CHUNK]) for start in range(0, len(texts), _CHUNK)]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.bias)), np.float32)

    def _chunk(self, texts: pl.Series) -> Floats:
        cleaned = clean(texts)
        seen = features(cleaned)
        hashed = self._hashed(seen.words, seen.size) + self._hashed(seen.chars, seen.size)
        total: Floats = (hashed + category_counts(cleaned) @ self.lexicon + self.bias).astype(np.float32)
        return total

    def _hashed(self, spans: Spans, size: int) -> Floats:
        """(texts, K): sums of weights over the square root of their number."""
        counts = np.bincount(spans.rows, minlength=size)
        weights = self.buckets[spans.buckets]
        columns = [np.bincount(spans.rows, weights=column, minlength=size) for column in weights.T]
        summed: Floats = (np.stack(columns, axis=1) / np.sqrt(np.maximum(counts, 1))[:, None]).astype(np.float32)
        return summed


@cache
def load(name: str) -> LinearModel:
    """The shipped model of this name."""
    with (
        resources.as_file(resources.files("nowroom.engine.weights").joinpath(f"{name}.npz")) as path,
        np.load(path) as file,
    ):
        buckets = file["buckets"].astype(np.float32)
        lexicon = file["lexicon"].astype(np.float32)
        if buckets.shape[0] != BUCKETS or lexicon.shape[0] != len(CATEGORIES):
            raise ValueError(f"The weights '{name}' do not fit this version; train them again.")
        return LinearModel(buckets, lexicon, file["bias"].astype(np.float32))
