"""Every page for everyone: axe-core finds nothing, nothing scrolls sideways, and the console stays silent.

At a desk and on a phone, in both themes, with something of everything on the pages.
"""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.served import Served, demo
from tests.browser.visits import Visit, faults, visit

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

OF_THE_BRAND = (
    "",
    "queue/",
    "queue/?view=all",
    "hold/",
    "holds/",
    "calendar/",
    "calendar/add/",
    "approvals/",
    "assets/",
    "assets/new/",
    "listening/",
    "log/",
    "log/verify/",
    "people/",
    "settings/",
    "settings/accounts/connect/bluesky/",
    "settings/accounts/connect/email/",
    "settings/accounts/connect/webhook/",
)
# Found by following the first link of such an address on such a page.
OF_A_THING = (
    ("queue/", "queue/"),
    ("", "alerts/"),
    ("holds/", "holds/"),
    ("assets/", "assets/"),
    ("listening/", "listening/topics/"),
    ("settings/", "settings/accounts/"),
)
OF_NO_BRAND = ("/me/", "/accounts/2fa/", "/accounts/2fa/webauthn/", "/accounts/password/change/")
BEFORE_SIGNING_IN = ("/accounts/login/", "/accounts/password/reset/", "/public/")

_PLANTED = """() => {
    const [wide, pale, mute] = ["div", "p", "img"].map((name) => document.createElement(name));
    wide.style.cssText = "width: 1500px; height: 1px";
    pale.style.color = "light-dark(#ccc, #555)";
    pale.id = "pale";
    pale.textContent = "Hardly to be read";
    document.querySelector("main").append(pale, mute);
    document.body.append(wide);
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The demo, hurried on, with its evening begun."""
    with demo(tmp_path_factory.mktemp("pages"), speed=6) as running:
        yield running


@pytest.fixture(scope="module")
def administrator(browser: Browser, served: Served) -> Iterator[Visit]:
    """Who sees most of each page, once the fence stands and an opportunity waits."""
    with visit(browser, served.url) as visitor:
        visitor.signs_in("ada@northlight.example", served.said("Password"))
        expect(visitor.page.get_by_role("heading", name="deliveries stopped")).to_be_visible()
        yield visitor


def test_a_planted_fault_is_found_at_every_width_and_in_both_themes(browser: Browser, served: Served) -> None:
    with visit(browser, served.url) as visitor:
        visitor.goes_to("/accounts/login/")
        visitor.page.evaluate(_PLANTED)
        found = faults(visitor.page)
    assert [line for line in found if "sideways" in line] == [
        f"{width} px: scrolls sideways by {1500 - width} px" for width in (1440, 768, 375)
    ]
    assert sorted(line.partition(": color-contrast:")[0] for line in found if "#pale" in line) == [
        "1440 px, dark",
        "1440 px, light",
        "375 px, dark",
        "375 px, light",
    ]
    assert sum("image-alt" in line for line in found) == 2


@pytest.mark.parametrize("path", OF_THE_BRAND)
def test_a_page_of_the_brand(administrator: Visit, path: str) -> None:
    administrator.goes_to(f"/b/northlight/{path}")
    assert faults(administrator.page) == []


@pytest.mark.parametrize(("on", "to"), OF_A_THING)
def test_a_page_of_a_thing(administrator: Visit, on: str, to: str) -> None:
    administrator.goes_to(f"/b/northlight/{on}")
    administrator.goes_to(_first(administrator.page, f"/b/northlight/{to}"))
    assert faults(administrator.page) == []


@pytest.mark.parametrize("path", OF_NO_BRAND)
def test_a_page_of_ones_own(administrator: Visit, path: str) -> None:
    administrator.goes_to(path)
    assert faults(administrator.page) == []


def test_asking_for_a_yes(administrator: Visit) -> None:
    administrator.goes_to("/b/northlight/assets/")
    administrator.goes_to(_first(administrator.page, "/b/northlight/assets/") + "ask/")
    expect(administrator.page.get_by_role("heading", name="Ask for a yes")).to_be_visible()
    assert faults(administrator.page) == []


@pytest.mark.parametrize("path", BEFORE_SIGNING_IN)
def test_a_page_before_signing_in(browser: Browser, served: Served, path: str) -> None:
    with visit(browser, served.url) as visitor:
        visitor.goes_to(path)
        assert faults(visitor.page) == []


def test_the_page_on_which_an_approver_decides(browser: Browser, served: Served) -> None:
    with visit(browser, served.url) as visitor:
        visitor.signs_in("lena@northlight.example", served.said("Password"))
        visitor.goes_to("/b/northlight/approvals/")
        assert faults(visitor.page) == []
        visitor.goes_to(_first(visitor.page, "/b/northlight/approvals/"))
        expect(visitor.page.get_by_role("button", name="Yes, publish")).to_be_visible()
        assert faults(visitor.page) == []


def test_a_page_that_is_not_there(browser: Browser, served: Served) -> None:
    with visit(browser, served.url) as visitor:
        visitor.goes_to("/nowhere/")
        assert faults(visitor.page) == []
        # The browser itself notes the status of the page.
        assert [complaint for complaint in visitor.complaints if "404" not in complaint] == []
        visitor.complaints.clear()


@pytest.mark.parametrize("opens", ["sheet", "shortcuts", "menu"])
def test_what_opens_over_a_page(administrator: Visit, opens: str) -> None:
    page = administrator.page
    administrator.goes_to("/b/northlight/queue/")
    ways: dict[str, Callable[[], None]] = {
        "sheet": lambda: page.get_by_role("button", name="Hold", exact=True).click(),
        "shortcuts": lambda: page.keyboard.press("?"),
        "menu": lambda: page.get_by_label("You and your settings").click(),
    }
    ways[opens]()
    expect(page.get_by_role("dialog").or_(page.get_by_role("button", name="Sign out")).first).to_be_visible()
    assert faults(page) == []


def _first(page: Page, address: str) -> str:
    """The first address of a thing below `address` that the page's content links to."""
    links = page.get_by_role("main").get_by_role("link").all()
    found = (link.get_attribute("href") or "" for link in links)
    return next(href for href in found if href.startswith(address) and href.removeprefix(address)[:1].isdecimal())
