"""Servers as pytest fixtures; a `conftest.py` imports those that its tests use."""

from collections.abc import Iterator

import pytest

from nowroom.lib.http import Network, parse_networks
from tests.servers.pds import Pds, pds_server
from tests.servers.receiver import Receiver, http_receiver
from tests.servers.smtp import SmtpServer, smtp_server

LOOPBACK = Network(allow=parse_networks(["127.0.0.0/8", "::1"]))
"""The network of tests: our own machine, where the servers are, beside the public one."""


@pytest.fixture(scope="session")
def pds() -> Iterator[Pds]:
    """One Bluesky server for the session; each test makes its own accounts."""
    with pds_server() as server:
        yield server


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """An HTTP receiver."""
    with http_receiver() as server:
        yield server


@pytest.fixture
def smtp() -> Iterator[SmtpServer]:
    """An SMTP server."""
    with smtp_server() as server:
        yield server
