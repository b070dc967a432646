"""Servers that the tests here use."""

from tests.servers.fixtures import smtp

__all__ = ["smtp"]
