"""The threads that read sources: started, watched, and started again where they were left off."""

import queue
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass

from nowroom.accounts.queries import network
from nowroom.channels.sources.base import Backoff, Heard, Problem, SourceRefusedError
from nowroom.channels.sources.registry import listener
from nowroom.listening.models import Source
from nowroom.workers import loop

# Helpings that wait at most: a source that is read faster than it can be understood waits for us, not in memory.
WAITING = 50
_STOPPED = "Reading this source stopped unexpectedly; it is tried again. The server’s log says why."


@dataclass(frozen=True, slots=True)
class Gathered:
    """A helping, and who read it."""

    reader: "Reader"
    heard: Heard


class Reader(threading.Thread):
    """Reads one source into a shared queue until told to stop or until the source ends."""

    def __init__(self, source: Source, cursor: str, into: "queue.Queue[Gathered]", stop: threading.Event) -> None:
        super().__init__(name=f"read-{source.pk}", daemon=True)
        self.source = source
        self.finished = False
        self._cursor = cursor
        self._into = into
        self._stop_all = stop
        self._stop_me = threading.Event()

    @property
    def is_cancelled(self) -> bool:
        """Whether nobody wants to hear from it any more."""
        return self._stop_me.is_set()

    @property
    def has_failed(self) -> bool:
        """Whether it ended before its source did."""
        return not (self.is_alive() or self.finished or self.is_cancelled)

    def cancel(self) -> None:
        """Stop after the current helping, which is not given any more."""
        self._stop_me.set()

    def reads(self, source: Source) -> bool:
        """Whether this is what it reads, as people have it now."""
        mine = self.source
        return (mine.kind, mine.address, mine.name) == (source.kind, source.address, source.name)

    def run(self) -> None:
        """Read. `finished` says whether the source has ended; everything else is a problem that is given on."""
        if not loop.attempt(self.name, self._read):
            self._put(Heard((), None, (Problem(_STOPPED),)))

    def _read(self) -> None:
        source = self.source
        try:
            reading = listener(
                source.kind, source.address, name=source.name, network=network(), sleep=self._stop_me.wait
            )
            with closing(reading.listen(self._cursor or None)) as helpings:
                self.finished = all(self._put(heard) for heard in helpings)
        except SourceRefusedError as refusal:
            self._put(Heard((), None, (Problem(refusal.message, lasting=True),)))

    def _put(self, heard: Heard) -> bool:
        while not (self._stop_all.is_set() or self.is_cancelled):
            try:
                self._into.put(Gathered(self, heard), timeout=0.5)
            except queue.Full:
                continue
            return True
        return False


class Readers:
    """One reader for each source that is listened to.

    A reader that ended before its source is replaced after a while that doubles with every failure. One whose source
    has ended is not: there is nothing more to read, until somebody pauses the source and goes on or names another
    address.
    """

    def __init__(self, stop: threading.Event, *, backoff: Callable[[], Backoff] = Backoff) -> None:
        self._stop = stop
        self._new_backoff = backoff
        self._queue: queue.Queue[Gathered] = queue.Queue(WAITING)
        self._readers: dict[int, Reader] = {}
        self._backoffs: dict[int, Backoff] = {}
        self._again_at: dict[int, float] = {}

    def follow(self, sources: Mapping[int, Source], cursor: Callable[[Source], str]) -> None:
        """Read exactly these, by their primary keys; `cursor` says from where, asked when a reader starts."""
        for pk, reader in list(self._readers.items()):
            if pk not in sources or not reader.reads(sources[pk]):
                self._cancel(pk)
            # Only then is it certain that nothing more comes from the old one.
            if reader.is_cancelled and not reader.is_alive():
                del self._readers[pk]
        for pk, source in sources.items():
            known = self._readers.get(pk)
            if known is None or (known.has_failed and self._may_try_again(pk)):
                self._readers[pk] = Reader(source, cursor(source), self._queue, self._stop)
                self._readers[pk].start()

    def gathered(self, *, patience: float) -> list[Gathered]:
        """What readers have given, after waiting for `patience` seconds at most; nothing of those cancelled since."""
        try:
            taken = [self._queue.get(timeout=patience)]
        except queue.Empty:
            return []
        while len(taken) < WAITING and not self._queue.empty():
            taken.append(self._queue.get_nowait())
        wanted = [one for one in taken if not one.reader.is_cancelled]
        for one in wanted:
            if not one.heard.problems:
                self._backoffs.pop(one.reader.source.pk, None)
        return wanted

    def start_over(self, brand_id: int) -> None:
        """Forget what was read for a brand and not kept: its sources are read again from where `follow` says."""
        for reader in self._readers.values():
            if reader.source.brand_id == brand_id:
                reader.cancel()

    def _cancel(self, pk: int) -> None:
        self._readers[pk].cancel()
        self._backoffs.pop(pk, None)
        self._again_at.pop(pk, None)

    def _may_try_again(self, pk: int) -> bool:
        """Whether its time has come. Never when first asked: what it had given is taken before it is replaced."""
        if pk not in self._again_at:
            wait = self._backoffs.setdefault(pk, self._new_backoff()).next_wait()
            self._again_at[pk] = time.monotonic() + wait
            return False
        if time.monotonic() < self._again_at[pk]:
            return False
        del self._again_at[pk]
        return True
