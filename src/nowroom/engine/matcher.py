"""All standing queries at once against a batch.

Each query is filed under keys of which a matching post holds at least one: the rarest term of what it requires.
A post is tried only against the queries filed under its own terms, so the cost of a post hardly grows with the
number of queries. Adding and removing touch only the query's own keys.
"""

import functools
import operator
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

import polars as pl

from nowroom.engine import rarity
from nowroom.engine.query.terms import FIELDS, field_words
from nowroom.engine.query.tree import (
    And,
    Field,
    Mark,
    Node,
    Not,
    Or,
    Phrase,
    PostView,
    Prefix,
    Query,
    Word,
    is_bounded,
)
from nowroom.engine.text import terms

MATCHES = pl.Schema({"post": pl.UInt32(), "query_id": pl.String(), "in_text": pl.Boolean()})

_COLUMN_OF_FIELD = {"lang": "lang", "from": "author", "source": "source", "place": "place"}


@dataclass(frozen=True, slots=True)
class _Keys:
    """Keys that cover a node, and the share of posts expected to hold one of them."""

    exact: frozenset[str] = frozenset()
    prefixes: frozenset[str] = frozenset()
    share: float = 0.0

    def __or__(self, other: "_Keys") -> "_Keys":
        return _Keys(self.exact | other.exact, self.prefixes | other.prefixes, self.share + other.share)


@dataclass(slots=True)
class _Index:
    """Query ids by key."""

    exact: dict[str, dict[str, None]] = field(default_factory=dict)
    prefixes: dict[str, dict[str, None]] = field(default_factory=dict)

    def add(self, query_id: str, keys: _Keys) -> None:
        for table, names in ((self.exact, keys.exact), (self.prefixes, keys.prefixes)):
            for name in names:
                table.setdefault(name, {})[query_id] = None

    def remove(self, query_id: str, keys: _Keys) -> None:
        for table, names in ((self.exact, keys.exact), (self.prefixes, keys.prefixes)):
            for name in names:
                del table[name][query_id]
                if not table[name]:
                    del table[name]

    def candidates(self, held: Iterable[str]) -> dict[str, None]:
        """Ids of the queries filed under one of these terms, without repetition."""
        found: dict[str, None] = {}
        for term in held:
            ids = self.exact.get(term)
            if ids:
                found.update(ids)
        return found

    def prefix_candidates(self, held: Iterable[str]) -> dict[str, None]:
        """Ids of the queries filed under a prefix of one of these terms."""
        found: dict[str, None] = {}
        lengths = {len(stem) for stem in self.prefixes}
        for term in held:
            for length in lengths:
                found.update(self.prefixes.get(term[:length], {}))
        return found


class Matcher:
    """Standing queries by id. Not safe for use by several threads at once."""

    def __init__(self) -> None:
        self._queries: dict[str, tuple[Query, _Keys]] = {}
        self._index = _Index()
        self._key_fields: Counter[str] = Counter()
        self._asking: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._queries)

    def __contains__(self, query_id: str) -> bool:
        return query_id in self._queries

    def asks_for(self, name: str) -> bool:
        """Whether any query looks at this metadata field."""
        return self._asking[name] > 0

    def add(self, query_id: str, query: Query) -> None:
        """Listen for `query`; replaces what was listened for under this id."""
        if query_id in self._queries:
            self.remove(query_id)
        keys = _keys(query.root)
        self._queries[query_id] = (query, keys)
        self._index.add(query_id, keys)
        self._count_fields(query, keys, 1)

    def remove(self, query_id: str) -> None:
        """Stop listening. Raises `KeyError` for an unknown id."""
        query, keys = self._queries.pop(query_id)
        self._index.remove(query_id, keys)
        self._count_fields(query, keys, -1)

    def match(self, batch: pl.DataFrame) -> pl.DataFrame:
        """Every pair of post and query that match, with the columns of `MATCHES`, by post, then query id.

        `post` is the row number in `batch`. `in_text` is false where only the post's known place makes it match.
        """
        found: list[tuple[int, str, bool]] = []
        cut = terms(batch["text"])
        fields = _Fields(batch)
        rows = zip(cut["words"].to_list(), cut["marks"].to_list(), strict=True)
        for post, (words, marks) in enumerate(rows):
            candidates = self._candidates(words, marks, post, fields)
            if candidates:
                view = PostView(tuple(words), frozenset(marks), fields.of(post))
                found.extend((post, query_id, in_text) for query_id, in_text in self._matching(candidates, view))
        return pl.DataFrame(found, schema=MATCHES, orient="row")

    def _candidates(self, words: list[str], marks: list[str], post: int, fields: "_Fields") -> dict[str, None]:
        tag_names = [mark[1:] for mark in marks if mark[0] == "#"]
        found = self._index.candidates(words)
        if marks:
            found |= self._index.candidates([*marks, *tag_names])
        if self._index.prefixes:
            found |= self._index.prefix_candidates([*words, *tag_names])
        for name in FIELDS:
            if self._key_fields[name]:
                found |= self._index.candidates(f"{name}:{word}" for word in fields.words(name, post))
        return found

    def _matching(self, candidates: Iterable[str], view: PostView) -> Iterator[tuple[str, bool]]:
        unplaced = view.without_place() if view.metadata("place") else view
        for query_id in sorted(candidates):
            query = self._queries[query_id][0]
            if query.matches(view):
                yield query_id, unplaced is view or query.matches(unplaced)

    def _count_fields(self, query: Query, keys: _Keys, change: int) -> None:
        for name in _fields(query.root):
            self._asking[name] += change
        for key in keys.exact:
            name, colon, _ = key.partition(":")
            if colon:
                self._key_fields[name] += change


class _Fields:
    """The metadata of a batch as folded words, worked out when asked for."""

    def __init__(self, batch: pl.DataFrame) -> None:
        self._values = {name: batch[column].to_list() for name, column in _COLUMN_OF_FIELD.items()}

    def words(self, name: str, post: int) -> tuple[str, ...]:
        return field_words(name, self._values[name][post])

    def of(self, post: int) -> tuple[tuple[str, tuple[str, ...]], ...]:
        return tuple((name, self.words(name, post)) for name in FIELDS)


def _keys(node: Node) -> _Keys:
    """The cheapest keys that cover a bounded node."""
    match node:
        case Word(text) | Mark(text):
            return _Keys(frozenset({text}), share=rarity.expected_share(text))
        case Phrase(words):
            rarest = min(words, key=rarity.expected_share)
            return _Keys(frozenset({rarest}), share=rarity.expected_share(rarest))
        case Prefix(stem):
            return _Keys(prefixes=frozenset({stem}), share=rarity.PREFIX_SHARE / len(stem))
        case Field(name, words):
            rarest = min(words, key=rarity.expected_share)
            return _Keys(frozenset({f"{name}:{rarest}"}), share=rarity.FIELD_SHARE)
        case Or(parts):
            return functools.reduce(operator.or_, (_keys(part) for part in parts), _Keys())
        case And(parts):
            return min((_keys(part) for part in parts if is_bounded(part)), key=lambda keys: keys.share)
        case Not():
            raise ValueError("A negation has no keys; the parser refuses queries that are not bounded.")


def _fields(node: Node) -> frozenset[str]:
    """The metadata fields that a node looks at."""
    match node:
        case And(parts) | Or(parts):
            return frozenset().union(*map(_fields, parts))
        case Not(part):
            return _fields(part)
        case Field(name):
            return frozenset({name})
        case _:
            return frozenset()
