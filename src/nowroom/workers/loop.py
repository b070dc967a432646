"""The loop around every worker: the one place where any exception is caught, logged and survived."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, connections

log = logging.getLogger(__name__)

IDLE = timedelta(milliseconds=200)
TROUBLED = timedelta(seconds=2)


def run(
    name: str,
    turn: Callable[[], int],
    stop: threading.Event,
    *,
    idle: timedelta = IDLE,
    troubled: timedelta = TROUBLED,
) -> None:
    """Call `turn` until `stop` is set.

    Args:
        name: for the log.
        turn: does one round of work and says how many things it did; 0 means that there was nothing to do.
        stop: ends the loop after the current turn.
        idle: how long to wait after a turn without work.
        troubled: how long to wait after a turn that failed.

    """
    pause = troubled

    def once() -> None:
        nonlocal pause
        pause = timedelta(0) if turn() else idle

    while not stop.is_set():
        close_old_connections()
        pause = troubled
        attempt(name, once)
        if pause:
            stop.wait(pause.total_seconds())
    connections.close_all()


def attempt(name: str, work: Callable[[], object]) -> bool:
    """Do the work once; False where it failed, which is logged. The next attempt begins with fresh connections."""
    try:
        work()
    except Exception:
        log.exception("%s failed; it will be tried again", name)
        connections.close_all()
        return False
    return True
