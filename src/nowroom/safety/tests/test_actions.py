"""The fence: what a hold stops, for whom, and how it ends."""

from datetime import timedelta

import pytest
from django.db import transaction

from nowroom.lib.actor import rule
from nowroom.listening.models import Signal, Topic, Verdict
from nowroom.people.models import Brand
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from nowroom.publishing.models import Delivery
from nowroom.safety import actions
from nowroom.safety.models import Hold, Passage, PassageState, ScopeKind, ThreatPolicy
from nowroom.safety.queries import (
    Term,
    active_holds,
    hold_to_widen,
    holds_over,
    in_scope,
    is_covered,
    is_held,
    keys_that_wait,
    term,
    threat_policy,
    undecided,
)
from tests.asserts import refused, verbs
from tests.cast import Cast

K = ScopeKind
HOUR = timedelta(hours=1)


def _hold(cast: Cast, *scope: Term, who: str = "duty_editor", signal: Signal | None = None) -> actions.Placement:
    by = actor_for(getattr(cast, who))
    return actions.place_hold(cast.brand, scope=scope, reason="Something happened", by=by, now=cast.now, signal=signal)


def _runners(cast: Cast) -> Delivery:
    """A delivery that can be stopped by every kind of key."""
    moment = plan_moment(
        cast.brand,
        name="City marathon",
        starts_at=cast.now,
        ends_at=cast.now + HOUR,
        time_zone="Europe/Berlin",
        places=["Berlin"],
        tags=["marathon"],
        hashtags=["#BerlinMarathon"],
        by=actor_for(cast.strategist),
        now=cast.now,
    )
    revision = cast.asset(text="Run! #TeamStride", tags=["Running"], places=["Boston"], moment=moment)
    return cast.delivery(revision)


def _signal(brand: Brand, cast: Cast) -> Signal:
    topic = Topic.objects.create(brand=brand, name="running", query="running")
    return Signal.objects.create(
        brand=brand,
        topic=topic,
        kind="burst",
        verdict=Verdict.THREAT,
        at=cast.now,
        noticed_at=cast.now,
        count=40,
        expected=2.0,
        odds=1e6,
        sentence="40 posts in 2 min, 2 expected; most speak of an explosion.",
    )


def test_a_hold_by_every_kind_of_key_stops_it(cast: Cast) -> None:
    delivery = _runners(cast)
    asset = delivery.variant.revision.asset
    scopes = [
        term(K.BRAND, cast.brand.pk),
        term(K.CHANNEL, "Bluesky"),
        term(K.ACCOUNT, delivery.account_id),
        term(K.REGION, "de"),
        term(K.ASSET, asset.pk),
        term(K.MOMENT, asset.moment_id),
        term(K.DELIVERY, delivery.planned_id),
        term(K.PLACE, "BOSTON"),
        term(K.PLACE, "berlin"),
        term(K.TAG, "running"),
        term(K.TAG, "MARATHON"),
        term(K.TAG, "berlinmarathon"),
        term(K.TAG, "#teamstride"),
    ]
    assert {t.kind for t in scopes} == set(K)
    for scope in scopes:
        placement = _hold(cast, scope)
        assert placement.stopped == [delivery.passage], scope
        assert is_held(delivery.passage)
        actions.release(placement.hold, passage=delivery.passage, by=actor_for(cast.brand_lead), now=cast.now)
        assert not is_held(delivery.passage)


def test_a_hold_leaves_alone_what_it_does_not_name(cast: Cast) -> None:
    unrelated = cast.delivery(cast.asset(places=["Singapore"]))
    placement = _hold(cast, term(K.PLACE, "Boston"), term(K.TAG, "marathon"))
    assert placement.stopped == []
    assert not is_held(unrelated.passage)


