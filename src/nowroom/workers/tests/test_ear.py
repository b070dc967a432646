"""One brand's ear: from posts to a fence around exactly what they concern."""

from datetime import timedelta

import pytest

from nowroom.listening.actions import Helping
from nowroom.listening.models import Alert, EngineState, Mention, Signal, Source, Topic, TopicCount, Verdict
from nowroom.people.actions import set_places
from nowroom.people.queries import actor_for
from nowroom.planning.actions import plan_moment
from nowroom.publishing.actions import drop
from nowroom.publishing.models import Delivery
from nowroom.publishing.queries import held_deliveries
from nowroom.safety.actions import Placement, place_hold, set_threat_policy
from nowroom.safety.models import Hold, ScopeKind, ThreatPolicy
from nowroom.safety.queries import term
from nowroom.workers import ear as module
from nowroom.workers.ear import Ear
from nowroom.workers.tests.scenes import Clock, everyday, glad, helpings, posts, source, terrible
from tests.cast import Cast

Heard = list[tuple[Signal, Placement | None]]


@pytest.fixture
def averin(cast: Cast) -> Delivery:
    return cast.delivery(cast.asset("Run in Averin", places=["Averin"]), due_in=timedelta(hours=5))


@pytest.fixture
def tromvik(cast: Cast) -> Delivery:
    return cast.delivery(cast.asset("Trail in Tromvik", places=["Tromvik"]), due_in=timedelta(hours=5))


def _hear(ear: Ear, given: list[Helping], clock: Clock) -> Heard:
    return [found for helping in given for found in ear.hear([helping], clock=clock)]


def _night(cast: Cast, of: Source, place: str = "Averin") -> list[Helping]:
    return helpings(of, posts([*everyday(60), *terrible(place)], start=cast.now))


def _threat(cast: Cast, clock: Clock) -> tuple[Ear, Heard]:
    of = source(cast)
    ear = Ear(cast.brand, cast.now)
    return ear, _hear(ear, _night(cast, of), clock)


def _held(cast: Cast) -> set[str]:
    return {delivery.passage.label for delivery in held_deliveries(cast.brand)}


def test_what_is_said_about_a_place_holds_exactly_what_is_queued_for_it(
    cast: Cast, clock: Clock, averin: Delivery, tromvik: Delivery
) -> None:
    _ear, heard = _threat(cast, clock)
    assert [placement.stopped for _signal, placement in heard if placement] == [[averin.passage]]
    assert list(held_deliveries(cast.brand)) == [averin]
    hold = Hold.objects.for_brand(cast.brand).get()
    assert hold.by_rule
    evidence = list(hold.signal.evidence.all()) if hold.signal else []
    assert all("Averin" in mention.text for mention in evidence)
    assert len(evidence) >= 2


def test_nothing_of_it_reaches_another_brand(cast: Cast, clock: Clock, averin: Delivery) -> None:
    _threat(cast, clock)
    for model in (Topic, Mention, Signal, Alert, Hold, TopicCount, EngineState):
        assert not model.objects.for_brand(cast.other_brand).exists()
    assert not Ear(cast.other_brand, cast.now).hear([], clock=clock)


@pytest.mark.parametrize("policy", [ThreatPolicy.ASK, ThreatPolicy.OFF])
def test_where_the_policy_does_not_hold_the_alert_waits_for_a_person(
    cast: Cast, clock: Clock, averin: Delivery, policy: ThreatPolicy
) -> None:
    set_threat_policy(cast.brand, threat=policy, by=actor_for(cast.administrator), now=cast.now)
    _ear, heard = _threat(cast, clock)
    assert heard
    assert all(placement is None for _signal, placement in heard)
    assert not Hold.objects.for_brand(cast.brand).exists()
    assert set(Alert.objects.for_brand(cast.brand).values_list("answer", flat=True)) == {""}


