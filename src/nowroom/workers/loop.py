"""The loop around every worker: the one place where any exception is caught, logged and survived."""

import logging
import threading
from collections.abc import Callable
from datetime import timedelta

from django.db import close_old_connections, connections

log = logging.getLogger(__name__)

IDLE = timedelta(milliseconds=200)
TROUBLED = timedelta(seconds=2)


def run(name: str, turn: Callable[[], int], stop: threading.Event, *, idle: timedelta = IDLE) -> None:
    """Call `turn` until `stop` is set.

    Args:
        name: for the log.
        turn: does one round of work and says how many things it did; 0 means that there was nothing to do.
        stop: ends the loop after the current turn.
        idle: how long to wait after a turn without work.

    """
    while not stop.is_set():
        close_old_connections()
        try:
            pause = timedelta(0) if turn() else idle
        except Exception:
            log.exception("%s: this turn failed; trying again in %s s", name, TROUBLED.total_seconds())
            connections.close_all()
            pause = TROUBLED
        if pause:
            stop.wait(pause.total_seconds())
    connections.close_all()
