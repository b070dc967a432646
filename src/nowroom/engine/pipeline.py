"""From batches of posts to matched posts and signals."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import polars as pl

from nowroom.engine.batch import SCHEMA, validated
from nowroom.engine.detect import Detectors, Heard, Signal
from nowroom.engine.enrich import scored
from nowroom.engine.enrich.language import with_languages
from nowroom.engine.enrich.sensitivity import SENSITIVE
from nowroom.engine.matcher import Matcher
from nowroom.engine.query import Query, parse
from nowroom.engine.text import terms, words_of
from nowroom.engine.watch import place_query

PLACE = "place:"
"""Ids of place topics begin so; see `place_topic`."""

MATCHED = pl.Schema(
    {
        **SCHEMA,
        "tone": pl.String(),
        "tone_score": pl.Float32(),
        "sensitivity": pl.Float32(),
        "query_ids": pl.List(pl.String()),
    }
)


@dataclass(frozen=True, slots=True)
class Topic:
    """A standing query, and the places where whatever happens concerns it."""

    id: str
    query: Query
    places: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Result:
    """What came of a batch: matched posts with the columns of `MATCHED`, and signals in order of their posts."""

    matched: pl.DataFrame
    signals: list[Signal]


def place_topic(place: str) -> str:
    """The id of the topic of everything that concerns a place; spelling and case of the name do not matter."""
    return PLACE + " ".join(words_of(place))


class Pipeline:
    """Match, enrich, count, detect. One stream's worth of state; not safe for use by several threads at once.

    Every place of a topic or source is watched as a topic of its own (`place_topic`). The posts of a place are
    counted, not kept: `Result.matched` holds posts that match by what they say, and sensitive ones.
    """

    def __init__(self, *, places_of_sources: Mapping[str, str] | None = None) -> None:
        self._matcher = Matcher()
        self._topics: dict[str, Topic] = {}
        self._sources: dict[str, str] = {}
        self._watched: Counter[str] = Counter()
        self._detectors = Detectors()
        for source, place in (places_of_sources or {}).items():
            self.declare_source(source, place)

    def declare_source(self, source: str, place: str | None) -> None:
        """Say that a source is collected in and about a place, which fills the missing places of its posts."""
        before = self._sources.pop(source, None)
        if place:
            self._sources[source] = place
            self._watch(place)
        if before:
            self._unwatch(before)

    def add_topic(self, topic: Topic) -> None:
        """Watch a topic; replaces the topic of the same id and keeps what was learnt about it.

        Raises `ValueError` for an id that belongs to a place topic.
        """
        if topic.id.startswith(PLACE):
            raise ValueError(f"A topic's id cannot begin with '{PLACE}': {topic.id!r}.")
        before = self._topics.get(topic.id)
        self._topics[topic.id] = topic
        self._matcher.add(topic.id, topic.query)
        for place in topic.places:
            self._watch(place)
        for place in before.places if before else ():
            self._unwatch(place)

    def remove_topic(self, topic_id: str) -> None:
        """Stop watching a topic and forget what was learnt. Raises `KeyError` for an unknown id."""
        topic = self._topics.pop(topic_id)
        self._matcher.remove(topic_id)
        self._detectors.forget(topic_id)
        for place in topic.places:
            self._unwatch(place)

    def process(self, batch: pl.DataFrame) -> Result:
        """Take in one batch, in order of arrival. Raises `BatchError` for a frame that is none."""
        known = self._placed(validated(batch))
        matches = self._matcher.match(known)
        rows = matches["post"].unique().sort()
        posts = scored(known[rows])
        signals = list(self._signals(posts, rows, matches))
        return Result(_kept(posts, rows, matches), signals)

    def snapshot(self) -> bytes:
        """What the detectors have learnt, as JSON. Topics and sources are the caller's to declare again."""
        return self._detectors.snapshot()

    def restore(self, snapshot: bytes) -> None:
        """Go on from a snapshot as if there had been no stop. Raises `ValueError` if it is none."""
        self._detectors = Detectors.restored(snapshot)

    def _watch(self, place: str) -> None:
        """Count one more reason to watch a place; a name without words is none."""
        query, topic = place_query(place), place_topic(place)
        if query:
            self._watched[topic] += 1
            if topic not in self._matcher:
                self._matcher.add(topic, parse(query))

    def _unwatch(self, place: str) -> None:
        topic = place_topic(place)
        if topic in self._watched:
            self._watched[topic] -= 1
            if not self._watched[topic]:
                del self._watched[topic]
                self._matcher.remove(topic)
                self._detectors.forget(topic)

    def _placed(self, batch: pl.DataFrame) -> pl.DataFrame:
        declared = pl.col("source").replace_strict(self._sources, default=None, return_dtype=pl.String)
        placed = batch.with_columns(pl.col("place").fill_null(declared)) if self._sources else batch
        return with_languages(placed) if self._matcher.asks_for("lang") else placed

    def _signals(self, posts: pl.DataFrame, rows: pl.Series, matches: pl.DataFrame) -> Iterator[Signal]:
        """Feed the detectors: topics hear what is said about them, places also what is said there."""
        heard = dict(zip(rows.to_list(), _heard(posts), strict=True))
        timely = {row: self._detectors.tick(post.at) for row, post in heard.items()}
        for row, topic, in_text in matches.iter_rows():
            if timely[row] and (in_text or topic.startswith(PLACE)):
                yield from self._detectors.hear(topic, heard[row], len(self._matcher))


def _heard(posts: pl.DataFrame) -> Iterator[Heard]:
    said = terms(posts["text"])["words"].list.join(" ").to_list()
    columns = posts.select("id", pl.col("ts").dt.epoch("us") / 1e6, "sensitivity", "tone_score", "author")
    for (post, at, sensitivity, tone, author), words in zip(columns.iter_rows(), said, strict=True):
        wording = hashlib.blake2b(words.encode(), digest_size=8).hexdigest()
        yield Heard(post, at, sensitivity, tone, author, wording)


def _kept(posts: pl.DataFrame, rows: pl.Series, matches: pl.DataFrame) -> pl.DataFrame:
    """Posts that match a query by what they say or are sensitive, each with all ids it matches."""
    by_post = matches.group_by("post", maintain_order=True).agg(
        query_ids=pl.col("query_id"), in_text=pl.col("in_text").any()
    )
    joined = posts.with_columns(post=rows).join(by_post, on="post", how="left", maintain_order="left")
    kept = joined.filter(pl.col("in_text") | (pl.col("sensitivity") >= SENSITIVE))
    return with_languages(kept.select(MATCHED.names()))
