"""Waiting on a condition, with a deadline and without sleeping through it."""

import threading
import time
from collections.abc import Callable


def until(condition: Callable[[], object], complaint: str, *, seconds: float = 20.0) -> None:
    """Return as soon as the condition holds; fail with the complaint when it does not in time."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, complaint
        pause.wait(0.01)
