"""A real websocket server on loopback that says what a test gives it, one script per connection."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from websockets.exceptions import ConnectionClosed
from websockets.sync.server import ServerConnection, serve


@dataclass
class StreamServer:
    """Each connection gets the next list of frames and is then closed; the last one stays open instead."""

    url: str
    scripts: list[list[str | bytes]]
    paths: list[str] = field(default_factory=list)
    released: threading.Event = field(default_factory=threading.Event)


@contextmanager
def stream_server(*scripts: list[str | bytes]) -> Iterator[StreamServer]:
    """A server on a free port of 127.0.0.1, for as long as the context lasts."""
    state = StreamServer("", list(scripts))

    def answer(connection: ServerConnection) -> None:
        assert connection.request is not None
        state.paths.append(connection.request.path)
        with suppress(ConnectionClosed):  # the listener may have heard enough
            for frame in state.scripts.pop(0) if state.scripts else []:
                connection.send(frame)
        if not state.scripts:
            state.released.wait(10)

    with serve(answer, "127.0.0.1", 0) as server:
        state.url = f"ws://127.0.0.1:{server.socket.getsockname()[1]}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield state
        finally:
            state.released.set()
            server.shutdown()
            thread.join()
