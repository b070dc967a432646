"""The edge's clock. Everything below the edge takes `now` as an argument."""

import time
from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware, in UTC. Call it once per request, job or loop turn, and pass it down."""
    return datetime.now(UTC)


def elapsed() -> float:
    """Seconds since the machine started, its sleep included: for leases, which no step of the clock may stretch."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)
