"""Servers that the tests here use."""

from tests.servers.fixtures import pds

__all__ = ["pds"]
