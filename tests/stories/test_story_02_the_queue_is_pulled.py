"""Story 2: rehearsed on a made-up evening and on the recorded one, and clicked through on the demo."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from nowroom.channels import standin
from nowroom.rehearsal.demo import stream
from tests.availability import DATA, ROOT
from tests.browser.served import Served, demo
from tests.browser.visits import DESKTOP, PHONE, Theme, Visit, violations, visit

pytestmark = [pytest.mark.story(2), pytest.mark.slow]

BOSTON = ROOT.parent / "shared" / "rehearsals" / "boston.toml"
BEGINS = datetime(2026, 3, 6, 19, 0, tzinfo=UTC)
FIRST_TERRIBLE_POST = BEGINS + timedelta(seconds=45)
EVENING = f"""
[brand]
name = "Northlight"
places = ["Averin"]
[[source]]
name = "{stream.WORLD}"
[[source]]
name = "{stream.TOWN}"
place = "Averin"
[[delivery]]
id = "good-luck"
account = "bluesky:northlight"
places = ["Averin"]
text = "Good luck to everyone at the start in Averin. #AverinLanternRun"
due = {BEGINS + timedelta(seconds=20):%Y-%m-%dT%H:%M:%SZ}
window = "20m"
[[delivery]]
id = "runners"
account = "bluesky:northlight"
places = ["Averin"]
text = "Ten things every night runner carries. #AverinLanternRun"
due = {BEGINS + timedelta(seconds=120):%Y-%m-%dT%H:%M:%SZ}
window = "20m"
[[delivery]]
id = "runners-mail"
account = "email:newsletter"
places = ["Averin"]
text = "20 % off every headlamp for every finisher in Averin."
due = {BEGINS + timedelta(seconds=180):%Y-%m-%dT%H:%M:%SZ}
window = "20m"
[[delivery]]
id = "jobs"
account = "bluesky:northlight-sg"
places = ["Singapore"]
text = "We are hiring three store managers in Singapore."
due = {BEGINS + timedelta(seconds=150):%Y-%m-%dT%H:%M:%SZ}
window = "20m"
"""
# In the demo's plan, what is about Averin and not out yet when the first terrible post comes.
AVERIN = {
    "Ten things every night runner carries": 2,
    "You lit up the river": 2,
    "Finishers: 20 % off": 2,
    "Finish line live": 1,
}


def _rehearse(plan: Path, recording: Path) -> list[dict[str, Any]]:
    command = [sys.executable, "-c", "from nowroom.site.cli import main; main()", "rehearse", str(plan), str(recording)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def _published(events: list[dict[str, Any]]) -> set[str]:
    return {event["delivery"] for event in events if event["event"] == "published"}


def _at(event: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(event["at"])


def test_a_made_up_evening_rehearsed(tmp_path: Path) -> None:
    plan, recording = tmp_path / "plan.toml", tmp_path / "evening.jsonl"
    plan.write_text(EVENING, encoding="utf-8")
    posts = stream.posts(BEGINS)
    rows = [{**post, "ts_utc": post["ts"].isoformat(), "ts": None} for post in posts]
    recording.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    events = _rehearse(plan, recording)
    holds = [event for event in events if event["event"] == "hold"]
    assert {delivery for hold in holds for delivery in hold["deliveries"]} == {"runners", "runners-mail"}
    assert timedelta(0) <= _at(holds[0]) - FIRST_TERRIBLE_POST < timedelta(seconds=30)
    said = {post["id"]: post["text"].lower() for post in posts}
    terrible = {phrase.lower() for phrase in stream._TERRIBLE}
    assert {said[post] for hold in holds for post in hold["evidence"]} <= terrible
    assert _published(events) == {"good-luck", "jobs"}


@pytest.mark.data
def test_the_recorded_afternoon_in_boston_rehearsed() -> None:
    events = _rehearse(BOSTON, DATA / "crisis_t6_boston_replay.csv.gz")
    held = {d: hold for hold in reversed(events) if hold["event"] == "hold" for d in hold["deliveries"]}
    assert set(held) == {"runners-infographic", "runners-mail"}
    for hold in held.values():
        assert "2013-04-15T18:49:43Z" < hold["at"] <= "2013-04-15T18:55:51Z"
        assert hold["evidence"]
    assert _published(events) == {"morning-cheer", "singapore-jobs", "recipe"}


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Served]:
    """The demo, in which people write three times as fast as a newcomer would see it."""
    with demo(tmp_path, speed=3) as running:
        yield running


@pytest.mark.browser
@pytest.mark.xdist_group("browser")
@pytest.mark.parametrize(
    ("theme", "screen"), [("light", DESKTOP), ("dark", PHONE)], ids=["light-desktop", "dark-phone"]
)
def test_the_demo_clicked_through(browser: Browser, served: Served, theme: Theme, screen: tuple[int, int]) -> None:
    def sits_down() -> AbstractContextManager[Visit]:
        return visit(browser, served.url, theme=theme, screen=screen)

    with sits_down() as editor, sits_down() as lead, sits_down() as public:
        public.goes_to("/public/")
        expect(_post(public.page, "Good luck to everyone at the start")).to_have_count(1)
        editor.signs_in(served.said("Sign in"), served.said("Password"))
        _sees_what_is_said_and_what_is_next(editor.page)
        _plays_the_opportunity(editor.page)
        expect(_post(public.page, "Dark in here? We brought spares.")).to_have_count(3)
        _sees_the_fence_go_up(editor.page)
        fence = datetime.now(UTC)
        assert violations(editor.page) == []
        lead.signs_in("bo@northlight.example", served.said("Password"))
        _decides_about_each(lead.page)
        _takes_down_what_is_out(lead.page)
        expect(_post(public.page, "Good luck to everyone at the start").get_by_text("Taken down")).to_be_visible()
        _others_go_on(editor.page)
        expect(_post(public.page, "That one shines.")).to_have_count(1)
        assert not any("Averin" in text for text in _published_after(served, fence))
    whole = served.nowroom("audit", "verify")
    assert (whole.returncode, whole.stderr) == (0, "The log is whole.\n")


def _sees_what_is_said_and_what_is_next(page: Page) -> None:
    expect(page.get_by_role("heading", name="What is said")).to_be_visible()
    expect(page.get_by_role("heading", name="Next out")).to_be_visible()
    expect(page.get_by_role("article").filter(has_text="Goes out by itself when it is due.")).to_be_visible()


def _plays_the_opportunity(page: Page) -> None:
    tile = page.get_by_role("region", name="Harbour Cup final")
    expect(tile.get_by_text("Opportunity")).to_be_visible()
    expect(tile.get_by_role("list", name="What people wrote").get_by_role("listitem")).to_have_count(3)
    _confirms(tile, "Play “the lights go out”", "Go now")
    expect(page.get_by_text("3 posts go out now.")).to_be_visible()


def _sees_the_fence_go_up(page: Page) -> None:
    """By itself, on the open page: nobody reloads it."""
    expect(page.get_by_role("heading", name="Hold: 7 deliveries stopped")).to_be_visible()
    said = page.get_by_role("list", name="What people wrote").get_by_role("blockquote").all_inner_texts()
    assert said
    assert {text.lower() for text in said} <= {phrase.lower() for phrase in stream._TERRIBLE}


def _decides_about_each(page: Page) -> None:
    page.get_by_role("link", name="Decide about each").click()
    expect(page.get_by_role("heading", name="Held", exact=True)).to_be_visible()
    for title, count in AVERIN.items():
        expect(_held(page, title)).to_have_count(count)
    expect(page.get_by_role("listitem").filter(has=page.get_by_text("Release", exact=True))).to_have_count(7)
    _confirms(_held(page, "Finish line live"), "Release", "Release it")
    expect(page.get_by_text("is released from this hold.")).to_be_visible()
    expect(_held(page, "Finish line live")).to_have_count(0)
    _confirms(_held(page, "You lit up the river").first, "Drop", "Drop it")
    expect(page.get_by_text("is dropped. It will not go out.")).to_be_visible()
    expect(_held(page, "You lit up the river")).to_have_count(1)
    assert violations(page) == []


def _takes_down_what_is_out(page: Page) -> None:
    out = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Good luck at the start"))
    _confirms(out, "Take down", "Delete it from the channel")
    expect(page.get_by_text("is being taken down.")).to_be_visible()


def _others_go_on(page: Page) -> None:
    """What has nothing to do with Averin waits for its time as before, or goes on a person's go."""
    _confirms(page.get_by_role("main"), "Go", "Go now")
    expect(page.get_by_text("1 post goes out now.")).to_be_visible()
    page.get_by_role("link", name="The whole queue").click()
    rows = page.get_by_role("listitem").filter(has=page.get_by_role("link", name="Repair week", exact=True))
    expect(rows.get_by_text("Queued", exact=True)).to_have_count(3)


def _published_after(served: Served, fence: datetime) -> list[str]:
    events = standin.read(served.home / "public.jsonl")
    return [e["text"] for e in events if e["event"] == "published" and datetime.fromisoformat(e["at"]) > fence]


def _post(page: Page, text: str) -> Locator:
    return page.get_by_role("listitem").filter(has_text=text)


def _held(page: Page, title: str) -> Locator:
    """The rows of held deliveries of that title: what can be released."""
    rows = page.get_by_role("listitem").filter(has=page.get_by_role("link", name=title, exact=True))
    return rows.filter(has=page.get_by_text("Release", exact=True))


def _confirms(within: Locator, press: str, confirm: str) -> None:
    """One press opens, one confirms."""
    card = within.get_by_role("group").filter(has=within.page.get_by_text(press, exact=True))
    card.get_by_text(press, exact=True).click()
    card.get_by_role("button", name=confirm, exact=True).click()
