"""What senders do with deliveries: claim, and write down how it went."""

from datetime import timedelta

import pytest
from django.db import transaction

from nowroom.accounts.actions import note_health
from nowroom.accounts.models import Account, Health
from nowroom.channels.base import Receipt
from nowroom.clearance.actions import revoke
from nowroom.content import actions as content
from nowroom.content.queries import VariantDraft
from nowroom.lib.actor import system
from nowroom.people.queries import actor_for
from nowroom.publishing import actions
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import (
    abandoned_deliveries,
    due_deliveries,
    in_flight_at,
    missed_deliveries,
    needing_a_person,
    removals,
    unknown_deliveries,
)
from nowroom.publishing.rules import LEASE
from nowroom.safety import actions as safety
from nowroom.safety.models import PassageState, ScopeKind
from nowroom.safety.queries import term
from tests.asserts import verbs
from tests.cast import SENDER, Cast

S = DeliveryState
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
OUT = Receipt("at://post", url="https://bsky.test/post")
OTHER = system("send 2")


def _now(delivery: Delivery) -> Delivery:
    return Delivery.objects.for_brand(delivery.brand_id).select_related("passage").get(pk=delivery.pk)


def _claim(cast: Cast, after: timedelta = HOUR) -> Delivery | None:
    return actions.claim_next(cast.brand.pk, by=SENDER, now=cast.now + after)


def _hold_all(cast: Cast) -> safety.Placement:
    scope = [term(ScopeKind.BRAND, cast.brand.pk)]
    return safety.place_hold(cast.brand, scope=scope, reason="Stop", by=actor_for(cast.duty_editor), now=cast.now)


def _lost(cast: Cast) -> Delivery:
    """A delivery whose answer was lost, an hour from the scene's start."""
    cast.delivery()
    claimed = cast.claim(at=cast.now + HOUR)
    actions.note_unknown(claimed, message="The connection broke.", by=SENDER, now=cast.now + HOUR)
    return claimed


def test_the_earliest_due_is_claimed_first_and_each_once(cast: Cast) -> None:
    later, sooner = cast.delivery(due_in=HOUR), cast.delivery(due_in=50 * MINUTE)
    assert [_claim(cast), _claim(cast), _claim(cast)] == [sooner, later, None]


def test_a_claim_says_who_sends_until_when_and_is_in_flight(cast: Cast) -> None:
    claimed = cast.claim(at=cast.delivery().due_at or cast.now)
    kept = _now(claimed)
    assert (kept.state, kept.claimed_by, kept.attempts) == (S.SENDING, "send", 1)
    assert kept.lease_until == cast.now + HOUR + LEASE
    assert kept.passage.state == PassageState.IN_FLIGHT
    assert verbs(cast.brand)[-1] == "delivery.started"


def test_nothing_goes_before_its_time_nor_at_the_end_of_its_window(cast: Cast) -> None:
    delivery = cast.delivery(window=30 * MINUTE)
    assert _claim(cast, HOUR - timedelta(microseconds=1)) is None
    assert _claim(cast, HOUR + 30 * MINUTE) is None
    assert _claim(cast, HOUR + 30 * MINUTE - timedelta(microseconds=1)) == delivery


def test_nothing_held_is_claimed(cast: Cast) -> None:
    cast.delivery()
    _hold_all(cast)
    assert _claim(cast) is None
    assert not due_deliveries(cast.now + HOUR).exists()


def test_a_revoked_yes_drops_it_and_the_next_one_goes(cast: Cast) -> None:
    first, second = cast.delivery(), cast.delivery()
    revoke(first.approval, reason="new facts", by=actor_for(cast.legal), now=cast.now)
    assert _claim(cast) == second
    assert (_now(first).state, _now(first).passage.state) == (S.DROPPED, PassageState.SETTLED)
    assert "taken back" in _now(first).note


def test_a_superseded_revision_is_dropped_at_the_last_look(cast: Cast) -> None:
    delivery = cast.delivery()
    content.revise(
        delivery.variant.revision.asset,
        variants=[VariantDraft("bluesky", "Edited")],
        by=actor_for(cast.creator),
        now=cast.now,
    )
    assert _claim(cast) is None
    assert _now(delivery).state == S.DROPPED


