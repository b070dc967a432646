"""A browser, how somebody looks through it, and what is wrong with a page on whatever screen it is read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright

from tests.availability import chromium

Theme = Literal["light", "dark"]
DESKTOP, TABLET, PHONE = (1440, 900), (768, 1024), (375, 667)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_MS = 60_000
# A theme changes colours and nothing else, so that the second one is judged by these.
_OF_COLOUR = ("color-contrast", "link-in-text-block")
_OVERFLOW = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


@contextmanager
def launched(playwright: Playwright) -> Iterator[Browser]:
    """This machine's Chromium."""
    browser = playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
    try:
        yield browser
    finally:
        browser.close()


@dataclass
class Visit:
    """Somebody at a screen. `complaints` are errors that the browser wrote to its console; they include breaches of
    the content security policy."""

    context: BrowserContext
    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)

    def goes_to(self, path: str) -> None:
        """Open a page by its address."""
        self.page.goto(f"{self.url}{path}")

    def signs_in(self, email: str, password: str) -> None:
        """Sign in on the first page."""
        self.goes_to("/")
        self.page.get_by_label("Email").fill(email)
        self.page.get_by_label("Password", exact=True).fill(password)
        self.page.get_by_role("button", name="Sign in", exact=True).click()
        self.page.wait_for_url("**/b/**")


@contextmanager
def visit(
    browser: Browser, url: str, *, theme: Theme = "light", screen: tuple[int, int] = DESKTOP, script: bool = True
) -> Iterator[Visit]:
    """A new visitor. At the end nothing may have gone to the console."""
    width, height = screen
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme=theme,
        reduced_motion="reduce",
        java_script_enabled=script,
        has_touch=screen == PHONE,
        locale="en-GB",
        timezone_id="Europe/Berlin",
    )
    context.set_default_timeout(PATIENCE_MS)
    visitor = Visit(context, context.new_page(), url)
    visitor.page.on("console", lambda message: _note(visitor, message))
    visitor.page.on("pageerror", lambda error: visitor.complaints.append(str(error)))
    try:
        yield visitor
    finally:
        context.close()
    assert visitor.complaints == []


def violations(page: Page, *, only: Sequence[str] = ()) -> list[str]:
    """What axe-core finds wrong with the page as it stands, a line for each kind with where it is.

    Args:
        page: as it is shown now.
        only: the rules to judge by; all that axe-core has by default where none is named.
    """
    options = {"resultTypes": ["violations"], **({"runOnly": list(only)} if only else {})}
    found = Axe().run(page, options=options).response["violations"]
    return [f"{v['id']}: {', '.join(str(node['target']) for node in v['nodes'])} ({v['help']})" for v in found]


def faults(page: Page) -> list[str]:
    """What is wrong with the page at every width and in both themes. Leaves it as it was."""
    found: list[str] = []
    before = page.viewport_size
    for width, height in (DESKTOP, TABLET, PHONE):
        page.set_viewport_size({"width": width, "height": height})
        if (beyond := page.evaluate(_OVERFLOW)) > 0:
            found.append(f"{width} px: scrolls sideways by {beyond} px")
        if (width, height) != TABLET:
            page.emulate_media(color_scheme="light")
            found += [f"{width} px, light: {line}" for line in violations(page)]
            page.emulate_media(color_scheme="dark")
            found += [f"{width} px, dark: {line}" for line in violations(page, only=_OF_COLOUR)]
    assert before is not None
    page.set_viewport_size(before)
    return found


def _note(visitor: Visit, message: ConsoleMessage) -> None:
    if message.type == "error":
        visitor.complaints.append(f"{message.text} ({message.location.get('url', '')})")
