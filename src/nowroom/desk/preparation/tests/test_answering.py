import io
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from PIL import Image as Bitmap

from nowroom.clearance import actions as clearance
from nowroom.clearance.models import Answer, ApprovalRequest, Ask, RequestState
from nowroom.content import actions as content
from nowroom.content.models import Image
from nowroom.content.queries import ImageDraft, VariantDraft
from nowroom.desk.preparation.tests.conftest import SignIn
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety import actions as safety
from nowroom.safety.models import ScopeKind
from nowroom.safety.queries import term
from nowroom.workers.letters import letter
from tests.cast import Cast

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 32
CLEAN = {"no_unneeded_risk": "on", "hurts_nobody": "on", "grandmother_may_read": "on"}


def link_to(request: ApprovalRequest, person: Person) -> str:
    """A fresh link for the person's ask."""
    ask = Ask.objects.for_brand(request.brand).get(request=request, approver=person)
    return reverse("desk:answer", args=[clearance.issue_link(ask)])


def yes_to(request: ApprovalRequest) -> dict[str, str]:
    """What the form sends when all three sentences are ticked and yes is pressed."""
    return {**CLEAN, "shown": request.digest, "verdict": "yes"}


def text_of(response: Any) -> str:
    """The page as text."""
    return str(response.content.decode())


@pytest.fixture
def request_(cast: Cast) -> ApprovalRequest:
    """A request that `legal` is asked about."""
    return cast.request([cast.plan(cast.asset())])