def test_a_hold_stops_nothing_of_another_brand(cast: Cast) -> None:
    delivery = _runners(cast)
    outsider = actor_for(cast.outsider)
    actions.place_hold(cast.other_brand, scope=[term(K.PLACE, "Boston")], reason="Theirs", by=outsider, now=cast.now)
    assert not is_held(delivery.passage)


def test_the_answer_lists_what_it_stops_and_what_had_started(cast: Cast) -> None:
    first, second = cast.queue(2)
    cast.claim(at=first.due_at or cast.now)
    placement = _hold(cast, term(K.BRAND, cast.brand.pk))
    assert placement.in_flight == [first.passage]
    assert placement.stopped == [second.passage]
    assert list(placement.hold.in_flight.all()) == [first.passage]
    assert verbs(cast.brand)[-1] == "hold.placed"


def test_what_is_approved_while_a_hold_stands_is_held(cast: Cast) -> None:
    _hold(cast, term(K.CHANNEL, "bluesky"))
    assert is_held(cast.delivery().passage)


@pytest.mark.parametrize("who", ["executive", "creator", "community_manager", "legal", "duty_editor"])
def test_everyone_on_the_brand_may_hold_at_once_and_alone(cast: Cast, who: str) -> None:
    assert _hold(cast, term(K.BRAND, cast.brand.pk), who=who).hold.placed_by == getattr(cast, who).name


def test_a_rule_may_hold_and_the_hold_says_so(cast: Cast) -> None:
    scope = [term(K.PLACE, "Boston")]
    placement = actions.place_hold(cast.brand, scope=scope, reason="Threat", by=rule("threat policy"), now=cast.now)
    assert placement.hold.by_rule


def test_an_outsider_holds_nothing(cast: Cast) -> None:
    with refused("permission.missing"):
        _hold(cast, term(K.BRAND, cast.brand.pk), who="outsider")
    assert not Hold.objects.for_brand(cast.brand).exists()


def test_it_refuses_an_empty_scope(cast: Cast) -> None:
    for scope in ([], [term(K.PLACE, "  ")]):
        with refused("hold.empty_scope"):
            _hold(cast, *scope)


def test_it_refuses_a_second_hold_for_the_same_signal_until_the_first_is_lifted(cast: Cast) -> None:
    signal, scope = _signal(cast.brand, cast), term(K.PLACE, "Boston")
    first = _hold(cast, scope, signal=signal)
    with refused("hold.stands"):
        _hold(cast, scope, signal=signal)
    assert list(active_holds(cast.brand)) == [first.hold]
    actions.lift(first.hold, by=actor_for(cast.brand_lead), now=cast.now)
    assert _hold(cast, scope, signal=signal).hold.pk != first.hold.pk


def test_one_press_holds_every_brand_of_the_organization(cast: Cast) -> None:
    both = [cast.other_brand, cast.brand]
    outsider = actor_for(cast.outsider)
    with refused("permission.missing"):
        actions.place_hold_everywhere(both, scope=[term(K.PLACE, "Boston")], reason="X", by=outsider, now=cast.now)
    assert not Hold.objects.everywhere().exists()
    placed = actions.place_hold_everywhere(
        both, scope=[term(K.PLACE, "Boston")], reason="X", by=rule("threat policy"), now=cast.now
    )
    assert [p.hold.brand for p in placed] == [cast.brand, cast.other_brand]
    assert len({p.hold.incident for p in placed}) == 1


@pytest.mark.django_db(transaction=True)
def test_a_hold_cannot_be_part_of_a_transaction_that_may_still_fail(cast: Cast) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        _hold(cast, term(K.BRAND, cast.brand.pk))
    assert not Hold.objects.for_brand(cast.brand).exists()


@pytest.mark.parametrize("who", ["duty_editor", "executive", "administrator", "outsider"])
def test_only_the_brand_lead_releases_and_lifts(cast: Cast, who: str) -> None:
    delivery, by = cast.delivery(), actor_for(getattr(cast, who))
    hold = _hold(cast, term(K.CHANNEL, "bluesky")).hold
    with refused("permission.missing"):
        actions.release(hold, passage=delivery.passage, by=by, now=cast.now)
    with refused("permission.missing"):
        actions.lift(hold, by=by, now=cast.now)


