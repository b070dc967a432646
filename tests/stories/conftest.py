"""The browser, open while a module's tests run."""

from tests.browser.fixtures import browser  # noqa: F401 - a fixture that tests name
