"""Fixtures for tests with a browser, wherever they are."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests.browser.visits import PATIENCE_MS, launched


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """This machine's Chromium. For a module and not longer: its event loop would be in the way of other tests."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright, launched(playwright) as opened:
        yield opened
