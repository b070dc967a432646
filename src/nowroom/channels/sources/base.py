"""What every source gives: posts ready for the engine, a cursor to resume from, and what went wrong in sentences."""

import random
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypedDict, runtime_checkable

Sleep = Callable[[float], object]
"""Waits for so many seconds; a worker passes its stop event's `wait`."""


class RawPost(TypedDict):
    """One post as the engine's batch takes it. `ts` is the event time, aware, in UTC."""

    id: str
    ts: datetime
    text: str
    author: str | None
    place: str | None
    lang: str | None
    source: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was skipped or is broken, in a sentence for the source's page.

    `line` is of a file. `lasting` says that waiting will not mend it: somebody must look at the source.
    """

    message: str
    line: int | None = None
    lasting: bool = False


@dataclass(frozen=True, slots=True)
class Heard:
    """One helping. Once its posts are stored, `cursor` is where `Listener.listen` goes on; None is the beginning."""

    posts: tuple[RawPost, ...]
    cursor: str | None
    problems: tuple[Problem, ...] = ()


@runtime_checkable
class Listener(Protocol):
    """Can be listened to."""

    def listen(self, cursor: str | None) -> Generator[Heard, None, None]:
        """Helpings from the cursor on. Endless for streams and feeds, which wait and connect again by themselves.

        Helpings may be empty, so that whoever listens is never kept waiting for long. Close the generator to stop.

        Raises:
            SourceRefusedError: the source is not what it is said to be; nothing was read.
        """


class SourceRefusedError(Exception):
    """A source that is wrong as a whole; the message is a sentence for the person who named it."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Backoff:
    """Waits between tries that double up to a ceiling, with jitter so that listeners do not come back together."""

    def __init__(self, *, first: float = 1.0, ceiling: float = 60.0, rng: random.Random | None = None) -> None:
        self._first = first
        self._ceiling = ceiling
        self._rng = rng or random.Random()  # noqa: S311 - spreads load, keeps no secret
        self._tries = 0

    def next_wait(self) -> float:
        """Seconds to wait before the next try: between half and all of what the doubling says."""
        longest = min(self._first * 2**self._tries, self._ceiling)
        self._tries += 1
        return self._rng.uniform(longest / 2, longest)

    def reset(self) -> None:
        """Begin again at the shortest wait: something was heard."""
        self._tries = 0
