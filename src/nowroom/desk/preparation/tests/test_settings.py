import pytest
from django.test import Client

from nowroom.accounts.models import Account
from nowroom.accounts.queries import credentials
from nowroom.desk.preparation.tests.conftest import SignIn
from nowroom.desk.preparation.tests.pages import page, text_of
from nowroom.safety.queries import threat_policy
from tests.cast import Cast

SECRET = "whsec_c2VjcmV0IG9mIGEgdGVzdA"
WEBHOOK = {
    "handle": "shop-two",
    "name": "Second shop",
    "time_zone": "America/New_York",
    "region": "us",
    "language": "en",
    "credential_url": "https://shop.example/posts",
    "credential_secret": SECRET,
    "credential_readback_url": "",
    "credential_remove_url": "",
}


@pytest.fixture
def administrator(cast: Cast, signed_in: SignIn) -> Client:
    """The administrator's browser."""
    return signed_in(cast.administrator)


def test_the_policy_is_set(cast: Cast, administrator: Client) -> None:
    assert administrator.post(page(cast, "policy"), {"threat": "ask"}).status_code == 302
    assert threat_policy(cast.brand) == "ask"
    response = administrator.post(page(cast, "policy"), {"threat": "panic"})
    assert response.status_code == 409
    assert "no such policy" in text_of(response)


def test_places_are_set(cast: Cast, administrator: Client) -> None:
    administrator.post(page(cast, "places"), {"places": "Boston, boston , Berlin"})
    cast.brand.refresh_from_db()
    assert len(cast.brand.places) == 2


def test_an_account_is_connected_with_what_its_channel_asks_for(cast: Cast, administrator: Client) -> None:
    url = page(cast, "account_new", "webhook")
    assert "Signing secret" in text_of(administrator.get(url))
    assert administrator.post(url, WEBHOOK).status_code == 302
    account = Account.objects.for_brand(cast.brand).get(handle="shop-two")
    assert (account.region, account.time_zone) == ("US", "America/New_York")
    assert credentials(account)["secret"] == SECRET


def test_a_secret_is_never_shown_again(cast: Cast, administrator: Client) -> None:
    response = administrator.post(page(cast, "account_new", "webhook"), WEBHOOK | {"handle": ""})
    assert response.status_code == 422
    assert SECRET not in text_of(response)
    administrator.post(page(cast, "account_new", "webhook"), WEBHOOK)
    account = Account.objects.for_brand(cast.brand).get(handle="shop-two")
    for url in (page(cast, "account", account.pk), page(cast, "settings")):
        assert SECRET not in text_of(administrator.get(url))
        assert "https://shop.example/posts" not in text_of(administrator.get(url))


def test_connecting_again_keeps_the_secrets_left_empty(cast: Cast, administrator: Client) -> None:
    administrator.post(page(cast, "account_new", "webhook"), WEBHOOK)
    account = Account.objects.for_brand(cast.brand).get(handle="shop-two")
    again = WEBHOOK | {"handle": "other", "credential_secret": "", "credential_url": "", "name": "Renamed"}
    assert administrator.post(page(cast, "account", account.pk), again).status_code == 302
    account.refresh_from_db()
    assert (account.handle, account.name) == ("shop-two", "Renamed")
    assert credentials(account)["secret"] == SECRET
    assert credentials(account)["url"] == "https://shop.example/posts"


def test_a_missing_credential_and_an_unknown_zone_are_told_at_the_field(cast: Cast, administrator: Client) -> None:
    wrong = WEBHOOK | {"credential_secret": "", "time_zone": "Mars/Base"}
    response = administrator.post(page(cast, "account_new", "webhook"), wrong)
    assert response.status_code == 422
    assert "This field is required" in text_of(response)
    assert "Mars/Base" in text_of(response)


def test_disconnecting_forgets_the_credentials(cast: Cast, administrator: Client) -> None:
    administrator.post(page(cast, "account_disconnect", cast.webhook.pk))
    cast.webhook.refresh_from_db()
    assert not cast.webhook.is_active
    assert credentials(cast.webhook) == {}
    assert "Disconnected" in text_of(administrator.get(page(cast, "settings")))


def test_only_administrators_change_settings(cast: Cast, signed_in: SignIn) -> None:
    creator = signed_in(cast.creator)
    for url, typed in (
        (page(cast, "policy"), {"threat": "off"}),
        (page(cast, "places"), {"places": "x"}),
        (page(cast, "account_new", "webhook"), WEBHOOK),
        (page(cast, "account", cast.webhook.pk), WEBHOOK),
        (page(cast, "account_disconnect", cast.webhook.pk), {}),
    ):
        response = creator.post(url, typed)
        assert response.status_code == 409
        assert "may not do this" in text_of(response)
    assert threat_policy(cast.brand) == "hold"


def test_there_is_no_page_for_a_channel_that_does_not_exist(cast: Cast, administrator: Client) -> None:
    assert administrator.get(page(cast, "account_new", "telepathy")).status_code == 404
