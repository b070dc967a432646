"""Listening to an endless websocket: connect, gather, resume where it broke off."""

import time
from collections.abc import Generator, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol
from urllib.parse import urlsplit

import httpx
from websockets.exceptions import ConnectionClosed, WebSocketException
from websockets.sync.client import ClientConnection, connect

from nowroom.channels.sources.base import Backoff, Heard, Problem, RawPost, Sleep, SourceRefusedError
from nowroom.lib.http import AddressRefusedError, Network

_LARGEST_FRAME = 5 * 1024 * 1024
_PORTS = {"ws": 80, "wss": 443}


class FrameError(Exception):
    """A frame that cannot be decoded. It is counted and skipped; the stream goes on."""


class CursorRefusedError(Exception):
    """The stream does not know the place to resume from. Listening starts again at the present."""


@dataclass(frozen=True, slots=True)
class Decoded:
    """What one frame held: perhaps posts, where to resume after it, perhaps a word from the server."""

    posts: tuple[RawPost, ...] = ()
    cursor: str | None = None
    problem: Problem | None = None


class Wire(Protocol):
    """What is particular to one stream."""

    def address(self, cursor: str | None) -> str:
        """Where to connect to resume after the cursor."""

    def decode(self, frame: str | bytes) -> Decoded:
        """The frame's content.

        Raises:
            FrameError: it cannot be decoded.
            CursorRefusedError: the server refuses the cursor.
        """


@dataclass
class _Gathered:
    """A helping in the making."""

    cursor: str | None
    posts: list[RawPost] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    def add(self, decoded: Decoded) -> None:
        self.posts.extend(decoded.posts)
        self.cursor = decoded.cursor or self.cursor
        if decoded.problem is not None:
            self.problems.append(decoded.problem)

    def heard(self) -> Heard:
        return Heard(tuple(self.posts), self.cursor, tuple(self.problems))


class Stream:
    """A source over a websocket."""

    def __init__(
        self,
        wire: Wire,
        network: Network,
        *,
        sleep: Sleep = time.sleep,
        backoff: Backoff | None = None,
        size: int = 500,
        linger: float = 0.5,
    ) -> None:
        """A helping holds at most `size` posts and is given after `linger` seconds at the latest."""
        self._wire = wire
        self._network = network
        self._sleep = sleep
        self._backoff = backoff or Backoff()
        self._size = size
        self._linger = linger

    def listen(self, cursor: str | None) -> Generator[Heard, None, None]:
        """See `Listener`. Endless."""
        while True:
            try:
                for heard in self._one_connection(cursor):
                    cursor = heard.cursor
                    yield heard
            except CursorRefusedError as refusal:
                cursor = None
                yield Heard((), cursor, (Problem(f"{refusal} Listening goes on from now; posts were missed."),))
            except (OSError, WebSocketException, httpx.ConnectError, httpx.InvalidURL) as error:
                yield Heard((), cursor, (_connection_problem(error),))
            self._sleep(self._backoff.next_wait())

    def _one_connection(self, cursor: str | None) -> Iterator[Heard]:
        with self._connection(self._wire.address(cursor)) as connection:
            while True:
                gathered, is_open = self._gather(connection, cursor)
                cursor = gathered.cursor
                yield gathered.heard()
                if not is_open:
                    return

    def _gather(self, connection: ClientConnection, cursor: str | None) -> tuple[_Gathered, bool]:
        """One helping, and whether the connection is still open after it."""
        gathered = _Gathered(cursor)
        deadline = time.monotonic() + self._linger
        while len(gathered.posts) < self._size and (left := deadline - time.monotonic()) > 0:
            try:
                frame = connection.recv(timeout=left)
            except TimeoutError:
                break
            except ConnectionClosed:
                gathered.problems.append(Problem("The stream closed the connection; connecting again."))
                return gathered, False
            self._backoff.reset()
            try:
                gathered.add(self._wire.decode(frame))
            except FrameError as error:
                gathered.problems.append(Problem(f"A frame could not be decoded and was skipped: {error}"))
        return gathered, True

    def _connection(self, address: str) -> AbstractContextManager[ClientConnection]:
        host, port = _host_and_port(address)
        opened = self._network.connect(host, port)
        return connect(address, sock=opened, proxy=None, max_size=_LARGEST_FRAME, close_timeout=1)


def _host_and_port(address: str) -> tuple[str, int]:
    try:
        url = urlsplit(address)
        if url.scheme in _PORTS and url.hostname:
            return url.hostname, url.port or _PORTS[url.scheme]
    except ValueError:  # brackets that do not match, a port that is no number
        pass
    raise SourceRefusedError(f"“{address}” is not the address of a stream, which begins with wss://.")


def _connection_problem(error: Exception) -> Problem:
    if isinstance(error, AddressRefusedError):
        return Problem(f"The stream’s address is not a public one: {error}.", lasting=True)
    if isinstance(error, httpx.InvalidURL):
        return Problem(f"The stream’s address cannot be used: {error}.", lasting=True)
    return Problem(f"The stream cannot be reached ({error}); trying again.")
