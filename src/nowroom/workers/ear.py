"""One brand's ear: posts in, mentions, signals and, where the policy says so, holds out."""

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from nowroom.content.models import Asset, Variant
from nowroom.content.queries import newest_revision
from nowroom.engine.batch import posts as batch_of
from nowroom.engine.pipeline import PLACE, Pipeline, place_topic
from nowroom.engine.pipeline import Topic as EngineTopic
from nowroom.listening.actions import Hearing, Helping, hear, watch
from nowroom.listening.models import Signal, Source, Topic
from nowroom.listening.queries import (
    PLACE_ORIGIN,
    Watch,
    active_sources,
    active_topics,
    parsed,
    saved_state,
    threats_open,
    watch_for,
    watch_for_place,
)
from nowroom.people.models import Brand
from nowroom.publishing.queries import assets_to_watch
from nowroom.safety.actions import Placement, act_on_threat

log = logging.getLogger(__name__)

# How long (seconds) posts that led to nothing may go unsaved: after a crash they are read again from the cursor.
SAVE_EVERY = 5.0
# A threat that was noticed this lately, and not acted on before we stopped, is acted on when we come back.
UNFINISHED = timedelta(minutes=15)


class Ear:
    """Listens for one brand. Its detectors go on from the saved state; its topics follow what is queued.

    An ear that has raised is of no use any more: what it had heard since the last save is lost with it. A new one goes
    on from what was saved.
    """

    def __init__(self, brand: Brand, now: datetime) -> None:
        self.brand = brand
        self._pipeline = _restored(brand)
        self._topics: dict[str, Topic] = {}
        self._added: dict[str, tuple[str, tuple[str, ...]]] = {}
        self._places: dict[str, tuple[str, ...]] = {}
        self._declared: dict[str, str] = {}
        self._cursors: dict[tuple[int, str], str] = {}
        self._unsaved: list[Helping] = []
        self._saved_at = time.monotonic()
        self.refresh(now)
        for alert in threats_open(brand).filter(raised_at__gte=now - UNFINISHED):
            act_on_threat(alert.signal, now=now)

    def refresh(self, now: datetime) -> None:
        """Derive what to listen for from what is queued, and take up what people changed."""
        self.brand.refresh_from_db()
        derived = watches(self.brand, now)
        watch(self.brand, watches=derived, now=now)
        self._places = {w.origin: w.places for w in derived}
        self._declare({source.name: source.place for source in active_sources(self.brand)})
        self._take_up({_engine_id(topic): topic for topic in active_topics(self.brand)})

    def hear(
        self, helpings: Sequence[Helping], *, clock: Callable[[], datetime]
    ) -> list[tuple[Signal, Placement | None]]:
        """Take in posts in order of arrival: what was noticed, and the hold it led to.

        Args:
            helpings: posts of any of the brand's sources; the source's name fills the posts' `source`. None is fine,
                too: what has gone unsaved for long enough is saved.
            clock: read after the work on the database, so that the time from signal to hold is honest.

        """
        rows = [{**post, "source": helping.source.name} for helping in helpings for post in helping.posts]
        result = self._pipeline.process(batch_of(rows))
        self._note(helpings)
        known = [signal for signal in result.signals if signal.topic in self._topics]
        due = bool(self._unsaved) and time.monotonic() - self._saved_at >= SAVE_EVERY
        if result.matched.is_empty() and not known and not due:
            return []
        hearing = Hearing(result.matched, known, self._topics, self._pipeline.snapshot())
        signals = hear(self.brand, helpings=self._unsaved, hearing=hearing, now=clock())
        self._unsaved, self._saved_at = [], time.monotonic()
        return [(signal, act_on_threat(signal, now=clock())) for signal in signals]

    def cursor(self, source: Source) -> str:
        """Where to go on reading a source: after what was heard of it last, saved or not."""
        return self._cursors.get((source.pk, source.address), source.cursor)

    def _note(self, helpings: Sequence[Helping]) -> None:
        for helping in helpings:
            if helping.posts or helping.cursor != self.cursor(helping.source):
                self._unsaved.append(helping)
                self._cursors[helping.source.pk, helping.source.address] = helping.cursor

    def _declare(self, wanted: dict[str, str]) -> None:
        for name in self._declared.keys() - wanted.keys():
            self._pipeline.declare_source(name, None)
        for name, place in wanted.items():
            if self._declared.get(name) != place:
                self._pipeline.declare_source(name, place or None)
        self._declared = wanted

    def _take_up(self, wanted: dict[str, Topic]) -> None:
        for gone in self._added.keys() - wanted.keys():
            self._pipeline.remove_topic(gone)
            del self._added[gone]
        for key, topic in wanted.items():
            asked = (topic.query, (*self._places.get(topic.origin, ()), *self.brand.places))
            if not key.startswith(PLACE) and self._added.get(key) != asked:
                self._pipeline.add_topic(EngineTopic(key, parsed(topic.query), asked[1]))
                self._added[key] = asked
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


def _restored(brand: Brand) -> Pipeline:
    """The pipeline as it was saved; a fresh one where nothing was, or where what was is another version's."""
    pipeline, snapshot = Pipeline(), saved_state(brand)
    if snapshot is not None:
        try:
            pipeline.restore(snapshot)
        except ValueError:
            log.warning("%s: the detectors' saved state cannot be read; they learn anew", brand)
    return pipeline


def _engine_id(topic: Topic) -> str:
    if topic.origin.startswith(PLACE_ORIGIN):
        return place_topic(topic.origin.removeprefix(PLACE_ORIGIN))
    return f"topic:{topic.pk}"
