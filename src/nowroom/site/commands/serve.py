"""Running it: `up` is everything in one process; `web`, `listen`, `send` and `tick` are its parts."""

import signal
import threading
from collections.abc import Callable
from typing import Annotated

import typer

from nowroom.site.commands import start

Host = Annotated[str, typer.Option(help="address to listen on")]
Port = Annotated[int, typer.Option(help="port to listen on")]
Threads = Annotated[int, typer.Option(min=1, max=64, help="how many of them in this process")]


def up(host: Host = "127.0.0.1", port: Port = 8000, threads: Threads = 2) -> None:
    """Serve pages, listen and send, all in this process. Makes or updates the database first."""
    start.setup()
    start.migrate_database()
    stop = threading.Event()
    workers = [*senders(threads, stop), *(worker(name, stop) for name in ("tick", "letters", "listen"))]
    typer.echo(f"Nowroom is at http://{host}:{port}/  (stop with Ctrl-C)", err=True)
    run_pages(host, port, workers, stop)


def web(host: Host = "127.0.0.1", port: Port = 8000) -> None:
    """Serve the pages only."""
    start.setup()
    _serve(host, port)


def send(threads: Threads = 4) -> None:
    """Send what is due, read lost answers back, take down. Any number of these, on any number of machines."""
    start.setup()
    stop = _stop_on_signal()
    _run(senders(threads, stop), stop)


def listen() -> None:
    """Listen to every brand's sources. One of these at a time."""
    start.setup()
    stop = _stop_on_signal()
    _run([worker("listen", stop)], stop)


def tick() -> None:
    """Close windows, end leases, let requests lapse, send letters. Any number of these."""
    start.setup()
    stop = _stop_on_signal()
    _run([worker("tick", stop), worker("letters", stop)], stop)


def migrate() -> None:
    """Bring the database up to this version."""
    start.setup()
    start.migrate_database()


def run_pages(host: str, port: int, workers: list[threading.Thread], stop: threading.Event) -> None:
    """Start the workers, serve pages until the process is told to stop, then let the workers finish their turn."""
    for thread in workers:
        thread.start()
    try:
        _serve(host, port)
    finally:
        stop.set()
        for thread in workers:
            thread.join(timeout=30)


def _serve(host: str, port: int) -> None:
    import uvicorn

    uvicorn.run("nowroom.site.asgi:application", host=host, port=port, log_level="warning", timeout_graceful_shutdown=2)


def senders(count: int, stop: threading.Event) -> list[threading.Thread]:
    """So many senders and one that reads back and takes down, each a thread around the loop, not yet started."""
    import os
    import socket

    from nowroom.lib.clock import utc_now
    from nowroom.workers import loop
    from nowroom.workers.send import Sender

    process = f"{socket.gethostname()}-{os.getpid()}"
    turns = [(name, Sender(name, utc_now).send_due) for name in (f"send-{process}-{n}" for n in range(count))]
    # A thread of its own, so that a channel that hangs while it is read back keeps nothing from going out.
    turns.append((f"look-{process}", Sender(f"look-{process}", utc_now).look_after))
    return [threading.Thread(target=loop.run, args=(name, turn, stop), name=name, daemon=True) for name, turn in turns]


def worker(name: str, stop: threading.Event) -> threading.Thread:
    """The tick, letters or listen worker as a thread around the loop, not yet started."""
    from nowroom.lib.clock import utc_now
    from nowroom.workers import loop, tick
    from nowroom.workers.letters import Letters
    from nowroom.workers.listen import Listening

    turns: dict[str, Callable[[], int]] = {
        "tick": lambda: tick.turn(utc_now()),
        "letters": Letters(utc_now).turn,
        "listen": Listening(utc_now, stop).turn,
    }
    return threading.Thread(target=loop.run, args=(name, turns[name], stop), name=name, daemon=True)


def _run(workers: list[threading.Thread], stop: threading.Event) -> None:
    for thread in workers:
        thread.start()
    stop.wait()
    for thread in workers:
        thread.join(timeout=30)


def _stop_on_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    return stop
