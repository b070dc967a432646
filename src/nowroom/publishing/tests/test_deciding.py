"""What people do with deliveries."""

from datetime import timedelta

import pytest

from nowroom.accounts.actions import AccountFacts
from nowroom.channels.base import Receipt
from nowroom.clearance.models import Ask, RequestState
from nowroom.content.queries import VariantDraft
from nowroom.people.queries import actor_for
from nowroom.publishing import actions
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import held_deliveries, loaded, queue, upcoming
from nowroom.safety import actions as safety
from nowroom.safety.models import Hold, PassageState, ScopeKind
from nowroom.safety.queries import is_held, term
from tests.asserts import refused, verbs
from tests.cast import NO, SENDER, YES, Cast

S = DeliveryState
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def _now(delivery: Delivery) -> Delivery:
    return Delivery.objects.for_brand(delivery.brand_id).select_related("passage").get(pk=delivery.pk)


def _hold(cast: Cast) -> Hold:
    scope = [term(ScopeKind.CHANNEL, "bluesky")]
    return safety.place_hold(
        cast.brand, scope=scope, reason="Something happened", by=actor_for(cast.duty_editor), now=cast.now
    ).hold


def _published(cast: Cast, delivery: Delivery) -> Delivery:
    claimed = cast.claim(at=delivery.due_at or cast.now)
    actions.note_published(claimed, Receipt("at://post"), by=SENDER, now=cast.now + HOUR)
    return _now(delivery)


def test_the_last_yes_queues_what_has_a_time_and_loads_what_waits_for_a_go(cast: Cast) -> None:
    revision = cast.asset()
    timed, waiting = cast.approve(cast.request([cast.plan(revision), cast.plan(revision, due_in=None)]))
    assert (timed.state, timed.due_at, timed.expires_at) == (S.QUEUED, cast.now + HOUR, cast.now + HOUR + 30 * MINUTE)
    assert (waiting.state, waiting.due_at, waiting.expires_at) == (S.LOADED, None, None)
    assert timed.key != waiting.key
    assert list(upcoming(cast.brand)) == [timed]
    assert list(loaded(cast.brand)) == [waiting]


def test_no_delivery_follows_the_first_of_two_yeses_or_a_no(cast: Cast) -> None:
    request = cast.request([cast.plan(cast.asset())], approvers=[cast.legal, cast.press])
    first, second = Ask.objects.for_brand(cast.brand).filter(request=request).order_by("pk")
    assert actions.decide(first, verdict=YES, shown=request.digest, now=cast.now) == []
    assert actions.decide(second, verdict=NO, shown=request.digest, now=cast.now) == []
    assert not queue(cast.brand).exists()


def test_the_window_never_outlives_the_yes(cast: Cast) -> None:
    delivery = cast.delivery(due_in=HOUR, window=3 * HOUR, valid_for=2 * HOUR)
    assert delivery.expires_at == cast.now + 2 * HOUR


def test_a_go_makes_it_due_now_for_its_window(cast: Cast) -> None:
    delivery = cast.delivery(due_in=None, window=10 * MINUTE)
    at = cast.now + HOUR
    gone = actions.go(delivery, by=actor_for(cast.duty_editor), now=at)
    assert (gone.state, gone.due_at, gone.expires_at) == (S.QUEUED, at, at + 10 * MINUTE)
    assert cast.claim(at=at) == delivery
    with refused("delivery.not_loaded"):
        actions.go(_now(delivery), by=actor_for(cast.duty_editor), now=at)


def test_a_held_go_is_refused_and_nothing_moves(cast: Cast) -> None:
    delivery = cast.delivery(due_in=None)
    _hold(cast)
    with refused("hold.in_place"):
        actions.go(delivery, by=actor_for(cast.duty_editor), now=cast.now)
    assert _now(delivery).state == S.LOADED


def test_a_go_after_the_yes_ended_or_was_taken_back_is_refused(cast: Cast) -> None:
    delivery, by = cast.delivery(due_in=None), actor_for(cast.duty_editor)
    with refused("approval.over"):
        actions.go(delivery, by=by, now=cast.now + timedelta(days=1))
    with refused("approval.over"):
        actions.go(delivery, by=by, now=cast.now - MINUTE)
    actions.revise(
        delivery.variant.revision.asset,
        variants=[VariantDraft("bluesky", "Edited")],
        by=actor_for(cast.creator),
        now=cast.now,
    )
    again = Delivery.objects.for_brand(cast.brand).get(pk=delivery.pk)
    with refused("approval.over"):
        actions.go(again, by=by, now=cast.now)


