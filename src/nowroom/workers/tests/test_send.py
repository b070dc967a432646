"""A sender against a real receiver and a real mail server, through the whole worker."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from nowroom.accounts import actions as accounts
from nowroom.accounts.models import Account, Health
from nowroom.people.queries import actor_for
from nowroom.publishing.actions import settle_by_hand, take_down
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import needing_a_person
from nowroom.publishing.rules import LEASE
from nowroom.safety.actions import place_hold
from nowroom.safety.models import ScopeKind
from nowroom.safety.queries import term
from nowroom.workers import tick
from nowroom.workers.send import Sender
from nowroom.workers.tests.scenes import Clock
from tests.asserts import refused, verbs
from tests.cast import Cast
from tests.servers.receiver import Mode, Receiver
from tests.servers.smtp import SmtpMode, SmtpServer

pytestmark = pytest.mark.usefixtures("loopback")
S = DeliveryState


@pytest.fixture
def sender(clock: Clock) -> Sender:
    return Sender("send", clock)


def _connect(cast: Cast, channel: str, credentials: Mapping[str, str]) -> Account:
    return accounts.connect(
        cast.brand,
        accounts.AccountFacts(
            channel=channel,
            handle=f"{channel}-here",
            name="Here",
            language="en",
            region="",
            time_zone="UTC",
            credentials=credentials,
        ),
        by=actor_for(cast.administrator),
        now=cast.now,
    )


@pytest.fixture
def hook(cast: Cast, receiver: Receiver) -> Account:
    return _connect(cast, "webhook", receiver.credentials)


@pytest.fixture
def mailing(cast: Cast, smtp: SmtpServer) -> Account:
    return _connect(cast, "email", smtp.credentials)


def _due(cast: Cast, account: Account, clock: Clock, *, window: timedelta = timedelta(minutes=30)) -> Delivery:
    """A delivery that is due now."""
    delivery = cast.delivery(account=account, due_in=timedelta(minutes=1), window=window)
    clock.now = cast.now + timedelta(minutes=1)
    return delivery


def _now(delivery: Delivery) -> Delivery:
    return Delivery.objects.for_brand(delivery.brand_id).select_related("account").get(pk=delivery.pk)


def _states(delivery: Delivery, sender: Sender, turns: int) -> list[str]:
    states = []
    for _turn in range(turns):
        sender.turn()
        states.append(_now(delivery).state)
    return states


def test_what_is_due_goes_out_once(cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver) -> None:
    delivery = cast.delivery(account=hook, due_in=timedelta(minutes=1))
    assert sender.turn() == 0
    clock.turn(minutes=1)
    assert sender.turn() == 1
    assert sender.turn() == 0
    kept = _now(delivery)
    assert (kept.state, kept.published_at, kept.remote_id) == (S.PUBLISHED, clock.now, f"post-{delivery.key}")
    assert receiver.accepted == [delivery.key]
    assert kept.account.health == Health.HEALTHY


def test_mail_goes_out_once(cast: Cast, clock: Clock, sender: Sender, mailing: Account, smtp: SmtpServer) -> None:
    delivery = _due(cast, mailing, clock)
    assert _states(delivery, sender, 2) == [S.PUBLISHED] * 2
    assert [mail["Subject"] for mail in smtp.mails] == ["From Stride"]


def test_what_the_channel_refuses_waits_for_a_person_with_its_reason(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver
) -> None:
    delivery = _due(cast, hook, clock)
    receiver.mode = Mode.REFUSE
    assert _states(delivery, sender, 2) == [S.FAILED] * 2
    assert "no such audience" in _now(delivery).note
    assert list(needing_a_person(cast.brand)) == [delivery]
    assert len(receiver.requests) == 1


def test_put_off_it_waits_for_as_long_as_the_channel_asked(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver
) -> None:
    delivery = _due(cast, hook, clock)
    receiver.script = [Mode.RATE_LIMIT]
    sender.turn()
    assert _now(delivery).state == S.QUEUED
    clock.turn(seconds=29)
    assert sender.turn() == 0
    clock.turn(seconds=1)
    sender.turn()
    assert _now(delivery).state == S.PUBLISHED
    assert [request.key for request in receiver.requests] == [delivery.key] * 2


def test_put_off_beyond_its_window_it_expires_and_nothing_catches_up(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver
) -> None:
    delivery = _due(cast, hook, clock, window=timedelta(minutes=5))
    receiver.mode, receiver.retry_after = Mode.RATE_LIMIT, "600"
    sender.turn()
    receiver.mode = Mode.ACCEPT
    clock.turn(minutes=10)
    assert sender.turn() == 0
    tick.turn(clock.now)
    assert _now(delivery).state == S.EXPIRED
    assert receiver.accepted == []


@pytest.mark.parametrize(("lost", "requests"), [(Mode.DROP_ANSWER, 1), (Mode.DROP_REQUEST, 2)])
def test_a_lost_answer_is_read_back_before_anything_is_sent_again(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver, lost: Mode, requests: int
) -> None:
    delivery = _due(cast, hook, clock)
    receiver.script = [lost]
    sender.send_due()
    assert _now(delivery).state == S.UNKNOWN
    sender.turn()
    clock.turn(seconds=LEASE.total_seconds())
    sender.turn()
    sender.turn()
    assert _now(delivery).state == S.PUBLISHED
    assert receiver.accepted == [delivery.key]
    assert sum(request.method == "POST" for request in receiver.requests) == requests


def test_a_mail_whose_answer_is_lost_stays_unknown_until_a_person_says(
    cast: Cast, clock: Clock, sender: Sender, mailing: Account, smtp: SmtpServer
) -> None:
    delivery = _due(cast, mailing, clock)
    smtp.mode = SmtpMode.DROP_ANSWER
    sender.turn()
    smtp.mode = SmtpMode.ACCEPT
    for _hour in range(3):
        sender.turn()
        clock.turn(hours=1)
    assert _now(delivery).state == S.UNKNOWN
    assert "Look for yourself" in _now(delivery).note
    assert list(needing_a_person(cast.brand)) == [delivery]
    assert len(smtp.mails) == 1
    settle_by_hand(_now(delivery), is_out=True, by=actor_for(cast.duty_editor), now=clock.now)
    assert _states(delivery, sender, 1) == [S.PUBLISHED]


def test_credentials_sealed_with_another_key_break_the_account_with_a_sentence(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver, settings: Any
) -> None:
    delivery = _due(cast, hook, clock)
    right, settings.CREDENTIAL_KEY = settings.CREDENTIAL_KEY, "another key"
    assert _states(delivery, sender, 2) == [S.QUEUED] * 2
    account = _now(delivery).account
    assert account.health == Health.BROKEN
    assert "sealed with another key" in account.health_note
    assert receiver.requests == []
    assert verbs(cast.brand).count("account.health") == 1
    settings.CREDENTIAL_KEY = right
    _connect(cast, "webhook", receiver.credentials)
    clock.turn(minutes=2)
    assert _states(delivery, sender, 1) == [S.PUBLISHED]


def test_an_account_that_lacks_what_its_channel_needs_is_broken_and_its_posts_wait(
    cast: Cast, clock: Clock, sender: Sender, receiver: Receiver
) -> None:
    account = _connect(cast, "webhook", {"url": f"{receiver.base_url}/hook"})
    delivery = _due(cast, account, clock)
    assert _states(delivery, sender, 1) == [S.QUEUED]
    assert _now(delivery).account.health == Health.BROKEN
    assert "Signing secret" in _now(delivery).note


@pytest.mark.parametrize("broken", ["sealed otherwise", "disconnected"])
def test_what_cannot_be_read_back_says_so_and_keeps_nothing_else_from_its_turn(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver, settings: Any, broken: str
) -> None:
    delivery = _due(cast, hook, clock)
    receiver.script = [Mode.DROP_ANSWER]
    sender.send_due()
    if broken == "disconnected":
        accounts.disconnect(hook, by=actor_for(cast.administrator), now=clock.now)
    else:
        settings.CREDENTIAL_KEY = "another key"
    assert _states(delivery, sender, 2) == [S.UNKNOWN] * 2
    assert ("not connected any more" if broken == "disconnected" else "sealed with another key") in _now(delivery).note
    assert list(needing_a_person(cast.brand)) == [delivery]


@pytest.mark.parametrize("broken", ["sealed otherwise", "disconnected"])
def test_what_cannot_be_taken_down_goes_back_to_a_person_with_the_reason(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver, settings: Any, broken: str
) -> None:
    delivery = _due(cast, hook, clock)
    sender.turn()
    take_down(_now(delivery), by=actor_for(cast.duty_editor), now=clock.now)
    if broken == "disconnected":
        accounts.disconnect(hook, by=actor_for(cast.administrator), now=clock.now)
    else:
        settings.CREDENTIAL_KEY = "another key"
    assert _states(delivery, sender, 1) == [S.PUBLISHED]
    assert _now(delivery).note
    assert "delivery.takedown_failed" in verbs(cast.brand)
    assert set(receiver.posts) == {delivery.key}


def test_a_takedown_is_done_by_the_senders(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver
) -> None:
    delivery = _due(cast, hook, clock)
    sender.turn()
    take_down(_now(delivery), by=actor_for(cast.duty_editor), now=clock.now)
    assert _states(delivery, sender, 1) == [S.TAKEN_DOWN]
    assert receiver.posts == {}


def test_mail_that_is_out_cannot_be_taken_back(cast: Cast, clock: Clock, sender: Sender, mailing: Account) -> None:
    delivery = _due(cast, mailing, clock)
    sender.turn()
    with refused("channel.cannot_remove"):
        take_down(_now(delivery), by=actor_for(cast.duty_editor), now=clock.now)


def test_what_is_held_is_not_sent(cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver) -> None:
    delivery = _due(cast, hook, clock)
    scope = [term(ScopeKind.CHANNEL, "webhook")]
    place_hold(cast.brand, scope=scope, reason="Wait", by=actor_for(cast.duty_editor), now=clock.now)
    assert _states(delivery, sender, 2) == [S.QUEUED] * 2
    assert receiver.requests == []


def test_a_sender_that_died_before_the_answer_is_followed_by_one_who_reads_back(
    cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver
) -> None:
    delivery = _due(cast, hook, clock)
    cast.claim(at=clock.now)
    assert _states(delivery, sender, 1) == [S.SENDING]
    clock.turn(seconds=LEASE.total_seconds())
    tick.turn(clock.now)
    sender.turn()
    sender.turn()
    assert _now(delivery).state == S.PUBLISHED
    assert receiver.accepted == [delivery.key]


def test_each_brand_has_its_turn(cast: Cast, clock: Clock, sender: Sender, hook: Account, receiver: Receiver) -> None:
    for _number in range(3):
        _due(cast, hook, clock)
    assert [sender.send_due() for _turn in range(4)] == [1, 1, 1, 0]
