"""Listening: one thread per source gathers posts, one loop per process hands them to the brands' ears."""

import threading
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

from nowroom.channels.sources.base import Backoff
from nowroom.listening.actions import Helping, note_recovery, note_trouble
from nowroom.listening.models import Source
from nowroom.listening.queries import all_active_sources
from nowroom.people.models import Brand
from nowroom.workers import loop
from nowroom.workers.ear import Ear
from nowroom.workers.readers import Gathered, Readers

# Between looks at what people and the queue changed.
REFRESH = timedelta(seconds=2)
# How long (seconds) a turn waits for posts.
PATIENCE = 0.2
_NOT_KEPT = "What was heard could not be kept. Listening goes on from what was kept last, and nothing is left out."


class Listening:
    """All active sources of all brands. One per installation: two would both hear everything.

    Brands do not wait for each other: what fails for one is logged and shown there, and its ear begins again from what
    was kept.
    """

    def __init__(
        self, clock: Callable[[], datetime], stop: threading.Event, *, backoff: Callable[[], Backoff] = Backoff
    ) -> None:
        self._clock = clock
        self._readers = Readers(stop, backoff=backoff)
        self._ears: dict[int, Ear] = {}
        self._sources: dict[int, Source] = {}
        self._troubled: set[int] = set()
        self._refreshed: datetime | None = None

    def turn(self) -> int:
        """Refresh when it is time, then take what has gathered; the number of helpings."""
        now = self._clock()
        if self._refreshed is None or now - self._refreshed >= REFRESH or now < self._refreshed:
            self._refresh(now)
        gathered = self._readers.gathered(patience=PATIENCE)
        for brand_id in list(self._ears):
            mine = [one for one in gathered if one.reader.source.brand_id == brand_id]
            if not loop.attempt(f"listening for brand {brand_id}", partial(self._hear, brand_id, mine)):
                self._start_over(brand_id)
        self._note_health(gathered)
        return len(gathered)

    def _refresh(self, now: datetime) -> None:
        self._refreshed = now
        self._sources = {source.pk: source for source in all_active_sources()}
        self._troubled |= {pk for pk, source in self._sources.items() if source.trouble}
        for brand in {source.brand for source in self._sources.values()}:
            if not loop.attempt(f"listening for {brand}", partial(self._tune, brand, now)):
                self._start_over(brand.pk)
        heard = {pk: source for pk, source in self._sources.items() if source.brand_id in self._ears}
        self._readers.follow(heard, lambda source: self._ears[source.brand_id].cursor(source))

    def _tune(self, brand: Brand, now: datetime) -> None:
        if brand.pk in self._ears:
            self._ears[brand.pk].refresh(now)
        else:
            self._ears[brand.pk] = Ear(brand, now)

    def _hear(self, brand_id: int, gathered: Sequence[Gathered]) -> None:
        helpings = [
            Helping(one.reader.source, one.heard.posts, one.heard.cursor or "")
            for one in gathered
            if one.heard.posts or one.heard.cursor is not None
        ]
        self._ears[brand_id].hear(helpings, clock=self._clock)

    def _start_over(self, brand_id: int) -> None:
        """What the ear heard since it was saved is gone with it: read it again."""
        self._ears.pop(brand_id, None)
        self._readers.start_over(brand_id)
        for source in self._sources.values():
            if source.brand_id == brand_id:
                loop.attempt(f"noting trouble of {source}", partial(self._note_trouble, source, _NOT_KEPT))

    def _note_health(self, gathered: Sequence[Gathered]) -> None:
        for one in gathered:
            source = one.reader.source
            for problem in one.heard.problems:
                where = f"Line {problem.line}: " if problem.line else ""
                self._note_trouble(source, where + problem.message)
            if not one.heard.problems and source.pk in self._troubled and source.brand_id in self._ears:
                note_recovery(source)
                self._troubled.discard(source.pk)

    def _note_trouble(self, source: Source, message: str) -> None:
        self._troubled.add(source.pk)
        note_trouble(source, message=message, now=self._clock())
