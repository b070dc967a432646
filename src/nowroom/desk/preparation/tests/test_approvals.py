from datetime import timedelta

import pytest
from django.test import Client

from nowroom.clearance.actions import note_letter
from nowroom.clearance.models import ApprovalRequest, Ask, RequestState
from nowroom.clearance.queries import unsent_asks
from nowroom.desk.preparation.tests.conftest import SignIn
from nowroom.desk.preparation.tests.pages import page, text_of
from nowroom.lib.actor import system
from nowroom.publishing import actions as publishing
from tests.asserts import verbs
from tests.cast import NO, Cast


def test_what_waits_for_me_comes_before_what_waits_for_others(cast: Cast, signed_in: SignIn) -> None:
    cast.request([cast.plan(cast.asset("Theirs"))], approvers=[cast.press])
    mine = cast.request([cast.plan(cast.asset("Mine"))])
    seen = text_of(signed_in(cast.legal).get(page(cast, "approvals")))
    assert seen.index("Mine") < seen.index("Theirs")
    assert page(cast, "ask", mine.asks.get().pk) in seen


def test_answered_requests_show_who_said_what(cast: Cast, signed_in: SignIn) -> None:
    request = cast.request([cast.plan(cast.asset())])
    publishing.decide(request.asks.get(), verdict=NO, shown=request.digest, now=cast.now)
    seen = text_of(signed_in(cast.strategist).get(page(cast, "approvals")))
    assert "Lena said no" in seen
    assert "not today" in seen


def test_an_empty_list_says_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    assert "Nothing has been asked yet" in text_of(signed_in(cast.strategist).get(page(cast, "approvals")))


def test_the_asker_withdraws_the_question(cast: Cast, signed_in: SignIn) -> None:
    request = cast.request([cast.plan(cast.asset())])
    url = page(cast, "withdraw", request.pk)
    strategist = signed_in(cast.strategist)
    assert strategist.get(url).status_code == 405
    assert strategist.post(url).status_code == 302
    assert ApprovalRequest.objects.for_brand(cast.brand).get().state == RequestState.WITHDRAWN
    assert "closed already" in text_of(strategist.post(url))


def test_who_may_not_ask_may_not_withdraw(cast: Cast, signed_in: SignIn) -> None:
    request = cast.request([cast.plan(cast.asset())])
    response = signed_in(cast.executive).post(page(cast, "withdraw", request.pk))
    assert response.status_code == 409
    assert "may not do this" in text_of(response)


def test_a_new_letter_is_sent_only_when_somebody_presses(cast: Cast, signed_in: SignIn) -> None:
    ask = cast.request([cast.plan(cast.asset())]).asks.get()
    note_letter(ask, by=system("tick"), now=cast.now)
    strategist = signed_in(cast.strategist)
    assert "Send a new letter" in text_of(strategist.get(page(cast, "approvals")))
    assert not unsent_asks().exists()
    assert strategist.post(page(cast, "send_letter", ask.pk)).status_code == 302
    assert unsent_asks().get() == ask
    assert "approval.letter_asked" in verbs(cast.brand)


def test_no_letter_about_what_is_over(cast: Cast, signed_in: SignIn) -> None:
    ask = cast.request([cast.plan(cast.asset())]).asks.get()
    Ask.objects.for_brand(cast.brand).update(expires_at=cast.now - timedelta(seconds=1))
    response = signed_in(cast.strategist).post(page(cast, "send_letter", ask.pk))
    assert response.status_code == 409
    assert "nothing left to answer" in text_of(response)


@pytest.mark.parametrize("name", ["approvals", "assets", "asset_new", "listening", "settings"])
def test_the_outsider_sees_nothing_and_a_visitor_the_sign_in(
    cast: Cast, client: Client, signed_in: SignIn, name: str
) -> None:
    assert signed_in(cast.outsider).get(page(cast, name)).status_code == 404
    assert "/accounts/login/" in client.get(page(cast, name))["Location"]


@pytest.mark.parametrize("name", ["approvals", "assets", "asset_new", "listening", "settings"])
def test_every_member_may_look(cast: Cast, signed_in: SignIn, name: str) -> None:
    for member in cast.members.values():
        assert signed_in(member).get(page(cast, name)).status_code == 200
