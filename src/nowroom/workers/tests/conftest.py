"""Servers that the workers talk to here, on our own machine."""

from collections.abc import Iterator
from typing import Any

import pytest

from nowroom.accounts.queries import channel, network
from nowroom.workers.tests.scenes import Clock
from tests.cast import Cast
from tests.servers.fixtures import pds, receiver, smtp

__all__ = ["pds", "receiver", "smtp"]


@pytest.fixture
def loopback(settings: Any) -> Iterator[None]:
    """The installation's operator has opened our own machine to channels and sources."""
    settings.ALLOW_PRIVATE = ["127.0.0.0/8"]
    _forget_clients()
    yield
    _forget_clients()


@pytest.fixture
def clock(cast: Cast) -> Clock:
    """A clock that stands at the scene's start."""
    return Clock(cast.now)


def _forget_clients() -> None:
    network.cache_clear()
    channel.cache_clear()
