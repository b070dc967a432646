"""A sender against a real Bluesky server: publish, lose the answer, read back, take down."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from nowroom.accounts.actions import AccountFacts, connect
from nowroom.accounts.models import Account, Health
from nowroom.channels.tests.stands import BlueskyStand, bluesky_stand
from nowroom.people.queries import actor_for
from nowroom.publishing.actions import take_down
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.workers.send import Sender
from nowroom.workers.tests.scenes import Clock
from tests.cast import Cast
from tests.servers.pds import Pds

pytestmark = [pytest.mark.pds, pytest.mark.usefixtures("loopback"), pytest.mark.slow]
S = DeliveryState


@pytest.fixture
def stand(pds: Pds) -> Iterator[BlueskyStand]:
    with bluesky_stand(pds) as ready:
        yield ready


def _account(cast: Cast, stand: BlueskyStand, **changed: str) -> Account:
    return connect(
        cast.brand,
        AccountFacts(
            channel="bluesky",
            handle="on-the-server",
            name="On the server",
            language="en",
            region="",
            time_zone="UTC",
            credentials={**stand.credentials, **changed},
        ),
        by=actor_for(cast.administrator),
        now=cast.now,
    )


def _due(cast: Cast, account: Account, clock: Clock) -> Delivery:
    delivery = cast.delivery(account=account, due_in=timedelta(minutes=1))
    clock.turn(minutes=1)
    return delivery


def _now(delivery: Delivery) -> Delivery:
    return Delivery.objects.for_brand(delivery.brand_id).select_related("account").get(pk=delivery.pk)


def test_it_is_published_and_taken_down(cast: Cast, clock: Clock, stand: BlueskyStand) -> None:
    delivery, sender = _due(cast, _account(cast, stand), clock), Sender("send", clock)
    sender.turn()
    assert _now(delivery).state == S.PUBLISHED
    assert stand.published() == {_now(delivery).remote_id}
    take_down(_now(delivery), by=actor_for(cast.duty_editor), now=clock.now)
    sender.turn()
    assert _now(delivery).state == S.TAKEN_DOWN
    assert stand.published() == set()


def test_a_lost_answer_is_read_back_and_nothing_is_out_twice(cast: Cast, clock: Clock, stand: BlueskyStand) -> None:
    delivery, sender = _due(cast, _account(cast, stand), clock), Sender("send", clock)
    stand.lose_answers()
    sender.send_due()
    assert _now(delivery).state == S.UNKNOWN
    stand.behave()
    sender.turn()
    assert _now(delivery).state == S.PUBLISHED
    assert stand.published() == {_now(delivery).remote_id}


def test_a_refused_password_breaks_the_account_and_a_mended_one_publishes(
    cast: Cast, clock: Clock, stand: BlueskyStand
) -> None:
    delivery, sender = _due(cast, _account(cast, stand, password="wrong"), clock), Sender("send", clock)
    sender.turn()
    assert (_now(delivery).state, _now(delivery).account.health) == (S.QUEUED, Health.BROKEN)
    _account(cast, stand)
    clock.turn(minutes=2)
    sender.turn()
    assert (_now(delivery).state, _now(delivery).account.health) == (S.PUBLISHED, Health.HEALTHY)
