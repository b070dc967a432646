"""What time does by itself, also when the clock jumps."""

from datetime import timedelta

import pytest

from nowroom.clearance.models import ApprovalRequest, RequestState
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.rules import LEASE
from nowroom.workers import tick
from nowroom.workers.send import Sender
from nowroom.workers.tests.scenes import Clock
from tests.asserts import verbs
from tests.cast import Cast

S = DeliveryState


def _state(delivery: Delivery) -> str:
    return Delivery.objects.for_brand(delivery.brand_id).get(pk=delivery.pk).state


def _open(cast: Cast, valid_for: timedelta = timedelta(days=1)) -> ApprovalRequest:
    return cast.request([cast.plan(cast.asset())], valid_for=valid_for)


def _now(request: ApprovalRequest) -> str:
    return ApprovalRequest.objects.for_brand(request.brand_id).get(pk=request.pk).state


def test_windows_close_at_their_end_and_not_before(cast: Cast) -> None:
    delivery = cast.delivery(due_in=timedelta(hours=1), window=timedelta(minutes=30))
    end = cast.now + timedelta(minutes=90)
    assert tick.turn(end - timedelta(seconds=1)) == 0
    assert tick.turn(end) == 1
    assert _state(delivery) == S.EXPIRED
    assert tick.turn(end) == 0


def test_what_waits_for_a_go_expires_with_its_yes(cast: Cast) -> None:
    delivery = cast.delivery(due_in=None, valid_for=timedelta(days=1))
    tick.turn(cast.now + timedelta(days=1))
    assert _state(delivery) == S.EXPIRED


def test_leases_end(cast: Cast) -> None:
    delivery = cast.delivery(due_in=timedelta(minutes=1))
    cast.claim(at=cast.now + timedelta(minutes=1))
    over = cast.now + timedelta(minutes=1) + LEASE
    tick.turn(over - timedelta(seconds=1))
    assert _state(delivery) == S.SENDING
    tick.turn(over)
    assert _state(delivery) == S.UNKNOWN


def test_requests_lapse_and_silence_is_no_yes(cast: Cast) -> None:
    request = _open(cast, valid_for=timedelta(hours=2))
    tick.turn(cast.now + timedelta(hours=2) - timedelta(seconds=1))
    assert _now(request) == RequestState.OPEN
    tick.turn(cast.now + timedelta(hours=2))
    assert _now(request) == RequestState.LAPSED
    assert not Delivery.objects.for_brand(cast.brand).exists()
    assert verbs(cast.brand).count("approval.lapsed") == 1


def test_more_than_one_round_holds_is_done_in_the_next(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tick, "_AT_ONCE", 2)
    cast.queue(5)
    late = cast.now + timedelta(hours=5)
    assert [tick.turn(late) for _round in range(4)] == [2, 2, 1, 0]


def test_a_clock_that_jumps_forward_closes_windows_and_nothing_goes_out_late(cast: Cast, clock: Clock) -> None:
    first, second = cast.queue(2)
    request = _open(cast)
    clock.turn(days=400)
    assert Sender("send", clock).turn() == 0
    tick.turn(clock.now)
    assert {_state(first), _state(second)} == {S.EXPIRED}
    assert _now(request) == RequestState.LAPSED


def test_a_clock_that_jumps_back_reopens_and_repeats_nothing(cast: Cast, clock: Clock) -> None:
    delivery = cast.delivery(due_in=timedelta(minutes=1), window=timedelta(minutes=5))
    tick.turn(clock.turn(hours=1))
    assert _state(delivery) == S.EXPIRED
    clock.turn(hours=-1, minutes=1)
    assert Sender("send", clock).turn() == 0
    assert tick.turn(clock.now) == 0
    assert _state(delivery) == S.EXPIRED


def test_a_clock_that_jumps_back_while_something_is_sent_keeps_its_lease(cast: Cast, clock: Clock) -> None:
    delivery = cast.delivery(due_in=timedelta(minutes=1))
    cast.claim(at=clock.turn(minutes=1))
    tick.turn(clock.turn(days=-30))
    assert _state(delivery) == S.SENDING
    tick.turn(clock.turn(days=30, seconds=LEASE.total_seconds()))
    assert _state(delivery) == S.UNKNOWN
