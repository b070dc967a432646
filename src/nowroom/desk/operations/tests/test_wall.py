"""The wall, its tiles, and what is answered on it."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nowroom.content.models import Asset
from nowroom.desk.operations.tests.conftest import Desk, lost, published
from nowroom.desk.operations.wall import TILES
from nowroom.listening.actions import note_trouble
from nowroom.listening.models import Alert, Mention, Source, Topic, TopicCount, Verdict
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.actions import place_hold
from nowroom.safety.models import ScopeKind
from nowroom.safety.queries import active_holds, term
from tests.cast import Cast

BOSTON = [("place", "boston", "Boston")]


def test_a_quiet_wall_says_so_and_what_to_do(cast: Cast, desk: Desk) -> None:
    text = desk.main("wall")
    for sentence in (
        "No threat waits for an answer.",
        "Nothing is due to go out by itself.",
        "Nothing waits for a go.",
        "Nobody wrote about the brand",
        "The brand listens nowhere yet",
    ):
        assert sentence in text


def test_a_threat_shows_its_sentence_its_posts_and_its_answers(
    cast: Cast, alert: Callable[..., Alert], desk: Desk
) -> None:
    raised = alert(posts=["Two explosions", "People are running", "Police confirm", "A fourth one"])
    text = desk.main("wall")
    assert raised.signal.sentence in text
    tile = desk.get("tile", "fire").text
    assert tile.count("<blockquote") == 3
    assert f"?alert={raised.pk}" in tile
    assert "Pass on it" in tile
    assert "Go now" not in tile


def test_an_opportunity_offers_what_is_loaded_for_it(cast: Cast, alert: Callable[..., Alert], desk: Desk) -> None:
    lights = cast.delivery(cast.asset("Dunk in the dark", places=["Boston"]), due_in=None)
    cast.delivery(cast.asset("Something else"), due_in=None)
    raised = alert(Verdict.OPPORTUNITY, scope=BOSTON)
    tile = desk.get("tile", "chances").text
    assert "Play “Dunk in the dark”" in tile
    assert "Something else" not in tile
    answer = desk.post("alert", raised.pk, answer="play", delivery=[lights.pk])
    assert "1 post goes out now." in answer.text
    assert re.search(r"Answered with “Play” after \d+ s\.", answer.text)
    lights.refresh_from_db()
    assert lights.state == DeliveryState.QUEUED


def test_a_play_of_which_nothing_goes_leaves_the_alert_open(
    cast: Cast, alert: Callable[..., Alert], desk: Desk
) -> None:
    raised = alert(Verdict.OPPORTUNITY)
    assert "Nothing of this waits for a go any more." in desk.post("alert", raised.pk, answer="play").text
    raised.refresh_from_db()
    assert raised.answer == ""


def test_hold_from_the_alert_names_and_counts_first(cast: Cast, alert: Callable[..., Alert], desk: Desk) -> None:
    cast.delivery(cast.asset("Runners", places=["Boston"]))
    raised = alert(scope=BOSTON, posts=["Two explosions"])
    text = desk.main("alert", raised.pk)
    assert "Stops 1 delivery." in text
    assert "Runners" in text
    answer = desk.post("alert", raised.pk, answer="hold").text
    assert "stops 1 delivery." in answer
    assert active_holds(cast.brand).get().signal == raised.signal
    assert re.search(r"Answered with “Hold” by Bo after \d+ s\.", answer)


def test_a_pass_is_answered_once_and_the_time_is_shown_on_the_wall(
    cast: Cast, alert: Callable[..., Alert], desk: Desk
) -> None:
    raised = alert()
    desk.post("alert", raised.pk, answer="pass")
    assert re.search(r"Pass by Bo after \d+ s", desk.main("wall"))
    answer = desk.post("alert", raised.pk, answer="pass")
    assert answer.status_code == 409
    assert "Somebody answered this alert first." in answer.text
    assert desk.post("alert", raised.pk, answer="shrug").status_code == 409


def test_what_is_held_stands_beside_why_and_what_was_out(cast: Cast, desk: Desk) -> None:
    published(cast, "Good morning Boston", places=["Boston"])
    cast.delivery(cast.asset("Runners", places=["Boston"]))
    scope = [term(ScopeKind.PLACE, "Boston", "Place: Boston")]
    place_hold(cast.brand, scope=scope, reason="Explosion", by=actor_for(cast.duty_editor), now=cast.now)
    tile = desk.get("tile", "held").text
    assert "Hold: 1 delivery stopped" in tile
    assert tile.index("Explosion") < tile.index("Runners") < tile.index("Good morning Boston")
    assert "Delete it from the channel" in tile


def test_one_go_lets_a_scenario_out_on_every_channel(cast: Cast, desk: Desk) -> None:
    moment = plan_moment(
        cast.brand,
        name="Final",
        starts_at=cast.now,
        ends_at=cast.now + timedelta(hours=4),
        time_zone="America/New_York",
        scenarios=["The lights go out"],
        by=actor_for(cast.strategist),
        now=cast.now,
    )
    revision = cast.asset("Dunk", channels=["bluesky", "webhook"], moment=moment)
    Asset.objects.for_brand(cast.brand).filter(pk=revision.asset_id).update(scenario=moment.scenarios.get())
    loaded = [cast.delivery(revision, account, due_in=None) for account in (cast.bluesky, cast.webhook)]
    tile = desk.get("tile", "loaded").text
    assert "The lights go out" in tile
    assert "2 posts ready" in tile
    assert "2 posts go out now." in desk.post("play", delivery=[d.pk for d in loaded]).text
    assert {d.state for d in Delivery.objects.for_brand(cast.brand)} == {DeliveryState.QUEUED}


def test_what_needs_a_person_and_what_waits_for_me_are_named(cast: Cast, desk: Desk) -> None:
    lost(cast, "Good morning")
    cast.request([cast.plan(cast.asset("A question"))], approvers=[cast.brand_lead])
    text = desk.main("wall")
    assert "Sent, but the answer was lost." in text
    assert "A question" in text


def test_volumes_are_of_the_last_minutes_in_event_time(cast: Cast, source: Source, topic: Topic, desk: Desk) -> None:
    long_ago = cast.now - timedelta(days=9)
    Source.objects.for_brand(cast.brand).update(heard_at=long_ago)
    for minutes, posts in ((1, 40), (5, 2), (11, 1000)):
        minute = (long_ago - timedelta(minutes=minutes)).replace(second=0, microsecond=0)
        TopicCount.objects.create(brand=cast.brand, topic=topic, minute=minute, posts=posts, sensitive=1)
    tile = desk.get("tile", "said").text
    assert "42 posts" in tile
    assert "2 sensitive" in tile
    assert tile.count("<tr>") == 31


def test_sources_in_trouble_or_silent_come_first_and_say_so(cast: Cast, source: Source, desk: Desk) -> None:
    assert "Heard" in desk.get("tile", "sources").text
    Source.objects.for_brand(cast.brand).update(heard_at=cast.now - timedelta(minutes=6))
    assert "Silent" in desk.get("tile", "sources").text
    note_trouble(source, message="It does not answer.", now=cast.now)
    assert "It does not answer." in desk.get("tile", "sources").text


def test_posts_that_came_later_are_fetched_alone(cast: Cast, mention: Callable[..., Mention], desk: Desk) -> None:
    old = mention("An old post")
    assert "An old post" in desk.main("wall")
    new = mention("A <b>new</b> post", sensitive=0.9)
    text = desk.get("new_mentions", query={"after": old.pk}, htmx=True).text
    assert "A &lt;b&gt;new&lt;/b&gt; post" in text
    assert "Sensitive" in text
    assert "An old post" not in text
    assert f'value="{new.pk}"' in text
    assert desk.get("new_mentions", query={"after": "x"}).status_code == 200


@pytest.mark.parametrize("tile", TILES)
def test_a_tile_alone_is_what_the_wall_shows(cast: Cast, alert: Callable[..., Alert], desk: Desk, tile: str) -> None:
    cast.delivery()
    alert(posts=["Two explosions"])
    answer = desk.get("tile", tile, htmx=True)
    assert answer.status_code == 200
    assert "<html" not in answer.text


def test_an_unknown_tile_is_not_found(desk: Desk) -> None:
    assert desk.get("tile", "nothing").status_code == 404


def test_the_wall_asks_the_database_no_more_for_more(
    cast: Cast,
    source: Source,
    alert: Callable[..., Alert],
    desk: Desk,
    django_assert_max_num_queries: Callable[..., Any],
) -> None:
    cast.queue(40, every=timedelta(minutes=1))
    for number in range(20):
        cast.delivery(cast.asset(f"Loaded {number}"), due_in=None)
    alert(Verdict.OPPORTUNITY, posts=[f"post {n}" for n in range(20)])
    scope = [term(ScopeKind.CHANNEL, "email")]
    place_hold(cast.brand, scope=scope, reason="x", by=actor_for(cast.duty_editor), now=cast.now)
    desk.get("wall")  # the session notes the brand once
    with django_assert_max_num_queries(75):
        desk.get("wall")


def test_who_may_only_look_is_offered_no_answer(
    cast: Cast, alert: Callable[..., Alert], desk_of: Callable[[Person], Desk]
) -> None:
    raised, desk = alert(), desk_of(cast.executive)
    assert "Pass on it" not in desk.get("tile", "fire").text
    assert desk.post("alert", raised.pk, answer="pass").status_code == 409


def test_outsiders_and_strangers_see_no_wall(
    cast: Cast, alert: Callable[..., Alert], desk_of: Callable[[Person], Desk], client: Client
) -> None:
    raised, desk = alert(), desk_of(cast.outsider)
    for name, args in (("wall", ()), ("tile", ("fire",)), ("new_mentions", ()), ("alert", (raised.pk,))):
        assert desk.get(name, *args).status_code == 404
        assert client.get(reverse(f"desk:{name}", args=[cast.brand.slug, *args])).status_code == 302
