"""A brand with many small deliveries to a webhook, due one a millisecond."""

from datetime import datetime, timedelta

from django.db import connection

from nowroom.accounts.actions import AccountFacts, connect
from nowroom.accounts.models import Account
from nowroom.clearance.queries import Plan
from nowroom.content.models import Variant
from nowroom.lib.actor import Actor
from nowroom.people.queries import actor_for
from nowroom.publishing.models import Delivery
from tests.cast import Cast, assemble
from tests.servers.receiver import Receiver

PER_ASSET = 50
WINDOW = timedelta(minutes=30)


def build(receiver: Receiver, *, deliveries: int, now: datetime, starts_in: timedelta) -> Cast:
    """The cast with so many approved deliveries, `PER_ASSET` to each asset, tagged ``tag-0``, ``tag-1``, …"""
    cast = assemble(now)
    account = _connect(cast, receiver, by=actor_for(cast.administrator))
    for first in range(0, deliveries, PER_ASSET):
        tag = f"tag-{first // PER_ASSET}"
        revision = cast.asset(f"Asset {tag}", channels=["webhook"], tags=[tag])
        numbers = range(first, min(first + PER_ASSET, deliveries))
        plans = [_plan(cast, revision.variants.get(), account, starts_in, number) for number in numbers]
        cast.approve(cast.request(plans))
    # Both databases plan by statistics, which a database that was filled a second ago has not gathered yet.
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cast


def everything(cast: Cast) -> list[Delivery]:
    """All deliveries of the drill."""
    return list(Delivery.objects.for_brand(cast.brand).select_related("passage", "planned").order_by("pk"))


def _connect(cast: Cast, receiver: Receiver, *, by: Actor) -> Account:
    return connect(
        cast.brand,
        AccountFacts(
            channel="webhook",
            handle="drill",
            name="Drill",
            language="en",
            region="",
            time_zone="UTC",
            credentials=receiver.credentials,
        ),
        by=by,
        now=cast.now,
    )


def _plan(cast: Cast, variant: Variant, account: Account, starts_in: timedelta, number: int) -> Plan:
    return Plan(variant, account, due_at=cast.now + starts_in + timedelta(milliseconds=number), window=WINDOW)
