"""One brand's ear: posts in, mentions, signals and, where the policy says so, holds out."""

import time
from collections.abc import Callable, Sequence
from datetime import datetime

from nowroom.content.models import Asset, Variant
from nowroom.content.queries import newest_revision
from nowroom.engine.batch import posts as batch_of
from nowroom.engine.pipeline import PLACE, Pipeline, place_topic
from nowroom.engine.pipeline import Topic as EngineTopic
from nowroom.listening.actions import Hearing, Helping, hear, watch
from nowroom.listening.models import Signal, Topic
from nowroom.listening.queries import (
    PLACE_ORIGIN,
    Watch,
    active_sources,
    active_topics,
    parsed,
    saved_state,
    watch_for,
    watch_for_place,
)
from nowroom.people.models import Brand
from nowroom.publishing.queries import assets_to_watch
from nowroom.safety.actions import Placement, act_on_threat

# How long (seconds) posts that led to nothing may go unsaved: after a crash they are read again from the cursor.
SAVE_EVERY = 5.0


class Ear:
    """Listens for one brand. Its detectors go on from the saved state; its topics follow what is queued."""

    def __init__(self, brand: Brand, now: datetime) -> None:
        self.brand = brand
        self._pipeline = Pipeline()
        snapshot = saved_state(brand)
        if snapshot is not None:
            self._pipeline.restore(snapshot)
        self._topics: dict[str, Topic] = {}
        self._places: dict[str, tuple[str, ...]] = {}
        self._declared: dict[str, str] = {}
        self._unsaved: list[Helping] = []
        self._saved_at = time.monotonic()
        self.refresh(now)

    def refresh(self, now: datetime) -> None:
        """Derive what to listen for from what is queued, and take up sources and topics that people changed."""
        derived = watches(self.brand, now)
        watch(self.brand, watches=derived, now=now)
        self._places = {w.origin: w.places for w in derived}
        for source in active_sources(self.brand):
            if self._declared.get(source.name) != source.place:
                self._pipeline.declare_source(source.name, source.place or None)
                self._declared[source.name] = source.place
        self._take_up({_engine_id(topic): topic for topic in active_topics(self.brand)})

    def hear(
        self, helpings: Sequence[Helping], *, clock: Callable[[], datetime]
    ) -> list[tuple[Signal, Placement | None]]:
        """Take in posts in order of arrival: what was noticed, and the hold it led to.

        Args:
            helpings: posts of any of the brand's sources; the source's name fills the posts' `source`.
            clock: read after the work on the database, so that the time from signal to hold is honest.

        """
        heard = [helping for helping in helpings if helping.posts]
        rows = [{**post, "source": helping.source.name} for helping in heard for post in helping.posts]
        if not rows:
            return []
        result = self._pipeline.process(batch_of(rows))
        self._unsaved += heard
        known = [signal for signal in result.signals if signal.topic in self._topics]
        if result.matched.is_empty() and not known and time.monotonic() - self._saved_at < SAVE_EVERY:
            return []
        hearing = Hearing(result.matched, known, self._topics, self._pipeline.snapshot())
        signals = hear(self.brand, helpings=self._unsaved, hearing=hearing, now=clock())
        self._unsaved, self._saved_at = [], time.monotonic()
        return [(signal, act_on_threat(signal, now=clock())) for signal in signals]

    def _take_up(self, wanted: dict[str, Topic]) -> None:
        for gone in self._topics.keys() - wanted.keys():
            if not gone.startswith(PLACE):
                self._pipeline.remove_topic(gone)
        for key, topic in wanted.items():
            known = self._topics.get(key)
            if not key.startswith(PLACE) and (known is None or known.query != topic.query):
                places = (*self._places.get(topic.origin, ()), *self.brand.places)
                self._pipeline.add_topic(EngineTopic(key, parsed(topic.query), places))
        self._topics = wanted


def watches(brand: Brand, now: datetime) -> list[Watch]:
    """What the brand should listen for now: what is queued, and each place that it, a source or the brand is about.

    The assets of one moment are listened for together: people talk about the moment, not about our assets.
    """
    together: dict[tuple[str, int], list[tuple[Asset, list[Variant]]]] = {}
    for asset in assets_to_watch(brand, now):
        key = ("moment", asset.moment_id) if asset.moment_id else ("asset", asset.pk)
        together.setdefault(key, []).append((asset, list(newest_revision(asset).variants.all())))
    found = [watch for watch in map(watch_for, together.values()) if watch]
    places = [*brand.places, *(place for watch in found for place in watch.places)]
    places += [source.place for source in active_sources(brand) if source.place]
    return [*found, *{w.origin: w for w in map(watch_for_place, places)}.values()]


def _engine_id(topic: Topic) -> str:
    if topic.origin.startswith(PLACE_ORIGIN):
        return place_topic(topic.origin.removeprefix(PLACE_ORIGIN))
    return f"topic:{topic.pk}"
