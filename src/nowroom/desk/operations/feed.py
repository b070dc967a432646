"""The live feed of a brand: one poller per brand and process, shared by every page that is open."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from asgiref.sync import sync_to_async
from django.db import DatabaseError, close_old_connections, connection

from nowroom.desk.operations.pulse import Pulse, changed, read_pulse

log = logging.getLogger(__name__)

POLL_SECONDS = 1.0
HEARTBEAT_SECONDS = 15.0
# While much is said, pages hear about it this often and not with every look: nobody reads faster.
HEARD_SECONDS = 3.0
# A page that has not taken so many changes is gone or asleep: it is dropped and reconnects where it stopped.
_BACKLOG = 20


@dataclass(frozen=True, slots=True)
class Change:
    """The fragments that are old since the pulse before."""

    pulse: Pulse
    fragments: frozenset[str]


class Feed:
    """Watches one brand while at least one page listens, and tells every page the same."""

    def __init__(self, brand_id: int, *, poll_seconds: float = POLL_SECONDS) -> None:
        self.brand_id = brand_id
        self._poll_seconds = poll_seconds
        self._pages: set[asyncio.Queue[Change | None]] = set()
        self._poller: asyncio.Task[None] | None = None
        self._looked = asyncio.Event()
        self._last: Pulse | None = None
        self._heard_at = 0.0

    @asynccontextmanager
    async def subscribed(self) -> AsyncIterator[asyncio.Queue[Change | None]]:
        """A page's own bounded queue of changes, for as long as it listens. None in it means: you were too slow."""
        queue: asyncio.Queue[Change | None] = asyncio.Queue(_BACKLOG)
        self._pages.add(queue)
        if self._poller is None or self._poller.done():
            self._poller = asyncio.create_task(self._watch(), name=f"live feed of brand {self.brand_id}")
        try:
            # What happens from here on is told; what was before, the page catches up on.
            await self._looked.wait()
            yield queue
        finally:
            self._pages.discard(queue)
            if not self._pages:
                self._rest()

    @property
    def pages(self) -> int:
        """How many pages listen."""
        return len(self._pages)

    def tell(self, change: Change) -> None:
        """Put a change into every page's queue; a page whose queue is full is dropped."""
        for queue in tuple(self._pages):
            try:
                queue.put_nowait(change)
            except asyncio.QueueFull:
                self._pages.discard(queue)
                queue.get_nowait()
                queue.put_nowait(None)

    async def _watch(self) -> None:
        """Look once a second. A database that is busy or away for a while is asked again."""
        while True:
            try:
                change = await _off_the_loop(self._look)
                self._looked.set()
            except DatabaseError as error:
                log.warning("live feed of brand %s: %s", self.brand_id, error)
                change = None
            if change:
                self.tell(change)
            await asyncio.sleep(self._poll_seconds)

    def _look(self) -> Change | None:
        """What changed since the last look, or None. Only ever called by the poller, one at a time."""
        old, new = self._last, self._paced(read_pulse(self.brand_id, self._last))
        self._last = new
        if old is None or old == new:
            return None
        fragments = changed(self.brand_id, old, new)
        return Change(new, fragments) if fragments else None

    def _paced(self, new: Pulse) -> Pulse:
        """The pulse, without the newest mentions where pages heard of others a moment ago: they are told next time."""
        if self._last is None or new.mention == self._last.mention:
            return new
        if time.monotonic() - self._heard_at < HEARD_SECONDS:
            return Pulse(new.entry, self._last.mention)
        self._heard_at = time.monotonic()
        return new

    def _rest(self) -> None:
        """Stop watching while nobody listens."""
        if self._poller is not None:
            self._poller.cancel()
        self._poller, self._last = None, None
        self._looked.clear()


async def catch_up(brand_id: int, since: Pulse) -> Change | None:
    """What a page missed that last heard of `since`."""

    def look() -> Change | None:
        new = read_pulse(brand_id, since)
        fragments = changed(brand_id, since, new)
        return Change(new, fragments) if fragments else None

    return await _off_the_loop(look)


async def _off_the_loop(look: Callable[[], Change | None]) -> Change | None:
    """Read the database in a thread of its own, and leave no connection behind in it."""

    def guarded() -> Change | None:
        close_old_connections()
        try:
            return look()
        finally:
            # Closed, not kept for its age: these threads come and go, and each would keep a session of its own.
            connection.close()

    return await sync_to_async(guarded, thread_sensitive=False)()