def test_each_held_thing_is_released_by_itself(cast: Cast) -> None:
    first, second = cast.queue(2)
    lead = actor_for(cast.brand_lead)
    hold = _hold(cast, term(K.CHANNEL, "bluesky")).hold
    actions.release(hold, passage=first.passage, by=lead, now=cast.now)
    assert (is_held(first.passage), is_held(second.passage)) == (False, True)
    assert list(undecided(hold)) == [second.passage]
    with refused("release.not_held"):
        actions.release(hold, passage=first.passage, by=lead, now=cast.now)


def test_a_release_from_one_hold_is_none_from_another(cast: Cast) -> None:
    delivery = cast.delivery(cast.asset(places=["Boston"]))
    first, second = _hold(cast, term(K.PLACE, "Boston")).hold, _hold(cast, term(K.CHANNEL, "bluesky")).hold
    assert list(holds_over(delivery.passage).order_by("pk")) == [first, second]
    actions.release(first, passage=delivery.passage, by=actor_for(cast.brand_lead), now=cast.now)
    assert list(holds_over(delivery.passage)) == [second]
    assert is_held(delivery.passage)


def test_one_hold_with_two_matching_terms_is_one_release(cast: Cast) -> None:
    delivery = cast.delivery(cast.asset(places=["Boston"], tags=["run"]))
    hold = _hold(cast, term(K.PLACE, "Boston"), term(K.TAG, "run")).hold
    actions.release(hold, passage=delivery.passage, by=actor_for(cast.brand_lead), now=cast.now)
    assert not is_held(delivery.passage)


def test_it_refuses_to_lift_while_something_is_undecided(cast: Cast) -> None:
    delivery, lead = cast.delivery(), actor_for(cast.brand_lead)
    hold = _hold(cast, term(K.CHANNEL, "bluesky")).hold
    with refused("hold.undecided"):
        actions.lift(hold, by=lead, now=cast.now)
    actions.release(hold, passage=delivery.passage, by=lead, now=cast.now)
    actions.lift(hold, by=lead, now=cast.now)
    assert not active_holds(cast.brand).exists()
    with refused("hold.lifted"):
        actions.lift(hold, by=lead, now=cast.now)
    assert verbs(cast.brand)[-2:] == ["hold.released", "hold.lifted"]


def test_nothing_is_released_from_a_hold_that_was_lifted(cast: Cast) -> None:
    lead = actor_for(cast.brand_lead)
    hold = _hold(cast, term(K.CHANNEL, "bluesky")).hold
    actions.lift(hold, by=lead, now=cast.now)
    later = cast.delivery()
    assert not is_held(later.passage)
    with refused("release.not_held"):
        actions.release(hold, passage=later.passage, by=lead, now=cast.now)


def test_what_had_started_is_not_released(cast: Cast) -> None:
    delivery = cast.delivery()
    cast.claim(at=delivery.due_at or cast.now)
    hold = _hold(cast, term(K.CHANNEL, "bluesky")).hold
    with refused("release.not_held"):
        actions.release(hold, passage=delivery.passage, by=actor_for(cast.brand_lead), now=cast.now)


def test_the_gate_lets_nothing_held_and_nothing_twice_through(cast: Cast) -> None:
    passage = cast.delivery().passage
    hold = _hold(cast, term(K.CHANNEL, "bluesky")).hold
    with refused("hold.in_place"):
        actions.enter(passage)
    actions.release(hold, passage=passage, by=actor_for(cast.brand_lead), now=cast.now)
    actions.enter(passage)
    with refused("passage.started"):
        actions.enter(passage)