def test_what_is_fenced_already_is_not_fenced_again(cast: Cast, clock: Clock, averin: Delivery) -> None:
    scope = [term(ScopeKind.PLACE, "Averin"), term(ScopeKind.ASSET, averin.variant.revision.asset_id)]
    place_hold(cast.brand, scope=scope, reason="We knew", by=actor_for(cast.duty_editor), now=cast.now)
    _ear, heard = _threat(cast, clock)
    assert heard
    assert all(placement is None for _signal, placement in heard)
    assert Hold.objects.for_brand(cast.brand).count() == 1
    # Nobody needs to look at what is taken care of.
    assert set(Alert.objects.for_brand(cast.brand).values_list("answer", flat=True)) == {"hold"}


def test_chatter_holds_nothing(cast: Cast, clock: Clock, averin: Delivery) -> None:
    ear = Ear(cast.brand, cast.now)
    of = source(cast, place="Averin")
    ear.refresh(cast.now)
    assert _hear(ear, helpings(of, posts(everyday(200), start=cast.now)), clock) == []
    assert _held(cast) == set()


def test_joy_is_an_opportunity_and_holds_nothing(cast: Cast, clock: Clock, averin: Delivery) -> None:
    of = source(cast)
    ear = Ear(cast.brand, cast.now)
    quiet = helpings(of, posts(glad("Averin", 12), start=cast.now, every=600, prefix="before"))
    assert _hear(ear, quiet, clock) == []
    later = cast.now + timedelta(hours=3)
    heard = _hear(ear, helpings(of, posts(glad("Averin", 40), start=later, every=1)), clock)
    assert {signal.verdict for signal, _placement in heard} == {Verdict.OPPORTUNITY}
    assert Alert.objects.for_brand(cast.brand).count() == len(heard)
    assert _held(cast) == set()


