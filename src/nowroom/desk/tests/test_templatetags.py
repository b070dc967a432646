import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.template import Context, Template
from django.utils import timezone

import nowroom
from nowroom.channels.registry import slugs
from nowroom.desk.templatetags.charts import HEIGHT, WIDTH, plot_bars
from nowroom.desk.templatetags.deliveries import facets, state_words
from nowroom.desk.templatetags.pages import address, initials, ink_on
from nowroom.desk.templatetags.times import relative
from nowroom.publishing.models import Delivery, DeliveryState
from tests.cast import NOW

SOURCES = Path(nowroom.__file__).parent


@pytest.mark.parametrize(
    ("distance", "words"),
    [
        (timedelta(seconds=45), "in 45 s"),
        (timedelta(seconds=-89), "89 s ago"),
        (timedelta(seconds=90), "in 2 min"),
        (timedelta(minutes=-12), "12 min ago"),
        (timedelta(hours=30), "in 30 h"),
        (timedelta(days=-9), "9 days ago"),
    ],
)
def test_a_distance_is_said_in_the_largest_unit_that_still_says_something(distance: timedelta, words: str) -> None:
    assert relative(NOW + distance, NOW) == words


def clock(at: datetime, **attributes: str) -> str:
    """The words of the clock component."""
    given = " ".join(f'{name}="{value}"' for name, value in attributes.items())
    page = Template(f'{{% cotton clock :at="at" {given} / %}}').render(Context({"at": at, "now": NOW}))
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_clock_shows_the_accounts_time_and_mine() -> None:
    with timezone.override("Europe/Berlin"):
        words = clock(NOW + timedelta(minutes=12), zone="America/New_York", place="Boston")
    assert words == "in 12 min 04:12 Boston 10:12 you"


def test_a_clock_names_the_day_when_it_is_not_today_and_only_once() -> None:
    with timezone.override("Europe/Berlin"):
        words = clock(NOW + timedelta(days=1), zone="America/New_York")
    assert words == "in 24 h Tue 3 Mar 04:00 New York 10:00 you"


def test_a_clock_in_my_own_zone_is_shown_once() -> None:
    with timezone.override("Europe/Berlin"):
        assert "you" not in clock(NOW, zone="Europe/Vienna")


@pytest.mark.parametrize(("color", "ink"), [("#ffffff", "#000000"), ("#000000", "#ffffff"), ("#f76b15", "#000000")])
def test_text_on_a_brands_colour_can_be_read(color: str, ink: str) -> None:
    assert ink_on(color) == ink


@pytest.mark.parametrize(("name", "letters"), [("Ana Okafor", "AO"), ("Bo", "B"), ("Ana de la Cruz", "AC"), ("", "")])
def test_a_person_has_initials(name: str, letters: str) -> None:
    assert initials(name) == letters


def test_an_address_that_nobody_serves_is_empty() -> None:
    assert address("desk:nowhere") == ""


def test_a_posts_text_is_shown_as_text_with_its_facets_marked() -> None:
    shown = facets("<b>Ann & @stride.test, a@b.c: #fun https://stride.test/?a=1&b=2")
    assert "<b>" not in shown
    assert re.findall(r"'facet'>([^<]+)<", shown) == ["@stride.test", "#fun", "https://stride.test/?a=1&amp;b=2"]


def test_every_state_has_words_and_a_waiting_delivery_under_a_hold_is_held() -> None:
    for state in DeliveryState:
        delivery = Delivery(state=state)
        assert str(state_words(delivery).sentence)
        delivery.is_held = True  # type: ignore[attr-defined] # what publishing.queries.queue annotates
        held = str(state_words(delivery).word) == "Held"
        assert held == (state in {DeliveryState.LOADED, DeliveryState.QUEUED})


def test_bars_fill_the_plot_and_mark_what_is_loud() -> None:
    plot = plot_bars([("a", 4), ("b", 8), ("c", 100)], expected=5)
    assert [bar.loud for bar in plot.bars] == [False, False, True]
    assert (plot.bars[2].y, plot.bars[2].height) == (0, HEIGHT)
    assert plot.bars[2].x + plot.bars[2].width <= WIDTH
    assert plot_bars([]).bars == ()


def test_every_icon_that_a_template_names_is_in_the_sprite() -> None:
    sprite = (SOURCES / "desk/static/nowroom/icons.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r'<symbol id="([\w-]+)"', sprite))
    texts = [path.read_text(encoding="utf-8") for path in SOURCES.rglob("templates/**/*.html")]
    named = {name for text in texts for name in re.findall(r'(?:<c-icon name| icon)="([a-z0-9-]+)"', text)}
    assert named - drawn == set()
    assert {f"channel-{slug}" for slug in slugs()} <= drawn
