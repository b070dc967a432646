from datetime import timedelta

import pytest

from nowroom.publishing.models import DeliveryState
from nowroom.publishing.rules import NEXT, back_off, refuse_to_send, scope_keys
from tests.asserts import refused
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


def test_the_last_look_lets_pass_what_is_in_its_window_and_nothing_a_moment_later(cast: Cast) -> None:
    delivery, moment = cast.delivery(window=timedelta(minutes=30)), timedelta(microseconds=1)
    end = cast.now + timedelta(hours=1, minutes=30)
    refuse_to_send(delivery, is_newest=True, usable=True, now=end - moment)
    with refused("window.missed"):
        refuse_to_send(delivery, is_newest=True, usable=True, now=end)


def test_the_last_look_asks_whether_the_yes_is_valid_at_that_time(cast: Cast) -> None:
    delivery, moment = cast.delivery(valid_for=timedelta(hours=2)), timedelta(microseconds=1)
    delivery.expires_at = cast.now + timedelta(days=1)
    refuse_to_send(delivery, is_newest=True, usable=True, now=cast.now)
    for outside in (cast.now - moment, cast.now + timedelta(hours=2)):
        with refused("approval.over"):
            refuse_to_send(delivery, is_newest=True, usable=True, now=outside)


def test_the_last_look_refuses_an_edited_text_and_a_broken_account(cast: Cast) -> None:
    delivery = cast.delivery()
    with refused("revision.superseded"):
        refuse_to_send(delivery, is_newest=False, usable=True, now=cast.now)
    with refused("account.broken"):
        refuse_to_send(delivery, is_newest=True, usable=False, now=cast.now)


def test_the_last_look_refuses_what_has_no_window_yet(cast: Cast) -> None:
    with refused("window.missed"):
        refuse_to_send(cast.delivery(due_in=None), is_newest=True, usable=True, now=cast.now)


def test_a_delivery_carries_the_hashtags_of_its_text(cast: Cast) -> None:
    delivery = cast.delivery(cast.asset(text="Run #BostonMarathon"))
    assert ("tag", "bostonmarathon") in {key.key for key in scope_keys(delivery)}
