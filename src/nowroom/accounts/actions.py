"""Every write about connected accounts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from nowroom.accounts.models import Account, Health
from nowroom.accounts.queries import channel as find_channel
from nowroom.accounts.rules import seal
from nowroom.audit.actions import record
from nowroom.lib.actor import Actor
from nowroom.people.models import Brand
from nowroom.people.queries import Permission, known_zone, require


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What connecting an account takes; `credentials` by the names that its channel asks for."""

    channel: str
    handle: str
    name: str
    language: str
    region: str
    time_zone: str
    credentials: Mapping[str, str]


@transaction.atomic
def connect(brand: Brand, facts: AccountFacts, *, by: Actor, now: datetime) -> Account:
    """Connect a channel account, or replace the credentials and facts of one already connected.

    Raises:
        Refused: no permission, an unknown channel or zone, or a needed credential is missing.
    """
    require(by, Permission.ADMINISTER, brand)
    find_channel(facts.channel)
    handle = facts.handle.strip()
    account, fresh = Account.objects.everywhere().update_or_create(
        brand=brand,
        channel=facts.channel,
        handle=handle,
        defaults={
            "name": facts.name.strip() or handle,
            "language": facts.language,
            "region": facts.region.strip().upper(),
            "time_zone": known_zone(facts.time_zone),
            "sealed_credentials": seal(facts.credentials, key=settings.CREDENTIAL_KEY),
            "health": Health.UNTRIED,
            "health_note": "",
            "is_active": True,
        },
    )
    verb = "account.connected" if fresh else "account.reconnected"
    record(verb, account, brand_id=brand.pk, by=by, now=now, facts={"account": str(account)})
    return account


@transaction.atomic
def disconnect(account: Account, *, by: Actor, now: datetime) -> None:
    """Stop using an account and forget its credentials; what it published stays on the record.

    Raises:
        Refused: the actor may not administer the brand.
    """
    require(by, Permission.ADMINISTER, account.brand)
    rows = Account.objects.for_brand(account.brand_id).filter(pk=account.pk, is_active=True)
    if rows.update(is_active=False, sealed_credentials=b""):
        record("account.disconnected", account, brand_id=account.brand_id, by=by, now=now)


@transaction.atomic
def note_health(account: Account, *, health: Health, note: str, by: Actor, now: datetime) -> None:
    """Write down whether the account can publish; logged only when it changed."""
    rows = Account.objects.for_brand(account.brand_id).filter(pk=account.pk)
    changed = rows.exclude(health=health).update(health=health, health_note=note[:300], health_at=now)
    if changed:
        facts = {"account": str(account), "health": health, "note": note[:300]}
        record("account.health", account, brand_id=account.brand_id, by=by, now=now, facts=facts)
