"""Words that speak of what the models look for, in many languages.

The word lists are text files of sections ``[category]`` with entries separated by commas; ``stem*`` is a prefix.
Entries of ``figure`` are figures of speech: whatever other entries they contain does not count.
"""

from functools import cache
from importlib import resources
from itertools import chain

import ahocorasick_rs
import numpy as np
import numpy.typing as npt
import polars as pl

from nowroom.engine.enrich.cleaning import clean

CATEGORIES = (
    "death",
    "injury",
    "attack",
    "blast",
    "fire",
    "disaster",
    "disease",
    "mourning",
    "alarm",
    "glad",
    "upset",
    "figure",
)
_FIGURE = CATEGORIES.index("figure")
_MOST = 2
"""A category that a text speaks of more than twice counts twice."""


class _Lexicon:
    """All entries as one automaton over cleaned texts."""

    def __init__(self, entries: list[tuple[str, int]]) -> None:
        self._patterns = [pattern for pattern, _ in entries]
        self._categories = [category for _, category in entries]
        self._automaton = ahocorasick_rs.AhoCorasick(self._patterns)

    def counts(self, cleaned: str) -> dict[int, int]:
        """How often each category, by number, is spoken of in one cleaned text."""
        found: dict[int, int] = {}
        for _, category, _ in self._spoken(cleaned):
            found[category] = min(_MOST, found.get(category, 0) + 1)
        return found

    def words(self, cleaned: str) -> list[tuple[str, int]]:
        """Entries found in one cleaned text, with their categories."""
        return [(cleaned[start:end].strip(), category) for start, category, end in self._spoken(cleaned)]

    def _spoken(self, cleaned: str) -> list[tuple[int, int, int]]:
        hits = self._automaton.find_matches_as_indexes(cleaned, overlapping=True)
        if not hits:
            return []
        found = [(start, self._categories[pattern], end) for pattern, start, end in hits]
        figures = [(start, end) for start, category, end in found if category == _FIGURE]
        return [hit for hit in found if hit[1] == _FIGURE or not _inside_any(hit, figures)]


def _inside_any(hit: tuple[int, int, int], figures: list[tuple[int, int]]) -> bool:
    return any(start <= hit[0] and hit[2] <= end for start, end in figures)


def category_counts(cleaned: pl.Series) -> npt.NDArray[np.float32]:
    """(texts, categories): how often each category is spoken of in each cleaned text, at most twice."""
    counts = np.zeros((len(cleaned), len(CATEGORIES)), dtype=np.float32)
    lexicon = _lexicon()
    for row, text in enumerate(cleaned.to_list()):
        for category, count in lexicon.counts(text).items():
            counts[row, category] = count
    return counts


def entries_in(cleaned: str) -> list[tuple[str, str]]:
    """Entries found in one cleaned text, with the names of their categories."""
    return [(words, CATEGORIES[category]) for words, category in _lexicon().words(cleaned)]


@cache
def _lexicon() -> _Lexicon:
    files = sorted(resources.files(__name__).iterdir(), key=lambda file: file.name)
    texts = (file.read_text("utf-8") for file in files if file.name.endswith(".txt"))
    written = dict(chain.from_iterable(_written(text) for text in texts))
    cleaned = clean(pl.Series([entry.removesuffix("*") for entry in written], dtype=pl.String)).to_list()
    patterns = {
        text.removesuffix(" ") if entry.endswith("*") else text: CATEGORIES.index(category)
        for text, (entry, category) in zip(cleaned, written.items(), strict=True)
        if text.strip()
    }
    return _Lexicon(list(patterns.items()))


def _written(text: str) -> list[tuple[str, str]]:
    """Entries as written, with their categories."""
    found, category = [], ""
    for line in text.splitlines():
        if line.startswith("["):
            category = line.strip("[]")
        else:
            found += [(entry.strip(), category) for entry in line.split(",") if entry.strip()]
    return found
