"""Playing the made-up evening to the brand's ear, at the speed at which it happens."""

from collections import deque
from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import groupby

from nowroom.channels.sources.base import RawPost
from nowroom.listening.actions import Helping
from nowroom.people.models import Person
from nowroom.rehearsal.demo import stream
from nowroom.rehearsal.demo.brand import Cast
from nowroom.workers.ear import Ear

_BATCH = 400
_REFRESH = timedelta(seconds=2)


class Player:
    """Teaches the detectors the hours before, waits for somebody to look, then plays."""

    def __init__(self, cast: Cast, clock: Callable[[], datetime], *, seed: int = 7, speed: float = 1.0) -> None:
        self._cast = cast
        self._clock = clock
        self._seed = seed
        self._speed = speed
        self._ear = Ear(cast.brand, clock())
        self._coming: deque[RawPost] | None = None
        self._refreshed = clock()

    def rehearse_the_past(self) -> None:
        """Play the hours before the demo at once, as if we had been listening."""
        start = self._clock()
        past = [post for post in stream.posts(start, seed=self._seed) if post["ts"] < start]
        for begin in range(0, len(past), _BATCH):
            self._hear(past[begin : begin + _BATCH])

    def turn(self) -> int:
        """Play what has happened since the last turn; 0 while nobody looks or nothing happened."""
        now = self._clock()
        if self._coming is None:
            if not Person.objects.filter(last_login__isnull=False).exists():
                return 0
            evening = stream.posts(now, seed=self._seed, speed=self._speed)
            self._coming = deque(post for post in evening if post["ts"] >= now)
        if now - self._refreshed >= _REFRESH:
            self._ear.refresh(now)
            self._refreshed = now
        due: list[RawPost] = []
        while self._coming and self._coming[0]["ts"] <= now and len(due) < _BATCH:
            due.append(self._coming.popleft())
        self._hear(due)
        return len(due)

    def _hear(self, posts: list[RawPost]) -> None:
        by_source = groupby(posts, key=lambda post: post["source"])
        helpings = [Helping(self._cast.sources[name], list(group), "") for name, group in by_source]
        self._ear.hear(helpings, clock=self._clock)