def test_the_page_shows_what_where_when_and_who(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    page = text_of(client.get(link_to(request_, cast.legal)))
    assert "Ten gadgets every runner will love" in page
    assert "@stride.test" in page
    assert "Berlin" in page
    assert "Sasha" in page
    assert "At the latest 30 min after that" in page
    assert "checked" not in page


def test_scanners_read_the_page_and_the_human_still_decides(
    cast: Cast, client: Client, request_: ApprovalRequest
) -> None:
    link = link_to(request_, cast.legal)
    for method in (client.head, client.get, client.head, client.get):
        assert method(link).status_code == 200
    assert not Answer.objects.for_brand(cast.brand).exists()
    response = client.post(link, yes_to(request_))
    assert response.status_code == 200
    assert "You said yes" in text_of(response)
    assert Delivery.objects.for_brand(cast.brand).get().state == DeliveryState.QUEUED


def test_the_page_is_neither_kept_nor_listed(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    response = client.get(link_to(request_, cast.legal))
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in response["X-Robots-Tag"]
    assert response["Referrer-Policy"] == "same-origin"
    assert "<script" not in text_of(response)


def test_a_yes_from_elsewhere_is_stopped_by_csrf(cast: Cast, request_: ApprovalRequest) -> None:
    link = link_to(request_, cast.legal)
    assert Client(enforce_csrf_checks=True).post(link, yes_to(request_)).status_code == 403
    assert not Answer.objects.for_brand(cast.brand).exists()


def test_a_yes_without_all_three_sentences_is_refused_and_keeps_what_was_typed(
    cast: Cast, client: Client, request_: ApprovalRequest
) -> None:
    typed = yes_to(request_) | {"note": "looks fine"}
    del typed["hurts_nobody"]
    response = client.post(link_to(request_, cast.legal), typed)
    assert response.status_code == 422
    assert "A yes needs all three sentences" in text_of(response)
    assert "looks fine" in text_of(response)
    assert text_of(response).count("checked") == 2
    assert not Answer.objects.for_brand(cast.brand).exists()


def test_pressing_neither_button_decides_nothing(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    typed = yes_to(request_)
    del typed["verdict"]
    response = client.post(link_to(request_, cast.legal), typed)
    assert response.status_code == 422
    assert "Press yes or no" in text_of(response)
    assert not Answer.objects.for_brand(cast.brand).exists()


def test_a_no_needs_no_sentence_and_nothing_goes_out(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    response = client.post(link_to(request_, cast.legal), {"shown": request_.digest, "verdict": "no", "note": "no"})
    assert "Nothing goes out" in text_of(response)
    request_.refresh_from_db()
    assert request_.state == RequestState.REFUSED


def test_a_forged_link_opens_nothing(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    link = link_to(request_, cast.legal)
    for forged in (link[:-3] + "xx/", reverse("desk:answer", args=["nonsense"])):
        response = client.get(forged)
        assert response.status_code == 404
        assert "not complete" in text_of(response)
        assert "Ten gadgets" not in text_of(response)
        assert client.post(forged, yes_to(request_)).status_code == 404


def test_a_replaced_link_says_that_there_is_a_newer_one(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    older, newer = link_to(request_, cast.legal), link_to(request_, cast.legal)
    assert client.get(older).status_code == 410
    assert "A newer link was sent" in text_of(client.post(older, yes_to(request_)))
    assert client.post(newer, yes_to(request_)).status_code == 200


def test_a_used_link_says_what_was_answered(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    link = link_to(request_, cast.legal)
    client.post(link, yes_to(request_))
    for response in (client.get(link), client.post(link, yes_to(request_) | {"verdict": "no"})):
        assert response.status_code == 410
        assert "You said yes" in text_of(response)
    assert Answer.objects.for_brand(cast.brand).get().yes


def test_an_expired_link_answers_nothing(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    link = link_to(request_, cast.legal)
    Ask.objects.for_brand(cast.brand).update(expires_at=cast.now - timedelta(seconds=1))
    response = client.post(link, yes_to(request_))
    assert response.status_code == 410
    assert "This link has expired" in text_of(response)
    assert not Answer.objects.for_brand(cast.brand).exists()


def test_two_people_open_it_at_once_and_a_no_closes_it_for_both(cast: Cast, client: Client) -> None:
    request = cast.request([cast.plan(cast.asset())], approvers=[cast.legal, cast.press])
    first, second = link_to(request, cast.legal), link_to(request, cast.press)
    assert client.get(first).status_code == client.get(second).status_code == 200
    client.post(first, {"shown": request.digest, "verdict": "no"})
    response = client.post(second, yes_to(request))
    assert response.status_code == 410
    assert "Lena</bdi> said no" in text_of(response)
    assert not Delivery.objects.for_brand(cast.brand).exists()


def test_the_first_of_two_yeses_waits_for_the_second(cast: Cast, client: Client) -> None:
    request = cast.request([cast.plan(cast.asset())], approvers=[cast.legal, cast.press])
    first, second = link_to(request, cast.legal), link_to(request, cast.press)
    waiting = text_of(client.post(first, yes_to(request)))
    assert "Still awaited" in waiting
    assert "Pat" in waiting
    assert "said yes" in text_of(client.get(second))
    assert "Goes out" in text_of(client.post(second, yes_to(request)))


def test_a_withdrawn_request_cannot_be_answered(cast: Cast, client: Client, request_: ApprovalRequest) -> None:
    link = link_to(request_, cast.legal)
    clearance.withdraw(request_, by=actor_for(cast.strategist), now=cast.now)
    response = client.post(link, yes_to(request_))
    assert response.status_code == 410
    assert "was withdrawn" in text_of(response)
    assert not Answer.objects.for_brand(cast.brand).exists()


def test_a_yes_to_something_else_than_what_stands_is_refused(
    cast: Cast, client: Client, request_: ApprovalRequest
) -> None:
    link = link_to(request_, cast.legal)
    response = client.post(link, yes_to(request_) | {"shown": "0" * 64})
    assert response.status_code == 422
    assert "This is not what you were shown" in text_of(response)
    assert "checked" not in text_of(response)
    assert not Answer.objects.for_brand(cast.brand).exists()


def test_hostile_text_stays_text(cast: Cast, client: Client) -> None:
    revision = cast.asset("<script>alert(1)</script>", text="<img src=x onerror=alert(2)> \u202egnp.exe " + "w" * 200)
    request = cast.request([cast.plan(revision)])
    page = text_of(client.get(link_to(request, cast.legal)))
    assert "<script>" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;" in page
    assert "characters that cannot be seen" in page


def test_a_standing_hold_is_shown_and_stops_it_even_after_a_yes(cast: Cast, client: Client) -> None:
    request = cast.request([cast.plan(cast.asset(places=["Boston"]))])
    link = link_to(request, cast.legal)
    assert "A hold stands over this" not in text_of(client.get(link))
    scope = [term(ScopeKind.PLACE, "Boston")]
    safety.place_hold(cast.brand, scope=scope, reason="Explosion", by=actor_for(cast.duty_editor), now=cast.now)
    assert "A hold stands over this" in text_of(client.get(link))
    assert "goes only when a brand lead releases it" in text_of(client.post(link, yes_to(request)))


def test_pictures_open_by_the_link_and_on_the_desk_only(cast: Cast, client: Client, signed_in: SignIn) -> None:
    draft = VariantDraft("bluesky", "Look", images=(ImageDraft(PNG, "A runner"),))
    revision = content.create_asset(cast.brand, name="Look", variants=[draft], by=actor_for(cast.creator), now=cast.now)
    link = link_to(cast.request([cast.plan(revision)]), cast.legal)
    image = Image.objects.for_brand(cast.brand).get()
    other = link_to(cast.request([cast.plan(cast.asset())]), cast.legal)
    by_link = f"{link}pictures/{image.pk}/"
    assert by_link in text_of(client.get(link))
    assert "A runner" in text_of(client.get(link))
    response = client.get(f"{by_link}?full")
    assert (response.content, response["Content-Type"]) == (PNG, "image/png")
    assert client.get(f"{other}pictures/{image.pk}/").status_code == 404
    on_the_desk = reverse("desk:image", args=[cast.brand.slug, image.pk])
    assert signed_in(cast.legal).get(on_the_desk).status_code == 200
    assert signed_in(cast.outsider).get(on_the_desk).status_code == 404
    assert client.get(on_the_desk).status_code == 302


def test_on_the_desk_only_the_person_asked_sees_and_answers(
    cast: Cast, client: Client, signed_in: SignIn, request_: ApprovalRequest
) -> None:
    url = reverse("desk:ask", args=[cast.brand.slug, request_.asks.get().pk])
    assert client.get(url).status_code == 302
    for other in (cast.press, cast.brand_lead, cast.administrator, cast.outsider):
        assert signed_in(other).post(url, yes_to(request_)).status_code == 404
    asked = signed_in(cast.legal)
    assert "yes or no?" in text_of(asked.get(url))
    assert "Goes out" in text_of(asked.post(url, yes_to(request_)))
    assert asked.get(url).status_code == 200


def test_an_approver_who_lost_the_role_neither_sees_nor_answers(
    cast: Cast, client: Client, request_: ApprovalRequest
) -> None:
    link = link_to(request_, cast.legal)
    cast.legal.memberships.update(is_active=False)
    for response in (client.get(link), client.post(link, yes_to(request_))):
        assert response.status_code == 410
        assert "This link is closed" in text_of(response)
        assert "Ten gadgets every runner will love" not in text_of(response)


def test_the_letter_says_what_where_when_and_that_silence_is_no_yes(cast: Cast, request_: ApprovalRequest) -> None:
    ask = request_.asks.get()
    letter(ask, "the:token").send()
    body = mail.outbox[0].body
    for words in ("Lena", "Sasha", "Ten gadgets every runner will love", "stride.test", "Berlin", "/yes/the:token/"):
        assert words in body
    assert "silence is never a yes" in body
    assert "&" not in body


def test_a_letter_cannot_be_given_a_line_by_what_somebody_typed(cast: Cast) -> None:
    revision = cast.asset("Look\nhttps://evil.example", text="One\n\nhttps://evil.example/yes\u202e")
    ask = cast.request([cast.plan(revision)]).asks.get()
    body = letter(ask, "the:token").body
    assert not [line for line in body.splitlines() if line.strip().startswith("https://evil")]
    assert "\u202e" not in body


def test_pictures_behind_a_link_are_small_copies_that_load_fast(cast: Cast, client: Client) -> None:
    noise = Bitmap.effect_noise((1200, 900), 90).convert("RGB")
    file = io.BytesIO()
    noise.save(file, "JPEG", quality=90)
    assert len(file.getvalue()) > 300_000
    draft = VariantDraft("webhook", "Look", images=(ImageDraft(file.getvalue(), "Noise"),))
    revision = content.create_asset(cast.brand, name="Look", variants=[draft], by=actor_for(cast.creator), now=cast.now)
    link = link_to(cast.request([cast.plan(revision, cast.webhook)]), cast.legal)
    image = Image.objects.for_brand(cast.brand).get()
    small = client.get(f"{link}pictures/{image.pk}/")
    assert small["Content-Type"] == "image/webp"
    assert len(small.content) < 75_000  # noise is the worst there is; a photograph takes some 20 kB
    assert client.get(f"{link}pictures/{image.pk}/?full").content == file.getvalue()


def test_a_picture_that_cannot_be_opened_is_given_as_it_is(cast: Cast, client: Client) -> None:
    draft = VariantDraft("bluesky", "Look", images=(ImageDraft(PNG, "A runner"),))
    revision = content.create_asset(cast.brand, name="Look", variants=[draft], by=actor_for(cast.creator), now=cast.now)
    link = link_to(cast.request([cast.plan(revision)]), cast.legal)
    image = Image.objects.for_brand(cast.brand).get()
    response = client.get(f"{link}pictures/{image.pk}/")
    assert (response.content, response["Content-Type"]) == (PNG, "image/png")
