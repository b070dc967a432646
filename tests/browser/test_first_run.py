"""From an empty home to a queued post: the founder at a desk, the approver on a phone with a letter in hand."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser.served import Served, empty
from tests.browser.visits import PHONE, violations, visit
from tests.waiting import until

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.xdist_group("browser")]

PASSWORD = "a long night at the desk"
TEXT = "We are open again. Come in, the lights are on."
MOST_BYTES = 100_000


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """An installation that nobody has opened yet."""
    with empty(tmp_path_factory.mktemp("first-run")) as running:
        yield running


def test_from_an_empty_home_to_a_queued_post(browser: Browser, served: Served) -> None:
    with visit(browser, served.url) as founder:
        founder.goes_to("/")
        _founds(founder.page)
        _connects_an_account(founder.page)
        _adds_an_approver(founder.page)
        _writes_an_asset(founder.page)
        _asks(founder.page)
        link = _link_in_the_letter(served.home / "outbox")
        _says_yes_on_a_phone(browser, served.url, link)
        _link(founder.page, "Queue")
        row = founder.page.get_by_role("listitem").filter(has=founder.page.get_by_role("link", name="Open again"))
        expect(row.get_by_text("Queued", exact=True)).to_be_visible()


def _founds(page: Page) -> None:
    expect(page.get_by_role("heading", name="Set up your desk")).to_be_visible()
    page.get_by_label("Company or agency").fill("Halden & Pryce")
    page.get_by_label("First brand").fill("Northlight")
    page.get_by_label("Your name").fill("Ada Novak")
    page.get_by_label("Your email address").fill("ada@northlight.example")
    page.get_by_label("Password").fill(PASSWORD)
    # The zone was guessed from the browser's clock.
    expect(page.get_by_label("Time zone")).to_have_value("Europe/Berlin")
    assert violations(page) == []
    page.get_by_role("button", name="Open the desk").click()
    expect(page.get_by_text("Your desk is ready.")).to_be_visible()
    assert violations(page) == []


def _connects_an_account(page: Page) -> None:
    _link(page, "Settings")
    page.get_by_role("main").get_by_role("link", name="Bluesky").click()
    page.get_by_label("Handle").first.fill("northlight.example")
    page.get_by_label("Name").fill("Northlight")
    page.get_by_label("Handle").last.fill("northlight.example")
    page.get_by_label("App password").fill("abcd-efgh-ijkl-mnop")
    page.get_by_role("button", name="Connect").click()
    expect(page.get_by_text("“Northlight” is connected.")).to_be_visible()


def _adds_an_approver(page: Page) -> None:
    _link(page, "People")
    page.get_by_label("Name", exact=True).fill("Lena Brandt")
    page.get_by_label("Email").fill("lena@northlight.example")
    page.get_by_label("Role", exact=True).select_option(label="Approver")
    page.get_by_role("button", name="Add to the brand").click()
    expect(page.get_by_text("Lena Brandt is on the brand as Approver.")).to_be_visible()


def _writes_an_asset(page: Page) -> None:
    _link(page, "Assets")
    page.get_by_role("link", name="New asset").first.click()
    page.get_by_label("Name").fill("Open again")
    section = page.get_by_role("group").filter(has=page.get_by_role("heading", name="Bluesky"))
    if not section.get_by_label("Text", exact=True).is_visible():
        section.get_by_role("heading", name="Bluesky").click()
    section.get_by_label("Text", exact=True).fill(TEXT)
    page.get_by_role("button", name="Save the asset").click()
    expect(page.get_by_text("Revision 1 of “Open again” is saved.")).to_be_visible()


def _asks(page: Page) -> None:
    page.get_by_role("link", name="Ask for a yes").click()
    page.get_by_role("group", name="Accounts").get_by_role("checkbox").check()
    page.get_by_label("Date and time").fill(f"{datetime.now() + timedelta(days=2):%Y-%m-%dT%H:%M}")  # noqa: DTZ005 - as a person types it: by no zone in particular
    page.get_by_label("Lena Brandt").check()
    page.get_by_label("Why now").fill("The doors open on Thursday.")
    expect(page.get_by_role("list", name="When it goes out").get_by_role("listitem")).to_have_count(1)
    page.get_by_role("button", name="Ask them").click()
    expect(page.get_by_text("Asked Lena Brandt.")).to_be_visible()


def _link_in_the_letter(outbox: Path) -> str:
    until(lambda: outbox.is_dir() and list(outbox.iterdir()), "no letter was sent", seconds=30)
    (letter,) = outbox.iterdir()
    until(letter.read_bytes, "the letter stayed empty")
    # Django writes each message of the file between lines of dashes.
    message = message_from_bytes(letter.read_bytes(), policy=policy.default)
    assert message["To"] == "lena@northlight.example"
    found = re.search(r"^https?://\S+/yes/\S+$", message.get_content(), re.MULTILINE)
    assert found is not None
    return found.group()


def _says_yes_on_a_phone(browser: Browser, url: str, link: str) -> None:
    """On an old phone: small, without script. Nobody signs in, and little is transferred."""
    answers: list[Response] = []
    with visit(browser, url, screen=PHONE, script=False) as approver:
        page = approver.page
        page.on("response", lambda answer: answers.append(answer))  # noqa: PLW0108 - Playwright takes no built-in
        page.goto(link)
        expect(page.get_by_role("heading", name="yes or no?")).to_be_visible()
        expect(page.get_by_text(TEXT)).to_be_visible()
        assert sum(_transferred(answer) for answer in answers) < MOST_BYTES
        for box in page.get_by_role("checkbox").all():
            box.check()
        page.get_by_role("button", name="Yes, publish").click()
        expect(page.get_by_text("You said yes")).to_be_visible()
    _opens_no_second_time(browser, url, link)


def _opens_no_second_time(browser: Browser, url: str, link: str) -> None:
    with visit(browser, url, screen=PHONE, script=False) as stranger:
        stranger.page.goto(link)
        expect(stranger.page.get_by_role("button", name="Yes, publish")).to_have_count(0)
        assert [c for c in stranger.complaints if "410" not in c] == []
        stranger.complaints.clear()


def _transferred(answer: Response) -> int:
    sizes = answer.request.sizes()
    return sizes["responseHeadersSize"] + sizes["responseBodySize"]


def _link(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Pages of the brand").get_by_role("link", name=name, exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_be_attached()
