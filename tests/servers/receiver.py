"""A real HTTP receiver for webhooks, on loopback, that remembers what came and can be told to misbehave."""

import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


class Mode(Enum):
    """What the receiver does with a request that publishes."""

    ACCEPT = "accept"
    DROP_ANSWER = "take the post, then close the connection without a word"
    DROP_REQUEST = "close the connection without taking the post"
    RATE_LIMIT = "429 with Retry-After"
    ERROR = "500 without taking the post"
    REFUSE = "400"


@dataclass(frozen=True)
class Received:
    """One request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def key(self) -> str:
        """The key that the request is about."""
        query = parse_qs(urlsplit(self.path).query)
        return query["key"][0] if "key" in query else self.headers.get("webhook-id", "")


@dataclass
class Receiver:
    """The receiver's address and memory. Set `mode` for what comes; `script` goes first, one mode per request.

    `mishap`, where there is one, draws the mode of every request. `arrivals` has `time.monotonic` of the first request
    to publish each key; `dropped` counts answers that were dropped; `linger` is how long (seconds) a
    post that came is kept waiting for its answer.
    """

    base_url: str
    mode: Mode = Mode.ACCEPT
    retry_after: str = "30"
    script: list[Mode] = field(default_factory=list)
    mishap: Callable[[], Mode] | None = None
    requests: list[Received] = field(default_factory=list)
    accepted: list[str] = field(default_factory=list)
    arrivals: dict[str, float] = field(default_factory=dict)
    dropped: int = 0
    linger: float = 0.0
    posts: dict[str, dict[str, Any]] = field(default_factory=dict)
    connections: set[socket.socket] = field(default_factory=set)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def credentials(self) -> dict[str, str]:
        """An account connected to this receiver, with everything it offers."""
        return {
            "url": f"{self.base_url}/hook",
            "secret": "whsec_bm93cm9vbSB0ZXN0IHNlY3JldA==",
            "readback_url": f"{self.base_url}/posts",
            "remove_url": f"{self.base_url}/posts",
        }

    def take(self, request: Received) -> Mode:
        """Remember a request, and say what to do with it. A key that is already there is taken once."""
        with self.lock:
            self.requests.append(request)
            if request.method != "POST":
                return Mode.ACCEPT
            self.arrivals.setdefault(request.key, time.monotonic())
            mode = self._next_mode()
            self.dropped += mode is Mode.DROP_ANSWER
            if mode in {Mode.ACCEPT, Mode.DROP_ANSWER}:
                self.accepted.append(request.key)
                self.posts.setdefault(request.key, json.loads(request.body))
            return mode

    def _next_mode(self) -> Mode:
        if self.script:
            return self.script.pop(0)
        return self.mishap() if self.mishap else self.mode


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    receiver: Receiver

    def setup(self) -> None:
        super().setup()
        self.receiver.connections.add(self.connection)

    def do_POST(self) -> None:
        request = self._received()
        mode = self.receiver.take(request)
        threading.Event().wait(self.receiver.linger)
        match mode:
            case Mode.ACCEPT:
                self._answer(
                    200, {"id": f"post-{request.key}", "url": f"{self.receiver.base_url}/posts?key={request.key}"}
                )
            case Mode.DROP_ANSWER | Mode.DROP_REQUEST:
                self._hang_up()
            case Mode.RATE_LIMIT:
                self._answer(429, {"error": "slow down"}, {"Retry-After": self.receiver.retry_after})
            case Mode.ERROR:
                self._answer(500, {"error": "broken"})
            case Mode.REFUSE:
                self._answer(400, {"error": "no such audience"})

    def do_GET(self) -> None:
        request = self._received()
        self.receiver.take(request)
        if request.key in self.receiver.posts:
            self._answer(200, {"id": f"post-{request.key}"})
        else:
            self._answer(404, {"error": "no such post"})

    def do_DELETE(self) -> None:
        request = self._received()
        self.receiver.take(request)
        with self.receiver.lock:
            found = self.receiver.posts.pop(request.key, None)
        self._answer(200 if found else 404, {})

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
        """Keep quiet: what came is in `Receiver.requests`."""

    def _received(self) -> Received:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        return Received(self.command, self.path, headers, body)

    def _answer(self, status: int, body: dict[str, str], headers: dict[str, str] | None = None) -> None:
        content = json.dumps(body).encode()
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 128

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that went away in the middle of a request: drills kill clients by the hundred."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type] # the base class names its own types


@contextmanager
def http_receiver() -> Iterator[Receiver]:
    """A receiver on a free port of 127.0.0.1, for as long as the context lasts."""

    class Handler(_Handler):
        """The handler of this receiver alone."""

    server = _Server(("127.0.0.1", 0), Handler)
    Handler.receiver = receiver = Receiver(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield receiver
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        for connection in receiver.connections:
            with suppress(OSError):  # most are closed already
                connection.shutdown(socket.SHUT_RDWR)
