"""A hold with the keyboard alone, from whatever page is open, and undone."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.served import Served, demo
from tests.browser.visits import Visit, violations, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PAGES = ("", "queue/", "approvals/", "calendar/", "assets/", "listening/", "holds/", "log/", "people/", "settings/")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo at its own pace: nothing terrible happens before these tests are through."""
    with demo(tmp_path_factory.mktemp("keyboard")) as running:
        yield running


@pytest.fixture
def lead(browser: Browser, served: Served) -> Iterator[Visit]:
    """The brand lead at a desk."""
    with visit(browser, served.url) as visitor:
        visitor.signs_in("bo@northlight.example", served.said("Password"))
        yield visitor


def test_shift_h_opens_the_hold_sheet_on_every_page(lead: Visit) -> None:
    for path in PAGES:
        lead.goes_to(f"/b/northlight/{path}")
        lead.page.keyboard.press("Shift+H")
        expect(_sheet(lead.page)).to_be_visible()
        lead.page.keyboard.press("Escape")
        expect(_sheet(lead.page)).to_be_hidden()


def test_the_whole_brand_is_held_and_released_with_the_keyboard_alone(lead: Visit) -> None:
    page = lead.page
    lead.goes_to("/b/northlight/queue/")
    page.keyboard.press("Shift+H")
    sheet = _sheet(page)
    # It opens on the widest scope, which is chosen already.
    whole = sheet.get_by_role("checkbox").first
    expect(whole).to_be_checked()
    expect(whole).to_be_focused()
    expect(sheet.get_by_text(re.compile(r"^Stops \d+ deliveries"))).to_be_visible()
    assert violations(page) == []
    _tabs_to(page, "Why, in one sentence")
    page.keyboard.type("Something is wrong, looking at it")
    _tabs_to(page, "Place the hold")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="The hold on Northlight stands")).to_be_visible()
    assert violations(page) == []
    _tabs_to(page, "What it stops, what was out before, release")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Held", exact=True)).to_be_visible()
    _tabs_to(page, "It was a mistake")
    page.keyboard.press("Enter")
    _tabs_to(page, "Release all and lift")
    page.keyboard.press("Enter")
    expect(page.get_by_text("are released and the hold is lifted.")).to_be_visible()
    expect(page.get_by_text("Lifted by Bo Lindqvist")).to_be_visible()


def _sheet(page: Page) -> Locator:
    return page.get_by_role("dialog").filter(has_text="Hold posts of Northlight")


def _tabs_to(page: Page, name: str) -> None:
    """Press Tab until what is so called has the focus."""
    for _ in range(120):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count() and name in focused.evaluate("e => e.labels?.[0]?.innerText ?? e.innerText"):
            return
    pytest.fail(f"“{name}” cannot be reached with the keyboard")
