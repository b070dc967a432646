"""What every channel promises, run over the registry against real servers."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest

from nowroom.channels.base import (
    Channel,
    OutcomeUnknown,
    Publisher,
    Reconciler,
    Rejected,
    Remover,
    TryAgain,
)
from nowroom.channels.keys import delivery_key
from nowroom.channels.registry import UnknownChannelError, channel, channels, slugs
from nowroom.channels.tests.stands import MESSAGE, Stand, bluesky_stand, email_stand, webhook_stand
from tests.servers.fixtures import LOOPBACK

_NEEDS = {"bluesky": [pytest.mark.pds]}
_STANDS = {"webhook": webhook_stand, "email": email_stand}
_numbers = count(1)


@pytest.fixture(params=[pytest.param(slug, marks=_NEEDS.get(slug, [])) for slug in slugs()])
def slug(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def stand(slug: str, request: pytest.FixtureRequest) -> Iterator[Stand]:
    opening = bluesky_stand(request.getfixturevalue("pds")) if slug == "bluesky" else _STANDS[slug]()
    with opening as ready:
        yield ready


@pytest.fixture
def publisher(slug: str) -> Publisher:
    found = channel(slug, LOOPBACK)
    assert isinstance(found, Publisher)
    return found


@pytest.fixture
def now() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def key(now: datetime) -> str:
    return delivery_key(now, next(_numbers))


def test_it_publishes(publisher: Publisher, stand: Stand, key: str, now: datetime) -> None:
    receipt = publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now)

    assert len(stand.published()) == 1
    assert receipt.remote_id
    assert receipt.at == now


def test_the_same_key_twice_is_one_post(publisher: Publisher, stand: Stand, key: str, now: datetime) -> None:
    first = publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now)
    later = now + timedelta(minutes=1)
    second = publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=later)

    assert len(stand.published()) == 1
    assert first.remote_id == second.remote_id


def test_a_lost_answer_is_unknown_and_the_truth_can_be_read(
    publisher: Publisher, stand: Stand, key: str, now: datetime
) -> None:
    stand.lose_answers()
    with pytest.raises(OutcomeUnknown):
        publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now)

    assert len(stand.published()) == 1
    if isinstance(publisher, Reconciler):
        receipt = publisher.find(key, credentials=stand.credentials)
        assert receipt is not None
        assert key in receipt.remote_id


def test_after_a_lost_answer_a_second_try_is_still_one_post(
    publisher: Publisher, stand: Stand, key: str, now: datetime
) -> None:
    stand.lose_answers()
    with pytest.raises(OutcomeUnknown):
        publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now)
    stand.behave()
    publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now + timedelta(seconds=5))

    assert len(stand.published()) == 1


def test_a_rejection_is_permanent_and_nothing_is_out(
    publisher: Publisher, stand: Stand, key: str, now: datetime
) -> None:
    stand.reject()
    with pytest.raises(Rejected) as refusal:
        publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now)

    assert refusal.value.code
    assert stand.published() == set()
    if isinstance(publisher, Reconciler):
        assert publisher.find(key, credentials=stand.credentials) is None


def test_a_rate_limit_says_how_long_to_wait(publisher: Publisher, stand: Stand, key: str, now: datetime) -> None:
    stand.limit_rate()
    with pytest.raises(TryAgain) as patience:
        publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now)

    assert patience.value.after == stand.delay
    assert stand.published() == set()


def test_a_server_that_cannot_be_reached_is_tried_again(
    publisher: Publisher, stand: Stand, key: str, now: datetime
) -> None:
    with pytest.raises(TryAgain):
        publisher.publish(MESSAGE, key=key, credentials=stand.unreachable(), now=now)


def test_a_private_address_is_refused(publisher: Publisher, stand: Stand, key: str, now: datetime) -> None:
    with pytest.raises(Rejected) as refusal:
        publisher.publish(MESSAGE, key=key, credentials=stand.private(), now=now)

    assert refusal.value.code == "address.refused"


def test_an_account_without_what_it_needs_is_rejected(publisher: Publisher, key: str, now: datetime) -> None:
    with pytest.raises(Rejected) as refusal:
        publisher.publish(MESSAGE, key=key, credentials={}, now=now)

    assert refusal.value.code == "credentials.incomplete"
    if isinstance(publisher, Reconciler):
        with pytest.raises((OutcomeUnknown, TryAgain)):
            publisher.find(key, credentials={})


def test_what_the_check_blocks_is_not_sent(publisher: Publisher, stand: Stand, key: str, now: datetime) -> None:
    with pytest.raises(Rejected) as refusal:
        publisher.publish(replace(MESSAGE, text=" "), key=key, credentials=stand.credentials, now=now)

    assert refusal.value.code == "text.empty"
    assert stand.published() == set()


def test_taking_down_may_be_repeated(publisher: Publisher, stand: Stand, key: str, now: datetime) -> None:
    if not isinstance(publisher, Remover):
        assert publisher.slug == "email"
        return
    publisher.publish(MESSAGE, key=key, credentials=stand.credentials, now=now)
    publisher.remove(key, credentials=stand.credentials)
    publisher.remove(key, credentials=stand.credentials)

    assert stand.published() == set()
    assert isinstance(publisher, Reconciler)
    assert publisher.find(key, credentials=stand.credentials) is None


def test_mail_can_neither_be_read_back_nor_taken_back() -> None:
    mail = channel("email")

    assert not isinstance(mail, Reconciler | Remover)


def test_every_channel_describes_itself() -> None:
    for found in channels():
        assert isinstance(found, Channel)
        assert channel(found.slug) is found
        assert found.label
        assert any(field.secret for field in found.credential_fields)


def test_an_unknown_channel_is_named() -> None:
    with pytest.raises(UnknownChannelError, match="fax"):
        channel("fax")
