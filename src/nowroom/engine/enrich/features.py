"""Hashed features of texts, computed for a whole batch at once with arrays instead of loops over characters.

Every span of characters has the hash ``sum(c[i] * B**(i - start))`` modulo 2**64. With the prefix sums
``P[k] = sum(c[i] * B**i for i < k)`` that is ``(P[end] - P[start]) * B**-start``: B is odd, hence invertible.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
import polars as pl

BITS = 18
BUCKETS = 1 << BITS
CHAR_LENGTHS = (3, 4, 5)

U64 = npt.NDArray[np.uint64]
Index = npt.NDArray[np.int64]

_SPACE, _NEWLINE = 0x20, 0x0A
_BASE = 0x9E3779B97F4A7C15
_INVERSE = pow(_BASE, -1, 1 << 64)
_MIX = np.uint64(0xD6E8FEB86659FD93)


@dataclass(frozen=True, slots=True)
class Spans:
    """Features of one kind: bucket, and the row of the text that holds it, in order of rows."""

    buckets: Index
    rows: Index


@dataclass(frozen=True, slots=True)
class Features:
    """What the linear models see of a batch: words and their pairs, and characters within words."""

    words: Spans
    chars: Spans
    size: int


def features(cleaned: pl.Series) -> Features:
    """Features of texts that `cleaning.clean` made."""
    codes = _codes(cleaned)
    prefix, inverse = _prefix_sums(codes)
    rows = np.cumsum(codes == _NEWLINE)
    rows[codes == _NEWLINE] -= 1
    words = _words(codes, prefix, inverse, rows)
    chars = _chars(codes, prefix, inverse, rows)
    return Features(words, chars, len(cleaned))


def _codes(cleaned: pl.Series) -> npt.NDArray[np.uint32]:
    """Code points of all texts, a newline after each; a letter said more than twice in a row is said twice."""
    joined = "\n".join([*cleaned.to_list(), ""])
    codes = np.frombuffer(joined.encode("utf-32-le"), dtype=np.uint32)
    repeated = np.zeros(len(codes), dtype=bool)
    repeated[2:] = (codes[2:] == codes[1:-1]) & (codes[1:-1] == codes[:-2]) & (codes[2:] != _NEWLINE)
    return codes[~repeated]


def _prefix_sums(codes: npt.NDArray[np.uint32]) -> tuple[U64, U64]:
    powers, inverse = _powers(1 << max(10, len(codes).bit_length()))
    prefix = np.zeros(len(codes) + 1, dtype=np.uint64)
    np.cumsum((codes.astype(np.uint64) + np.uint64(1)) * powers[: len(codes)], out=prefix[1:])
    return prefix, inverse


@lru_cache(maxsize=8)
def _powers(length: int) -> tuple[U64, U64]:
    def powers(base: int) -> U64:
        factors = np.full(length, base, dtype=np.uint64)
        factors[0] = 1
        return np.multiply.accumulate(factors)

    return powers(_BASE), powers(_INVERSE)


def _hashes(prefix: U64, inverse: U64, starts: Index, ends: Index) -> U64:
    mixed = (prefix[ends] - prefix[starts]) * inverse[starts]
    mixed = (mixed ^ (mixed >> np.uint64(32))) * _MIX
    return mixed ^ (mixed >> np.uint64(29))


def _buckets(hashes: U64) -> Index:
    return (((hashes ^ (hashes >> np.uint64(32))) * _MIX) >> np.uint64(64 - BITS)).astype(np.int64)


def _words(codes: npt.NDArray[np.uint32], prefix: U64, inverse: U64, rows: Index) -> Spans:
    inside = (codes != _SPACE) & (codes != _NEWLINE)
    edges = np.diff(np.concatenate(([False], inside, [False])).astype(np.int8))
    starts, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    single = _hashes(prefix, inverse, starts, ends)
    row = rows[starts]
    together = row[1:] == row[:-1]
    pairs = (single[:-1] * np.uint64(3) + single[1:])[together]
    buckets = np.concatenate((_buckets(single), _buckets(pairs)))
    return _in_row_order(buckets, np.concatenate((row, row[1:][together])))


def _chars(codes: npt.NDArray[np.uint32], prefix: U64, inverse: U64, rows: Index) -> Spans:
    """Runs of 3 to 5 characters within a word; the spaces around the word count as its edge characters."""
    blank = np.concatenate(([0], np.cumsum((codes == _SPACE) | (codes == _NEWLINE))))
    newline = np.concatenate(([0], np.cumsum(codes == _NEWLINE)))
    buckets, owners = [], []
    for length in CHAR_LENGTHS:
        starts = np.arange(max(0, len(codes) - length + 1))
        inner_blanks = blank[starts + length - 1] - blank[starts + 1]
        newlines = newline[starts + length] - newline[starts]
        starts = starts[(inner_blanks == 0) & (newlines == 0)]
        # Another seed per length keeps a run of characters apart from the word of the same letters.
        buckets.append(_buckets(_hashes(prefix, inverse, starts, starts + length) + np.uint64(length)))
        owners.append(rows[starts])
    return _in_row_order(np.concatenate(buckets), np.concatenate(owners))


def _in_row_order(buckets: Index, rows: Index) -> Spans:
    order = np.argsort(rows, kind="stable")
    return Spans(buckets[order], rows[order])
