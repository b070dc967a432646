"""Servers that the tests here use."""

from tests.servers.fixtures import receiver

__all__ = ["receiver"]
