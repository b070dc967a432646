"""The live feed: who hears what, who is dropped, and who may listen."""

import asyncio
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from nowroom.desk.operations.feed import Change, Feed, catch_up
from nowroom.desk.operations.pulse import FRAGMENTS, Pulse, changed, read_pulse
from nowroom.desk.operations.tests.conftest import Desk
from nowroom.desk.operations.wall import TILES
from nowroom.listening.models import Mention
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from nowroom.safety.actions import place_hold
from nowroom.safety.models import ScopeKind
from nowroom.safety.queries import term
from tests.cast import Cast

PATIENCE = 10.0


def hold_everything(cast: Cast) -> None:
    scope = [term(ScopeKind.BRAND, cast.brand.pk)]
    place_hold(cast.brand, scope=scope, reason="x", by=actor_for(cast.duty_editor), now=cast.now)


def test_a_hold_makes_the_strip_the_queue_and_its_tiles_old(cast: Cast) -> None:
    before = read_pulse(cast.brand.pk)
    hold_everything(cast)
    assert {"glance", "queue", "held", "next", "loaded"} <= changed(cast.brand.pk, before, read_pulse(cast.brand.pk))


def test_a_mention_makes_what_is_said_old_and_nothing_else(cast: Cast, mention: Callable[..., Mention]) -> None:
    before = read_pulse(cast.brand.pk)
    mention("Something new")
    after = read_pulse(cast.brand.pk, before)
    assert changed(cast.brand.pk, before, after) == {"said", "mentions", "sources"}


def test_another_brands_life_is_not_heard(cast: Cast) -> None:
    before = read_pulse(cast.other_brand.pk)
    hold_everything(cast)
    assert read_pulse(cast.other_brand.pk, before) == before


def test_after_a_long_absence_everything_is_old(cast: Cast) -> None:
    assert changed(cast.brand.pk, Pulse(0, 0), Pulse(10_000, 0)) == FRAGMENTS
    assert changed(cast.brand.pk, Pulse(10_000, 0), Pulse(3, 0)) == FRAGMENTS


def test_every_tile_can_become_old() -> None:
    assert set(TILES) <= FRAGMENTS


@pytest.mark.parametrize(("text", "pulse"), [("12-7", Pulse(12, 7)), ("", None), ("12", None), ("a-b", None)])
def test_an_id_is_read_back(text: str, pulse: Pulse | None) -> None:
    assert Pulse.parse(text) == pulse


def _hold_and_hang_up(cast: Cast) -> None:
    """In a thread of its own, which must leave no session on the test database."""
    hold_everything(cast)
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_all_pages_share_one_poller_and_hear_the_same(cast: Cast) -> None:
    async def scene() -> tuple[Change | None, Change | None, int, int]:
        feed = Feed(cast.brand.pk, poll_seconds=0.01)
        async with feed.subscribed() as one, feed.subscribed() as other:
            pollers = sum("live feed" in task.get_name() for task in asyncio.all_tasks())
            await asyncio.to_thread(_hold_and_hang_up, cast)
            heard = await asyncio.wait_for(asyncio.gather(one.get(), other.get()), PATIENCE)
        return heard[0], heard[1], pollers, feed.pages

    first, second, pollers, left = asyncio.run(scene())
    assert first is not None
    assert first == second
    assert "queue" in first.fragments
    assert (pollers, left) == (1, 0)


@pytest.mark.django_db(transaction=True)
def test_a_page_that_reconnects_catches_up(cast: Cast) -> None:
    before = read_pulse(cast.brand.pk)
    hold_everything(cast)
    missed = asyncio.run(catch_up(cast.brand.pk, before))
    assert missed is not None
    assert "held" in missed.fragments
    assert asyncio.run(catch_up(cast.brand.pk, missed.pulse)) is None


@pytest.mark.django_db(transaction=True)
def test_a_page_that_does_not_listen_is_dropped_and_the_others_are_not(cast: Cast) -> None:
    async def scene() -> tuple[list[Change | None], int]:
        feed = Feed(cast.brand.pk, poll_seconds=60)
        async with feed.subscribed() as slow, feed.subscribed() as quick:
            for number in range(25):
                feed.tell(Change(Pulse(number, 0), frozenset({"queue"})))
                await quick.get()
            return [slow.get_nowait() for _ in range(slow.qsize())], feed.pages

    backlog, pages = asyncio.run(scene())
    assert backlog[-1] is None
    assert pages == 1


def test_outsiders_and_strangers_hear_nothing(cast: Cast, desk_of: Callable[[Person], Desk], client: Client) -> None:
    assert desk_of(cast.outsider).get("live").status_code == 404
    assert client.get(reverse("desk:live", args=[cast.brand.slug])).status_code == 302


def test_the_stream_says_what_it_is(cast: Cast, desk: Desk) -> None:
    answer = desk.get("live")
    assert answer.headers["Content-Type"] == "text/event-stream"
    assert answer.headers["Cache-Control"] == "no-store"
