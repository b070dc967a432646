from datetime import timedelta

import pytest

from nowroom.publishing.models import DeliveryState
from nowroom.publishing.rules import NEXT, back_off, scope_keys
from tests.cast import Cast

S = DeliveryState
FIVE_MINUTES = timedelta(minutes=5)


def test_every_state_has_its_next_ones_and_only_known_ones() -> None:
    assert set(NEXT) == set(S)
    assert all(isinstance(state, S) for states in NEXT.values() for state in states)


def test_nothing_leads_to_sending_but_the_queue() -> None:
    assert {old for old, new in NEXT.items() if S.SENDING in new} == {S.QUEUED}


def test_a_lost_answer_never_leads_straight_to_another_try() -> None:
    assert S.SENDING not in NEXT[S.UNKNOWN]


def test_whatever_may_be_out_can_turn_out_to_be_out() -> None:
    tried = {S.QUEUED, S.SENDING, S.UNKNOWN, S.FAILED, S.EXPIRED, S.DROPPED}
    assert {old for old, new in NEXT.items() if S.PUBLISHED in new} == tried | {S.REMOVING}


@pytest.mark.parametrize(
    ("attempts", "asked", "wait"),
    [
        (1, timedelta(0), timedelta(seconds=2)),
        (3, timedelta(0), timedelta(seconds=8)),
        (3, timedelta(seconds=30), timedelta(seconds=30)),
        (9, timedelta(0), FIVE_MINUTES),
        (9, timedelta(hours=1), timedelta(hours=1)),
        (2000, timedelta(0), FIVE_MINUTES),  # a week of tries every five minutes
    ],
)
def test_the_wait_doubles_up_to_five_minutes(attempts: int, asked: timedelta, wait: timedelta) -> None:
    assert back_off(attempts, asked) == wait


def test_a_delivery_carries_the_hashtags_of_its_text(cast: Cast) -> None:
    delivery = cast.delivery(cast.asset(text="Run #BostonMarathon"))
    assert ("tag", "bostonmarathon") in {key.key for key in scope_keys(delivery)}