def test_what_stepped_back_is_stopped_again(cast: Cast) -> None:
    passage = cast.delivery().passage
    actions.enter(passage)
    _hold(cast, term(K.CHANNEL, "bluesky"))
    actions.step_back(passage)
    assert is_held(passage)
    with refused("hold.in_place"):
        actions.enter(passage)


def test_what_is_settled_stays_settled(cast: Cast) -> None:
    passage = cast.delivery().passage
    actions.enter(passage)
    actions.settle(passage)
    actions.step_back(passage)
    assert Passage.objects.for_brand(cast.brand).get(pk=passage.pk).state == PassageState.SETTLED


def test_a_threat_holds_unless_the_brand_says_otherwise(cast: Cast) -> None:
    assert threat_policy(cast.brand) is ThreatPolicy.HOLD
    by = actor_for(cast.administrator)
    actions.set_threat_policy(cast.brand, threat=ThreatPolicy.ASK, by=by, now=cast.now)
    assert threat_policy(cast.brand) is ThreatPolicy.ASK
    assert threat_policy(cast.other_brand) is ThreatPolicy.HOLD
    with refused("permission.missing"):
        actions.set_threat_policy(cast.brand, threat=ThreatPolicy.OFF, by=actor_for(cast.outsider), now=cast.now)


def test_a_scope_finds_the_brands_own_passages_only(cast: Cast) -> None:
    delivery = cast.delivery(cast.asset(places=["Boston"]))
    assert list(in_scope(cast.brand, [term(K.PLACE, "boston")])) == [delivery.passage]
    assert not in_scope(cast.other_brand, [term(K.PLACE, "boston")]).exists()
    assert not in_scope(cast.brand, []).exists()


def test_the_hold_sheet_offers_what_would_stop_something(cast: Cast) -> None:
    cast.delivery(cast.asset(places=["Boston"]))
    offered = set(keys_that_wait(cast.brand).values_list("kind", "value"))
    assert {("place", "boston"), ("channel", "bluesky")} <= offered
    assert ("channel", "email") not in offered
    assert not keys_that_wait(cast.other_brand).exists()


def test_a_second_threat_about_the_same_deliveries_widens_the_first_hold_and_fences_what_is_loaded_later(
    cast: Cast,
) -> None:
    by_rule = actions.THREAT_POLICY
    first = cast.delivery(cast.asset("One", places=["Oslo"]))
    hold = actions.place_hold(
        cast.brand, scope=[term(K.TAG, "run"), term(K.PLACE, "Oslo")], reason="Blast", by=by_rule, now=cast.now
    ).hold
    wider = [term(K.PLACE, "Oslo"), term(K.TAG, "relay")]
    assert not is_covered(cast.brand, wider)
    assert hold_to_widen(cast.brand, wider) == hold
    topic = Topic.objects.create(brand=cast.brand, name="Relay", query="relay")
    heard = Signal.objects.create(
        brand=cast.brand, topic=topic, kind="sensitive", verdict=Verdict.THREAT, at=cast.now, noticed_at=cast.now,
        count=3, expected=0.1, odds=500.0, sentence="3 posts about the relay",
    )  # fmt: skip
    actions.widen(hold, scope=wider, by=by_rule, now=cast.now, signal=heard)
    assert is_covered(cast.brand, wider)
    later = cast.delivery(cast.asset("Two", tags=["relay"]))
    assert is_held(first.passage)
    assert is_held(later.passage)


def test_a_scope_of_a_thousand_keys_can_be_held(cast: Cast) -> None:
    delivery = cast.delivery(cast.asset(tags=["tag-999"]))
    scope = [term(K.TAG, f"tag-{number}") for number in range(1000)]
    placed = actions.place_hold(
        cast.brand, scope=scope, reason="All of it", by=actor_for(cast.duty_editor), now=cast.now
    )
    assert [passage.pk for passage in placed.stopped] == [delivery.passage_id]