def test_a_broken_or_disconnected_account_keeps_it_waiting(cast: Cast) -> None:
    delivery = cast.delivery()
    note_health(cast.bluesky, health=Health.BROKEN, note="signed out", by=SENDER, now=cast.now)
    assert _claim(cast) is None
    assert _now(delivery).state == S.QUEUED
    note_health(cast.bluesky, health=Health.HEALTHY, note="", by=SENDER, now=cast.now)
    Account.objects.for_brand(cast.brand).filter(pk=cast.bluesky.pk).update(is_active=False)
    assert _claim(cast) is None
    Account.objects.for_brand(cast.brand).filter(pk=cast.bluesky.pk).update(is_active=True)
    assert _claim(cast) == delivery


def test_many_turned_away_do_not_stand_in_the_way(cast: Cast) -> None:
    for delivery in cast.queue(12, every=5 * MINUTE):
        revoke(delivery.approval, reason="", by=actor_for(cast.legal), now=cast.now)
    good = cast.delivery(due_in=HOUR)
    Delivery.objects.for_brand(cast.brand).exclude(pk=good.pk).update(expires_at=cast.now + 2 * HOUR)
    assert _claim(cast) == good


@pytest.mark.django_db(transaction=True)
def test_a_claim_cannot_be_part_of_a_transaction_that_may_still_fail(cast: Cast) -> None:
    cast.delivery()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        _claim(cast)


def test_a_published_delivery_keeps_what_the_channel_said(cast: Cast) -> None:
    cast.delivery()
    claimed = cast.claim(at=cast.now + HOUR)
    actions.note_published(claimed, OUT, by=SENDER, now=cast.now + HOUR + MINUTE)
    kept = _now(claimed)
    assert (kept.state, kept.published_at, kept.lease_until) == (S.PUBLISHED, cast.now + HOUR + MINUTE, None)
    assert (kept.remote_id, kept.remote_url, kept.passage.state) == (OUT.remote_id, OUT.url, PassageState.SETTLED)


def test_what_the_channel_refused_waits_for_a_person(cast: Cast) -> None:
    cast.delivery()
    claimed = cast.claim(at=cast.now + HOUR)
    actions.note_rejected(claimed, message="Too long.", by=SENDER, now=cast.now + HOUR)
    assert (_now(claimed).state, _now(claimed).note) == (S.FAILED, "Too long.")
    assert list(needing_a_person(cast.brand)) == [claimed]
    assert _claim(cast) is None


def test_put_off_it_waits_as_the_channel_asked_and_can_be_held_again(cast: Cast) -> None:
    cast.delivery()
    claimed = cast.claim(at=cast.now + HOUR)
    actions.note_try_again(claimed, after=5 * MINUTE, message="Busy.", by=SENDER, now=cast.now + HOUR)
    assert _claim(cast, HOUR + 5 * MINUTE - timedelta(seconds=1)) is None
    again = cast.claim(at=cast.now + HOUR + 5 * MINUTE)
    assert (again, again.attempts, again.key) == (claimed, 2, claimed.key)
    actions.note_try_again(again, after=MINUTE, message="Busy.", by=SENDER, now=cast.now + HOUR + 5 * MINUTE)
    assert _hold_all(cast).stopped == [claimed.passage]
    assert _claim(cast, HOUR + 10 * MINUTE) is None


def test_a_lost_answer_is_never_sent_again_before_the_channel_was_read(cast: Cast) -> None:
    lost = _lost(cast)
    assert _now(lost).state == S.UNKNOWN
    assert _claim(cast, HOUR + MINUTE) is None
    assert list(unknown_deliveries(cast.now + HOUR)) == [lost]
    assert _hold_all(cast).in_flight == [lost.passage]


def test_a_lost_answer_that_was_found_is_published(cast: Cast) -> None:
    lost = _lost(cast)
    hold = _hold_all(cast).hold
    actions.note_published(lost, OUT, by=SENDER, now=cast.now + HOUR + MINUTE)
    assert [d.state for d in in_flight_at(hold)] == [S.PUBLISHED]


def test_certainly_absent_it_is_queued_again_within_its_window(cast: Cast) -> None:
    lost = _lost(cast)
    actions.note_absent(lost, by=SENDER, now=cast.now + HOUR + LEASE)
    assert (_now(lost).state, _now(lost).passage.state) == (S.QUEUED, PassageState.WAITING)
    again = cast.claim(at=cast.now + HOUR + LEASE)
    assert (again.key, again.attempts) == (lost.key, 2)