@pytest.mark.parametrize("who", ["executive", "creator", "legal", "strategist", "administrator", "outsider"])
def test_only_the_desk_says_go_reschedules_and_takes_down(cast: Cast, who: str) -> None:
    by, now = actor_for(getattr(cast, who)), cast.now
    waiting, queued = cast.delivery(due_in=None), cast.delivery()
    with refused("permission.missing"):
        actions.go(waiting, by=by, now=now)
    with refused("permission.missing"):
        actions.reschedule(queued, due_at=now + HOUR, by=by, now=now)
    with refused("permission.missing"):
        actions.take_down(queued, by=by, now=now)
    with refused("permission.missing"):
        actions.settle_by_hand(queued, is_out=True, by=by, now=now)
    assert (_now(waiting).state, _now(queued).state) == (S.LOADED, S.QUEUED)


def test_a_rescheduled_delivery_has_its_window_at_the_new_time(cast: Cast) -> None:
    delivery, new = cast.delivery(window=10 * MINUTE), cast.now + 5 * HOUR
    actions.reschedule(delivery, due_at=new, by=actor_for(cast.duty_editor), now=cast.now)
    kept = _now(delivery)
    assert (kept.state, kept.due_at, kept.expires_at) == (S.QUEUED, new, new + 10 * MINUTE)
    assert actions.claim_next(cast.brand.pk, by=SENDER, now=cast.now + HOUR) is None
    assert cast.claim(at=new) == delivery


def test_it_refuses_a_new_time_that_is_past_or_outside_the_yes(cast: Cast) -> None:
    delivery, by = cast.delivery(), actor_for(cast.duty_editor)
    with refused("plan.past"):
        actions.reschedule(delivery, due_at=cast.now, by=by, now=cast.now)
    with refused("plan.validity"):
        actions.reschedule(delivery, due_at=cast.now + timedelta(days=1), by=by, now=cast.now)
    assert _now(delivery).due_at == cast.now + HOUR


def test_it_refuses_to_reschedule_or_drop_what_has_started(cast: Cast) -> None:
    delivery, by = cast.delivery(), actor_for(cast.duty_editor)
    cast.claim(at=cast.now + HOUR)
    with refused("delivery.started"):
        actions.reschedule(delivery, due_at=cast.now + 2 * HOUR, by=by, now=cast.now)
    with refused("delivery.started"):
        actions.drop(delivery, reason="no longer true", by=by, now=cast.now)
    assert _now(delivery).state == S.SENDING


def test_a_dropped_delivery_never_goes_and_no_hold_waits_for_it(cast: Cast) -> None:
    delivery = cast.delivery()
    hold = _hold(cast)
    actions.drop(delivery, reason="no longer true", by=actor_for(cast.duty_editor), now=cast.now)
    kept = _now(delivery)
    assert (kept.state, kept.note, kept.passage.state) == (S.DROPPED, "no longer true", PassageState.SETTLED)
    safety.lift(hold, by=actor_for(cast.brand_lead), now=cast.now)
    assert actions.claim_next(cast.brand.pk, by=SENDER, now=cast.now + HOUR) is None


def test_an_outsider_drops_nothing(cast: Cast) -> None:
    with refused("permission.missing"):
        actions.drop(cast.delivery(), reason="", by=actor_for(cast.outsider), now=cast.now)


def test_a_held_delivery_is_released_at_its_time_or_at_a_new_one(cast: Cast) -> None:
    first, second = cast.queue(2)
    hold, lead = _hold(cast), actor_for(cast.brand_lead)
    assert list(held_deliveries(cast.brand)) == [first, second]
    actions.release(hold, delivery=first, by=lead, now=cast.now)
    actions.release(hold, delivery=second, by=lead, now=cast.now, due_at=cast.now + 3 * HOUR)
    assert not held_deliveries(cast.brand).exists()
    assert (_now(first).due_at, _now(second).due_at) == (first.due_at, cast.now + 3 * HOUR)
    safety.lift(hold, by=lead, now=cast.now)


