"""Real processes with real senders, as `nowroom send` and `nowroom tick` run them."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from multiprocessing.process import BaseProcess

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.drills.boot"])
_IDLE = timedelta(milliseconds=5)


def _senders(name: str, threads: int, lease: timedelta) -> None:
    from tests.drills.boot import loop, send, utc_now

    stop = _stop_on_terminate()
    turns = {f"{name}-{n}": send.Sender(f"{name}-{n}", utc_now, lease=lease).turn for n in range(threads)}
    running = [threading.Thread(target=loop.run, args=(n, t, stop), kwargs={"idle": _IDLE}) for n, t in turns.items()]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


def _ticker() -> None:
    from tests.drills.boot import loop, tick, utc_now

    loop.run("tick", lambda: tick.turn(utc_now()), _stop_on_terminate(), idle=timedelta(milliseconds=100))


def _stop_on_terminate() -> threading.Event:
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    return stop


def start_senders(name: str, threads: int, lease: timedelta) -> BaseProcess:
    """One process with so many senders."""
    process = _CONTEXT.Process(target=_senders, args=(name, threads, lease), daemon=True)
    process.start()
    return process


def start_ticker() -> BaseProcess:
    """One process with the tick worker."""
    process = _CONTEXT.Process(target=_ticker, daemon=True)
    process.start()
    return process


def kill(process: BaseProcess) -> None:
    """Kill at once, as the kernel would."""
    if process.pid is not None:
        os.kill(process.pid, signal.SIGKILL)
    process.join()


@contextmanager
def running(*processes: BaseProcess) -> Iterator[None]:
    """Let the processes finish their turn when the context ends."""
    try:
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.join(timeout=30)