def test_absent_while_the_request_may_still_be_on_its_way_it_stays_unknown_and_in_flight(cast: Cast) -> None:
    lost = _lost(cast)
    actions.note_absent(lost, by=SENDER, now=cast.now + HOUR + LEASE - timedelta(seconds=1))
    assert (_now(lost).state, _now(lost).passage.state) == (S.UNKNOWN, PassageState.IN_FLIGHT)
    assert list(unknown_deliveries(cast.now + HOUR + LEASE)) == [lost]


def test_certainly_absent_after_its_window_it_expires(cast: Cast) -> None:
    lost = _lost(cast)
    actions.note_absent(lost, by=SENDER, now=cast.now + HOUR + 30 * MINUTE)
    assert (_now(lost).state, _now(lost).passage.state) == (S.EXPIRED, PassageState.SETTLED)


def test_while_the_channel_cannot_tell_it_is_looked_at_later_and_logged_once(cast: Cast) -> None:
    lost = _lost(cast)
    for _again in range(2):
        actions.note_unclear(lost, after=MINUTE, message="No answer.", by=SENDER, now=cast.now + HOUR)
    assert not unknown_deliveries(cast.now + HOUR).exists()
    assert list(unknown_deliveries(cast.now + HOUR + MINUTE)) == [lost]
    assert verbs(cast.brand).count("delivery.still_unknown") == 1
    assert list(needing_a_person(cast.brand)) == [lost]


def test_an_old_look_at_the_channel_says_nothing_about_a_later_try(cast: Cast) -> None:
    old_look = _lost(cast)
    actions.note_absent(_now(old_look), by=OTHER, now=cast.now + HOUR + LEASE)
    second = cast.claim(at=cast.now + HOUR + LEASE, by=OTHER)
    actions.note_unknown(second, message="lost again", by=OTHER, now=cast.now + HOUR + LEASE + MINUTE)
    actions.note_absent(old_look, by=SENDER, now=cast.now + HOUR + 3 * LEASE)
    assert _now(second).state == S.UNKNOWN


def test_a_sender_that_never_came_back_leaves_it_unknown_once_the_lease_is_over(cast: Cast) -> None:
    cast.delivery()
    claimed = cast.claim(at=cast.now + HOUR)
    over = cast.now + HOUR + LEASE
    assert not abandoned_deliveries(over - timedelta(seconds=1)).exists()
    actions.recover(claimed, by=OTHER, now=over - timedelta(seconds=1))
    assert _now(claimed).state == S.SENDING
    assert list(abandoned_deliveries(over)) == [claimed]
    actions.recover(claimed, by=OTHER, now=over)
    assert _now(claimed).state == S.UNKNOWN


@pytest.mark.parametrize("then", ["unknown", "queued", "expired", "dropped"])
def test_an_answer_after_the_lease_is_still_the_truth(cast: Cast, then: str) -> None:
    cast.delivery()
    stale = cast.claim(at=cast.now + HOUR)
    at = cast.now + HOUR + LEASE
    actions.recover(_now(stale), by=OTHER, now=at)
    if then == "expired":
        actions.note_absent(_now(stale), by=OTHER, now=cast.now + 2 * HOUR)
    elif then in {"queued", "dropped"}:
        actions.note_absent(_now(stale), by=OTHER, now=at)
    if then == "dropped":
        actions.drop(_now(stale), reason="too late", by=actor_for(cast.duty_editor), now=at)
    assert _now(stale).state == then
    actions.note_published(stale, OUT, by=SENDER, now=at)
    assert (_now(stale).state, _now(stale).passage.state) == (S.PUBLISHED, PassageState.SETTLED)
    assert _claim(cast, HOUR + 2 * LEASE) is None


