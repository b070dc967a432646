import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from nowroom.clearance.models import ApprovalRequest, Cue, PlannedDelivery
from nowroom.content.models import Revision
from nowroom.desk.preparation.tests.conftest import SignIn
from nowroom.desk.preparation.tests.pages import page, text_of
from tests.cast import Cast


@pytest.fixture
def strategist(cast: Cast, signed_in: SignIn) -> Client:
    """The strategist's browser."""
    return signed_in(cast.strategist)


@pytest.fixture
def revision(cast: Cast) -> Revision:
    """What is asked about."""
    return cast.asset(channels=["bluesky", "webhook"])


def typed(cast: Cast, **values: object) -> dict[str, Any]:
    """The form as the browser posts it: tomorrow, to one account, asking `legal`."""
    tomorrow = cast.now + timedelta(days=1)
    return {
        "accounts": [cast.bluesky.pk],
        "timing": "instant",
        "at": tomorrow.strftime("%Y-%m-%dT%H:%M"),
        "zone": "Etc/UTC",
        "window": "30",
        "valid_until": "",
        "scenario": "",
        "approvers": [cast.legal.pk],
        "reason": "The race starts",
        "seen": "",
        **values,
    }


def ask(browser: Client, url: str, form: dict[str, Any]) -> Any:
    """Post until the times have been shown, as a person does: look, then ask."""
    first = browser.post(url, form)
    seen = re.search(r'name="seen" value="(\w+)"', text_of(first)) if first.status_code == 200 else None
    return browser.post(url, form | {"seen": seen.group(1)}) if seen else first


def test_nothing_is_asked_before_the_times_were_shown(cast: Cast, strategist: Client, revision: Revision) -> None:
    url = page(cast, "ask_new", revision.asset_id)
    first = strategist.post(url, typed(cast))
    assert "Nothing was asked yet" in text_of(first)
    assert "Berlin" in text_of(first)
    assert not ApprovalRequest.objects.for_brand(cast.brand).exists()
    assert ask(strategist, url, typed(cast)).status_code == 302
    planned = PlannedDelivery.objects.for_brand(cast.brand).get()
    assert (planned.account, planned.window) == (cast.bluesky, timedelta(minutes=30))
    assert planned.due_at == (cast.now + timedelta(days=1)).replace(second=0, microsecond=0)


def test_what_waits_for_a_go_needs_no_time(cast: Cast, strategist: Client, revision: Revision) -> None:
    form = typed(cast, timing="go", at="", accounts=[cast.bluesky.pk, cast.webhook.pk])
    assert ask(strategist, page(cast, "ask_new", revision.asset_id), form).status_code == 302
    planned = PlannedDelivery.objects.for_brand(cast.brand)
    assert {(p.cue, p.due_at) for p in planned} == {(Cue.GO, None)}
    assert {p.variant.channel for p in planned} == {"bluesky", "webhook"}


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"at": "2020-01-01T10:00"}, "The due time has passed already"),
        ({"at": "soon"}, "not a date and time"),
        ({"at": ""}, "Choose a date and time"),
        ({"zone": "Mars/Base"}, "is not a time zone"),
        ({"zone": ""}, "on whose clocks"),
        ({"window": "-5"}, "The publish window ends before the due time"),
        ({"window": "0"}, "The publish window ends before the due time"),
        ({"window": "999999"}, "longer than seven days"),
        ({"valid_until": "2020-01-01T10:00"}, "is over already"),
        ({"accounts": []}, "Choose at least one account"),
        ({"approvers": []}, "Choose who is to say yes"),
        ({"timing": "whenever"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_cleared_is_refused_at_the_field_and_kept(
    cast: Cast, strategist: Client, revision: Revision, values: dict[str, object], sentence: str
) -> None:
    response = ask(strategist, page(cast, "ask_new", revision.asset_id), typed(cast, **values))
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert "The race starts" in text_of(response)
    assert not ApprovalRequest.objects.for_brand(cast.brand).exists()


def test_nobody_clears_what_they_ask_for_themselves(cast: Cast, signed_in: SignIn, revision: Revision) -> None:
    lead = signed_in(cast.brand_lead)
    url = page(cast, "ask_new", revision.asset_id)
    response = ask(lead, url, typed(cast, approvers=[cast.brand_lead.pk]))
    assert response.status_code == 422
    assert "nobody clears what they ask for themselves" in text_of(response)


def test_four_approvers_are_too_many(cast: Cast, strategist: Client, revision: Revision) -> None:
    from nowroom.people import actions as people
    from nowroom.people.models import Role
    from nowroom.people.queries import actor_for

    people.add_member(
        cast.brand, person=cast.executive, role=Role.APPROVER, by=actor_for(cast.administrator), now=cast.now
    )
    four = [person.pk for person in (cast.legal, cast.press, cast.brand_lead, cast.executive)]
    response = ask(strategist, page(cast, "ask_new", revision.asset_id), typed(cast, approvers=four))
    assert response.status_code == 422
    assert "Ask one, two or three people" in text_of(response)


def test_the_outsiders_account_cannot_be_chosen(cast: Cast, strategist: Client, revision: Revision) -> None:
    form = typed(cast, accounts=["999999"])
    assert ask(strategist, page(cast, "ask_new", revision.asset_id), form).status_code == 422


def test_who_may_not_ask_is_told(cast: Cast, signed_in: SignIn, revision: Revision) -> None:
    response = ask(signed_in(cast.executive), page(cast, "ask_new", revision.asset_id), typed(cast))
    assert response.status_code == 422
    assert "may not do this" in text_of(response)


def test_a_clock_change_is_told_before_asking(cast: Cast, strategist: Client, revision: Revision) -> None:
    form = typed(cast, timing="local", at="2027-03-28T02:30", step="times")
    seen = text_of(strategist.post(page(cast, "ask_new", revision.asset_id), form))
    assert "Clocks in Berlin skip 02:30 that night" in seen
    form["at"] = "2027-10-31T02:30"
    seen = text_of(strategist.post(page(cast, "ask_new", revision.asset_id), form))
    assert "show 02:30 twice" in seen
