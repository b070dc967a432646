"""Listening: one thread per source gathers posts, one loop per process hands them to the brands' ears."""

import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nowroom.accounts.queries import network
from nowroom.channels.sources.base import Heard, Problem, SourceRefusedError
from nowroom.channels.sources.registry import listener
from nowroom.listening.actions import Helping, note_trouble
from nowroom.listening.models import Source
from nowroom.listening.queries import all_active_sources
from nowroom.workers.ear import Ear

# Between looks at what people and the queue changed.
REFRESH = timedelta(seconds=2)
# Helpings that wait at most: a source that is read faster than it can be understood waits for us, not in memory.
WAITING = 50


@dataclass(frozen=True, slots=True)
class _Heard:
    source: Source
    heard: Heard


class _Reader(threading.Thread):
    """Reads one source into the shared queue until told to stop or until the source ends."""

    def __init__(self, source: Source, into: "queue.Queue[_Heard]", stop: threading.Event) -> None:
        super().__init__(name=f"read-{source.pk}", daemon=True)
        self.source = source
        self._into = into
        self._stop_all = stop
        self._stop_me = threading.Event()

    def cancel(self) -> None:
        """Stop after the current helping."""
        self._stop_me.set()

    def run(self) -> None:
        """Read."""
        source = self.source
        try:
            reading = listener(
                source.kind, source.address, name=source.name, network=network(), sleep=self._stop_me.wait
            )
            for heard in reading.listen(source.cursor or None):
                if not self._put(_Heard(source, heard)):
                    return
        except SourceRefusedError as refusal:
            self._put(_Heard(source, _refused(refusal)))

    def _put(self, helping: _Heard) -> bool:
        while not (self._stop_all.is_set() or self._stop_me.is_set()):
            try:
                self._into.put(helping, timeout=0.5)
            except queue.Full:
                continue
            return True
        return False


class Listening:
    """All active sources of all brands. One per installation: two would both hear everything."""

    def __init__(self, clock: Callable[[], datetime], stop: threading.Event) -> None:
        self._clock = clock
        self._stop = stop
        self._heard: queue.Queue[_Heard] = queue.Queue(WAITING)
        self._readers: dict[int, _Reader] = {}
        self._ears: dict[int, Ear] = {}
        self._refreshed: datetime | None = None

    def turn(self) -> int:
        """Refresh when it is time, then take what has gathered; the number of helpings."""
        now = self._clock()
        if self._refreshed is None or now - self._refreshed >= REFRESH or now < self._refreshed:
            self._refresh(now)
        try:
            helping = self._heard.get(timeout=0.2)
        except queue.Empty:
            return 0
        taken = [helping]
        while len(taken) < WAITING and not self._heard.empty():
            taken.append(self._heard.get_nowait())
        self._take(taken)
        return len(taken)

    def _refresh(self, now: datetime) -> None:
        self._refreshed = now
        active = {source.pk: source for source in all_active_sources()}
        for pk in self._readers.keys() - active.keys():
            self._readers.pop(pk).cancel()
        for pk, source in active.items():
            if pk not in self._readers:
                self._readers[pk] = _Reader(source, self._heard, self._stop)
                self._readers[pk].start()
        for brand in {source.brand for source in active.values()}:
            if brand.pk in self._ears:
                self._ears[brand.pk].refresh(now)
            else:
                self._ears[brand.pk] = Ear(brand, now)

    def _take(self, taken: list[_Heard]) -> None:
        for one in taken:
            for problem in one.heard.problems:
                note_trouble(one.source, message=problem.message, now=self._clock())
        for brand_id, ear in self._ears.items():
            mine = [one for one in taken if one.source.brand_id == brand_id]
            helpings = [Helping(one.source, one.heard.posts, one.heard.cursor or "") for one in mine]
            ear.hear(helpings, clock=self._clock)


def _refused(refusal: SourceRefusedError) -> Heard:
    """A refusal as a helping, so that it is written down where all trouble is."""
    return Heard((), None, (Problem(refusal.message, lasting=True),))
