"""The edge's clock. Everything below the edge takes `now` as an argument."""

from datetime import UTC, datetime


def utc_now() -> datetime:
    """The present instant, aware, in UTC. Call it once per request, job or loop turn, and pass it down."""
    return datetime.now(UTC)
