import json

import pytest
from django.test import override_settings

from nowroom.accounts import actions
from nowroom.accounts.models import Account, Health
from nowroom.accounts.queries import credentials, usable_accounts
from nowroom.audit.models import Entry
from nowroom.lib.actor import system
from nowroom.people.queries import actor_for
from tests.asserts import refused, verbs
from tests.cast import Cast, connect

SECRETS = {"handle": "other.test", "password": "a very secret app password", "service": "http://127.0.0.1:1"}


def _connect(cast: Cast, **changes: object) -> Account:
    given: dict[str, object] = {
        "channel": "bluesky",
        "handle": " other.test ",
        "name": "",
        "language": "en",
        "region": "de ",
        "time_zone": "Europe/Berlin",
        "credentials": SECRETS,
    }
    by = changes.pop("by", actor_for(cast.administrator))
    facts = actions.AccountFacts(**(given | changes))  # type: ignore[arg-type]  # each test names its own change
    return actions.connect(cast.brand, facts, by=by, now=cast.now)  # type: ignore[arg-type]  # as above


def test_a_connected_account_is_trimmed_and_can_be_used(cast: Cast) -> None:
    account = _connect(cast)
    assert (account.handle, account.name, account.region) == ("other.test", "other.test", "DE")
    assert credentials(account) == SECRETS
    assert account in usable_accounts(cast.brand)


def test_credentials_are_in_no_column_and_in_no_fact_of_the_log(cast: Cast) -> None:
    account = _connect(cast)
    actions.note_health(account, health=Health.BROKEN, note="signed out", by=system("send"), now=cast.now)
    _connect(cast)
    kept = json.dumps(list(Entry.objects.everywhere().values_list("facts", flat=True)))
    assert SECRETS["password"] not in kept
    assert SECRETS["password"].encode() not in bytes(
        Account.objects.for_brand(cast.brand).get(pk=account.pk).sealed_credentials
    )


def test_connecting_again_replaces_credentials_and_health(cast: Cast) -> None:
    first = _connect(cast)
    actions.note_health(first, health=Health.BROKEN, note="signed out", by=system("send"), now=cast.now)
    again = _connect(cast, credentials=SECRETS | {"password": "new"})
    assert (again.pk, again.health) == (first.pk, Health.UNTRIED)
    assert credentials(again)["password"] == "new"
    assert verbs(cast.brand)[-3:] == ["account.connected", "account.health", "account.reconnected"]


def test_the_installations_key_opens_them_and_no_other(cast: Cast) -> None:
    account = _connect(cast)
    with override_settings(CREDENTIAL_KEY="another"), refused("credentials.sealed_otherwise"):
        credentials(account)


def test_it_refuses_a_channel_that_is_not_there(cast: Cast) -> None:
    with refused("channel.unknown"):
        _connect(cast, channel="carrier-pigeon")


def test_it_refuses_an_unknown_zone(cast: Cast) -> None:
    with refused("zone.unknown"):
        _connect(cast, time_zone="Mars/Olympus")


@pytest.mark.parametrize("who", ["brand_lead", "duty_editor", "executive", "outsider"])
def test_only_the_administrator_connects(cast: Cast, who: str) -> None:
    with refused("permission.missing"):
        _connect(cast, by=actor_for(getattr(cast, who)))


def test_a_disconnected_account_forgets_its_credentials(cast: Cast) -> None:
    actions.disconnect(cast.bluesky, by=actor_for(cast.administrator), now=cast.now)
    kept = Account.objects.for_brand(cast.brand).get(pk=cast.bluesky.pk)
    assert credentials(kept) == {}
    assert kept not in usable_accounts(cast.brand)


def test_an_outsider_disconnects_nothing(cast: Cast) -> None:
    with refused("permission.missing"):
        actions.disconnect(cast.bluesky, by=actor_for(cast.outsider), now=cast.now)


def test_health_is_logged_when_it_changes_and_not_otherwise(cast: Cast) -> None:
    for _again in range(2):
        actions.note_health(cast.bluesky, health=Health.BROKEN, note="x" * 400, by=system("send"), now=cast.now)
    assert verbs(cast.brand).count("account.health") == 1
    assert len(Account.objects.for_brand(cast.brand).get(pk=cast.bluesky.pk).health_note) == 300
    assert cast.bluesky not in usable_accounts(cast.brand)


def test_each_brand_has_its_own_account_of_the_same_handle(cast: Cast) -> None:
    other = connect(cast.other_brand, "bluesky", "stride.test", by=actor_for(cast.outsider), now=cast.now)
    assert other.pk != cast.bluesky.pk
    assert other not in usable_accounts(cast.brand)
