"""A proxy on loopback that loses answers: it forwards what it gets, and hangs up or answers for itself when told."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

_HOP_BY_HOP = {"host", "connection", "transfer-encoding", "content-length", "content-encoding", "accept-encoding"}


@dataclass(frozen=True)
class OwnAnswer:
    """An answer that the proxy gives itself, without forwarding."""

    status: int
    body: bytes = b"{}"
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Proxy:
    """Its address and its orders, each by a part of the path.

    `lose` forwards and then hangs up; `answer` answers without forwarding. Both hold until they are taken out.
    """

    url: str
    target: str
    lose: set[str] = field(default_factory=set)
    answer: dict[str, OwnAnswer] = field(default_factory=dict)
    forwarded: list[str] = field(default_factory=list)


@contextmanager
def losing_proxy(target: str) -> Iterator[Proxy]:
    """A proxy on a free port of 127.0.0.1 before `target`, for as long as the context lasts."""
    state = Proxy("", target)
    with httpx.Client(trust_env=False, timeout=30) as client:
        server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(state, client))
        state.url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def _handler(state: Proxy, client: httpx.Client) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._handle()

        def do_POST(self) -> None:
            self._handle()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name that the base class gives it
            """Keep quiet."""

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            own = next((answer for part, answer in state.answer.items() if part in self.path), None)
            if own is not None:
                self._send(own.status, own.headers | {"content-type": "application/json"}, own.body)
                return
            headers = {name: value for name, value in self.headers.items() if name.lower() not in _HOP_BY_HOP}
            answer = client.request(self.command, state.target + self.path, content=body, headers=headers)
            state.forwarded.append(self.path)
            if any(part in self.path for part in state.lose):
                self.connection.shutdown(socket.SHUT_RDWR)
                return
            kept = {name: value for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP}
            self._send(answer.status_code, kept, answer.content)

        def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