@pytest.mark.parametrize("word", ["rejected", "try again", "lost"])
def test_a_stale_senders_word_does_not_end_anothers_try(cast: Cast, word: str) -> None:
    cast.delivery()
    stale = cast.claim(at=cast.now + HOUR)
    at = cast.now + HOUR + LEASE
    actions.recover(_now(stale), by=OTHER, now=at)
    actions.note_absent(_now(stale), by=OTHER, now=at)
    second = cast.claim(at=at, by=OTHER)
    if word == "rejected":
        actions.note_rejected(stale, message="No.", by=SENDER, now=at)
    elif word == "try again":
        actions.note_try_again(stale, after=MINUTE, message="Busy.", by=SENDER, now=at)
    else:
        actions.note_unknown(stale, message="Lost.", by=SENDER, now=at)
    kept = _now(second)
    assert (kept.state, kept.attempts, kept.claimed_by) == (S.SENDING, 2, OTHER.id)


def test_an_answer_twice_is_one_entry(cast: Cast) -> None:
    cast.delivery()
    claimed = cast.claim(at=cast.now + HOUR)
    for _again in range(2):
        actions.note_published(claimed, OUT, by=SENDER, now=cast.now + HOUR)
    assert verbs(cast.brand).count("delivery.published") == 1


def test_what_missed_its_window_expires_and_nothing_catches_up(cast: Cast) -> None:
    timed, waiting = cast.delivery(), cast.delivery(due_in=None)
    end = cast.now + HOUR + 30 * MINUTE
    assert not missed_deliveries(end - timedelta(seconds=1)).exists()
    assert list(missed_deliveries(end)) == [timed]
    assert list(missed_deliveries(cast.now + timedelta(days=1))) == [timed, waiting]
    for delivery in (timed, waiting):
        actions.expire(delivery, by=SENDER, now=cast.now + timedelta(days=1))
        assert (_now(delivery).state, _now(delivery).passage.state) == (S.EXPIRED, PassageState.SETTLED)
    assert _claim(cast) is None


def test_what_was_rescheduled_since_it_was_found_late_does_not_expire(cast: Cast) -> None:
    cast.delivery()
    late = cast.now + HOUR + 30 * MINUTE
    (found,) = missed_deliveries(late)
    actions.reschedule(_now(found), due_at=late + HOUR, by=actor_for(cast.duty_editor), now=late)
    actions.expire(found, by=SENDER, now=late)
    assert _now(found).state == S.QUEUED


def test_nothing_expires_before_its_window_is_over(cast: Cast) -> None:
    delivery = cast.delivery()
    actions.expire(delivery, by=SENDER, now=cast.now + HOUR)
    assert _now(delivery).state == S.QUEUED


def test_a_clock_that_jumps_forward_expires_and_one_that_jumps_back_repeats_nothing(cast: Cast) -> None:
    first, second = cast.delivery(), cast.delivery(due_in=2 * HOUR)
    actions.note_published(cast.claim(at=cast.now + HOUR), OUT, by=SENDER, now=cast.now + HOUR)
    assert _claim(cast, -HOUR) is None
    assert _claim(cast, HOUR) is None
    assert _now(first).state == S.PUBLISHED
    assert _claim(cast, timedelta(hours=20)) is None
    assert list(missed_deliveries(cast.now + timedelta(hours=20))) == [second]


def test_a_clock_that_jumps_back_takes_no_try_from_its_sender(cast: Cast) -> None:
    cast.delivery()
    claimed = cast.claim(at=cast.now + HOUR)
    assert not abandoned_deliveries(cast.now).exists()
    actions.recover(claimed, by=OTHER, now=cast.now)
    actions.note_published(claimed, OUT, by=SENDER, now=cast.now)
    assert _now(claimed).state == S.PUBLISHED


def test_a_takedown_that_did_not_work_is_tried_again_or_goes_back_to_a_person(cast: Cast) -> None:
    cast.delivery()
    out = cast.claim(at=cast.now + HOUR)
    actions.note_published(out, OUT, by=SENDER, now=cast.now + HOUR)
    actions.take_down(out, by=actor_for(cast.duty_editor), now=cast.now + HOUR)
    assert list(removals(cast.now + HOUR)) == [out]
    actions.note_not_removed(out, message="Busy.", after=MINUTE, by=SENDER, now=cast.now + HOUR)
    assert not removals(cast.now + HOUR).exists()
    assert list(removals(cast.now + HOUR + MINUTE)) == [out]
    actions.note_not_removed(out, message="Not possible.", after=None, by=SENDER, now=cast.now + HOUR)
    assert (_now(out).state, _now(out).note) == (S.PUBLISHED, "Not possible.")
    assert verbs(cast.brand)[-1] == "delivery.takedown_failed"
