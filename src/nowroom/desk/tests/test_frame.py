"""The frame around every page: what burns, what goes out next, what waits for me."""

import re
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from nowroom.desk.glance import Glance
from nowroom.lib.clock import utc_now
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from nowroom.safety.actions import place_hold
from nowroom.safety.models import ScopeKind
from nowroom.safety.rules import term
from tests.cast import Cast


@pytest.fixture
def now() -> datetime:
    """Pages read the clock."""
    return utc_now()


def strip(cast: Cast, person: Person, seen: str = "") -> tuple[int, str]:
    client = Client()
    client.force_login(person)
    answer = client.get(reverse("desk:glance", args=[cast.brand.slug]), {"seen": seen})
    return answer.status_code, answer.text


def test_a_quiet_brand_says_so(cast: Cast) -> None:
    _, text = strip(cast, cast.executive)
    assert "Nothing on fire" in text
    assert "Nothing is due to go out" in text
    assert "Nothing waits for you" in text


def test_it_names_what_goes_out_next_and_passes_over_what_is_held(cast: Cast) -> None:
    cast.delivery(cast.asset("Ten gadgets", tags=["running"]), due_in=timedelta(minutes=5))
    cast.delivery(cast.asset("Job advert"), due_in=timedelta(hours=1))
    assert "Ten gadgets" in strip(cast, cast.executive)[1]
    scope = [term(ScopeKind.TAG, "running")]
    place_hold(cast.brand, scope=scope, reason="Not now", by=actor_for(cast.duty_editor), now=cast.now)
    _, text = strip(cast, cast.executive)
    assert "1 hold stands and stops 1" in text
    assert "Job advert" in text
    assert "Ten gadgets" not in text


def test_it_says_what_waits_for_me_and_only_for_me(cast: Cast) -> None:
    cast.request([cast.plan(cast.asset())])
    assert "1 yes or no waits for you" in strip(cast, cast.legal)[1]
    assert "Nothing waits for you" in strip(cast, cast.press)[1]


def test_the_strip_is_sent_again_when_something_changed(cast: Cast) -> None:
    seen = Glance(cast.brand, cast.legal, cast.now).mark
    cast.request([cast.plan(cast.asset())])
    status, text = strip(cast, cast.legal, seen)
    assert status == 200
    assert Glance(cast.brand, cast.legal, cast.now).mark in text


def test_a_page_that_shows_no_brand_asks_nothing_of_the_database_for_the_strip(db: None, client: Client) -> None:
    assert 'id="strip"' not in client.get(reverse("account_login")).text


def test_an_unchanged_strip_is_not_sent_again(cast: Cast) -> None:
    seen = Glance(cast.brand, cast.executive, cast.now).mark
    assert strip(cast, cast.executive, seen)[0] == 204


def test_outsiders_and_strangers_see_no_strip(cast: Cast, client: Client) -> None:
    assert strip(cast, cast.outsider)[0] == 404
    assert client.get(reverse("desk:glance", args=[cast.brand.slug])).status_code == 302


def test_a_page_that_is_not_there_says_so_in_the_frame(cast: Cast, client: Client) -> None:
    client.force_login(cast.executive)
    answer = client.get("/nowhere/")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert "<main" in answer.text


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done"])
def test_sign_in_pages_stand_in_the_desks_frame(db: None, client: Client, name: str) -> None:
    text = client.get(reverse(name)).text
    assert "nowroom/app.css" in text
    assert 'style="' not in text


@pytest.mark.parametrize("name", ["mfa_index", "mfa_list_webauthn", "account_change_password", "mfa_reauthenticate"])
def test_pages_about_signing_in_stand_in_the_desks_frame(cast: Cast, client: Client, name: str) -> None:
    client.force_login(cast.executive)
    text = client.get(reverse(name), follow=True).text
    assert "nowroom/app.css" in text
    assert 'style="' not in text


def test_a_script_that_goes_with_a_page_is_one_that_its_policy_lets_run(cast: Cast, client: Client) -> None:
    client.force_login(cast.executive)
    answer = client.get(reverse("people:me"))
    inline = re.findall(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)[^>]*>", answer.text)
    assert inline == []
    assert not re.search(r"\son[a-z]+=", answer.text)
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