def test_a_release_at_an_impossible_time_releases_nothing(cast: Cast) -> None:
    delivery, hold = cast.delivery(), _hold(cast)
    with refused("plan.past"):
        actions.release(hold, delivery=delivery, by=actor_for(cast.brand_lead), now=cast.now, due_at=cast.now)
    assert is_held(delivery.passage)


def test_an_edit_drops_what_waits_under_the_older_yes(cast: Cast) -> None:
    revision = cast.asset()
    delivery, other = cast.delivery(revision), cast.delivery()
    actions.revise(
        revision.asset, variants=[VariantDraft("bluesky", "Edited")], by=actor_for(cast.creator), now=cast.now
    )
    assert (_now(delivery).state, _now(other).state) == (S.DROPPED, S.QUEUED)
    assert actions.claim_next(cast.brand.pk, by=SENDER, now=cast.now + HOUR) == other


def test_a_takedown_is_asked_once_of_what_is_out(cast: Cast) -> None:
    delivery, by = cast.delivery(), actor_for(cast.duty_editor)
    with refused("delivery.not_out"):
        actions.take_down(delivery, by=by, now=cast.now)
    published = _published(cast, delivery)
    actions.take_down(published, by=by, now=cast.now + HOUR)
    assert _now(delivery).state == S.REMOVING
    with refused("delivery.not_out"):
        actions.take_down(_now(delivery), by=by, now=cast.now + HOUR)
    actions.note_removed(published, by=SENDER, now=cast.now + HOUR)
    assert _now(delivery).state == S.TAKEN_DOWN
    assert verbs(cast.brand)[-2:] == ["delivery.takedown_asked", "delivery.taken_down"]


def test_a_takedown_is_refused_where_the_channel_takes_nothing_back(cast: Cast) -> None:
    published = _published(cast, cast.delivery(account=cast.mail))
    with refused("channel.cannot_remove"):
        actions.take_down(published, by=actor_for(cast.duty_editor), now=cast.now + HOUR)
    assert _now(published).state == S.PUBLISHED


@pytest.mark.parametrize(("is_out", "state"), [(True, S.PUBLISHED), (False, S.EXPIRED)])
def test_a_person_settles_a_lost_answer_by_hand(cast: Cast, is_out: bool, state: DeliveryState) -> None:
    delivery, by = cast.delivery(), actor_for(cast.duty_editor)
    with refused("delivery.settled"):
        actions.settle_by_hand(delivery, is_out=is_out, by=by, now=cast.now)
    claimed = cast.claim(at=cast.now + HOUR)
    actions.note_unknown(claimed, message="lost", by=SENDER, now=cast.now + HOUR)
    actions.settle_by_hand(claimed, is_out=is_out, by=by, now=cast.now + HOUR)
    kept = _now(delivery)
    assert (kept.state, kept.passage.state) == (state, PassageState.SETTLED)
    with refused("delivery.settled"):
        actions.settle_by_hand(kept, is_out=not is_out, by=by, now=cast.now + HOUR)


def test_a_question_answered_yes_is_closed(cast: Cast) -> None:
    request = cast.delivery().approval.request
    request.refresh_from_db()
    assert request.state == RequestState.APPROVED


def test_the_other_brand_sees_none_of_it(cast: Cast) -> None:
    cast.delivery()
    for rows in (queue, upcoming, loaded, held_deliveries):
        assert not rows(cast.other_brand).exists()


def test_a_hold_on_an_account_s_new_region_stops_what_already_waits_for_it_and_the_old_hold_goes_on(cast: Cast) -> None:
    delivery = cast.delivery()
    by = actor_for(cast.administrator)
    actions.connect(
        cast.brand,
        AccountFacts(
            channel=cast.bluesky.channel,
            handle=cast.bluesky.handle,
            name="Stride",
            language="en",
            region="FR",
            time_zone="Europe/Paris",
            credentials={"handle": "stride.test", "password": "new"},
        ),
        by=by,
        now=cast.now,
    )
    for region in ("fr", "de"):
        scope = [term(ScopeKind.REGION, region)]
        placed = safety.place_hold(
            cast.brand, scope=scope, reason="Storm", by=actor_for(cast.duty_editor), now=cast.now
        )
        assert [passage.pk for passage in placed.stopped] == [delivery.passage_id]