@pytest.mark.parametrize("kept", [0, 3, 6])
def test_a_stop_in_between_changes_nothing(
    cast: Cast, clock: Clock, averin: Delivery, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    """The ear that comes back goes on after what was kept, and reads again what was heard and not kept."""
    monkeypatch.setattr(module, "SAVE_EVERY", 0.0)
    of = source(cast, place="Averin")
    given = _night(cast, of)
    first = Ear(cast.brand, cast.now)
    _hear(first, given[:kept], clock)
    monkeypatch.setattr(module, "SAVE_EVERY", 3600.0)
    first.hear([given[kept]] if kept < 6 else [], clock=clock)  # and then the machine stops
    of.refresh_from_db()
    go_on = int(of.cursor or 0)
    heard = _hear(Ear(cast.brand, cast.now), [one for one in given if int(one.cursor) > go_on], clock)
    assert [placement.stopped for _signal, placement in heard if placement] == [[averin.passage]]
    ids = list(Mention.objects.for_brand(cast.brand).values_list("external_id", flat=True))
    assert sorted(ids) == sorted(f"p{number}" for number in range(60, 66))
    counted = TopicCount.objects.for_brand(cast.brand).filter(topic__origin="place:averin")
    assert sum(counted.values_list("posts", flat=True)) == 6


def test_a_stop_between_the_signal_and_the_fence_leaves_nothing_unfenced(
    cast: Cast, clock: Clock, averin: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        broken.setattr(module, "act_on_threat", lambda *_args, **_options: _stop())
        with pytest.raises(OSError, match="power"):
            _threat(cast, clock)
    assert _held(cast) == set()
    Ear(cast.brand, clock.turn(minutes=1))
    assert list(held_deliveries(cast.brand)) == [averin]
    Ear(cast.brand, clock.turn(minutes=1))
    assert Hold.objects.for_brand(cast.brand).count() == 1


def test_an_old_threat_that_waits_for_a_person_is_not_acted_on_late(cast: Cast, clock: Clock, averin: Delivery) -> None:
    set_threat_policy(cast.brand, threat=ThreatPolicy.ASK, by=actor_for(cast.administrator), now=cast.now)
    _threat(cast, clock)
    set_threat_policy(cast.brand, threat=ThreatPolicy.HOLD, by=actor_for(cast.administrator), now=cast.now)
    Ear(cast.brand, clock.turn(hours=1))
    assert _held(cast) == set()


def test_a_state_of_another_version_is_learnt_anew(cast: Cast, clock: Clock, averin: Delivery) -> None:
    EngineState.objects.create(brand=cast.brand, snapshot=b'{"version": 0}', saved_at=cast.now)
    _threat(cast, clock)
    assert list(held_deliveries(cast.brand)) == [averin]


def test_what_led_to_nothing_is_saved_after_a_while_even_when_nothing_more_comes(
    cast: Cast, clock: Clock, averin: Delivery, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = source(cast)
    ear = Ear(cast.brand, cast.now)
    ear.hear(helpings(of, posts(["coffee"], start=cast.now)), clock=clock)
    ear.hear([Helping(of, [], "2")], clock=clock)
    assert Source.objects.for_brand(cast.brand).get().cursor == ""
    monkeypatch.setattr(module, "SAVE_EVERY", 0.0)
    ear.hear([], clock=clock)
    kept = Source.objects.for_brand(cast.brand).get()
    assert (kept.cursor, kept.posts, kept.heard_at) == ("2", 1, cast.now)


def test_it_listens_for_what_is_queued_as_long_as_it_is(cast: Cast, averin: Delivery) -> None:
    ear = Ear(cast.brand, cast.now)
    rows = Topic.objects.for_brand(cast.brand).order_by("origin")
    assert [(topic.origin, topic.is_active) for topic in rows] == [
        (f"asset:{averin.variant.revision.asset_id}", True),
        ("place:averin", True),
    ]
    drop(averin, reason="", by=actor_for(cast.duty_editor), now=cast.now)
    ear.refresh(cast.now)
    assert [(topic.is_active, topic.resting) for topic in rows.all()] == [(False, True)] * 2
    again = cast.delivery(averin.variant.revision, due_in=timedelta(hours=6))
    ear.refresh(cast.now)
    assert [(topic.is_active, topic.resting) for topic in rows.all()] == [(True, False)] * 2
    assert again.variant.revision_id == averin.variant.revision_id


def test_assets_of_one_moment_are_listened_for_together(cast: Cast) -> None:
    moment = plan_moment(
        cast.brand,
        name="Lantern Run",
        starts_at=cast.now,
        ends_at=cast.now + timedelta(hours=3),
        time_zone="Europe/Berlin",
        places=["Averin"],
        by=actor_for(cast.strategist),
        now=cast.now,
    )
    for name in ("Before", "After"):
        cast.delivery(cast.asset(name, moment=moment))
    Ear(cast.brand, cast.now)
    origins = set(Topic.objects.for_brand(cast.brand).values_list("origin", flat=True))
    assert origins == {f"moment:{moment.pk}", "place:averin"}


def test_places_of_the_brand_and_of_a_source_are_followed_as_they_change(cast: Cast, clock: Clock) -> None:
    of = source(cast, place="Tromvik")
    ear = Ear(cast.brand, cast.now)
    set_places(cast.brand, places=["Averin"], by=actor_for(cast.administrator), now=cast.now)
    Source.objects.for_brand(cast.brand).filter(pk=of.pk).update(is_active=False)
    ear.refresh(cast.now)
    active = Topic.objects.for_brand(cast.brand).filter(is_active=True)
    assert list(active.values_list("origin", flat=True)) == ["place:averin"]
    delivery = cast.delivery(cast.asset("Lamps", text="Lamps that last", places=["Averin"]))
    ear.refresh(cast.now)
    heard = _hear(ear, _night(cast, source(cast, "other")), clock)
    assert heard
    assert list(held_deliveries(cast.brand)) == [delivery]


def _stop() -> None:
    raise OSError("no power")
