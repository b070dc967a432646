"""A stranger at every address: an anonymous visitor, and somebody with every right on another brand.

Each gets the sign-in page or 404 and never a word of the brand; nothing that they send changes anything.
"""

import html
import re
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from nowroom.audit.models import Entry
from nowroom.lib.clock import utc_now
from nowroom.publishing.models import Delivery
from tests.cast import Cast
from tests.outsider.addresses import LETTER, OF_NO_BRAND, SIGN_IN, Address, every_address, pages_of
from tests.outsider.world import NEVER, World, furnish

METHODS = ("get", "head", "post")
# Of the sign-in pages and of nobody: they fit no row.
STRANGE = {"key": "MQ:1", "uidb36": "1", "pk": 1, "provider_id": "oidc", "token": "forged"}
LIVE = "b/<brand>/live/"
# The product's own words, on pages where credentials are typed. The cast's brand happens to have the same name.
EXAMPLES = ("stride <news@stride.example>", "stride.bsky.social")
# Django's protection of forms, different on every page.
_FORM_TOKEN = re.compile(r"[A-Za-z0-9]{64}")

# What Django's test client gives back, which its type stubs keep private.
Answer = Any
Visitor = Callable[[], Client]
Sent = dict[str, int | str | list[int] | list[str]]


@pytest.fixture
def now() -> datetime:
    """Pages read the clock."""
    return utc_now()


@pytest.fixture
def world(cast: Cast) -> World:
    """The brand with one of everything."""
    return furnish(cast)


@pytest.fixture
def outsider(cast: Cast) -> Visitor:
    """A browser in which the administrator and brand lead of the other brand is signed in."""

    def visit() -> Client:
        client = Client()
        client.force_login(cast.outsider, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return visit


def _visits(visitor: Visitor, paths: list[str]) -> Iterator[tuple[str, Answer]]:
    """Every path by every method, each path by a visitor who comes for the first time."""
    for path in paths:
        client = visitor()
        for method in METHODS:
            yield f"{method} {path}", getattr(client, method)(path)


def _leaks(answer: Answer) -> list[str]:
    text = html.unescape(answer.text).lower()
    for example in EXAMPLES:
        text = text.replace(example, "")
    return [word for word in NEVER if word in text]


def _leads_to_sign_in(answer: Answer) -> bool:
    location = str(answer.headers.get("Location", ""))
    return answer.status_code == 302 and location.startswith(reverse("account_login") + "?next=")


def _paths(world: World, brand: str, keep: Callable[[Address], bool] = lambda _: True) -> list[str]:
    return [path for address, path in pages_of(world, brand) if keep(address)]


def _written(world: World) -> tuple[int, list[str]]:
    """What would change if a stranger got through: the length of the record, and the deliveries' states."""
    states = Delivery.objects.for_brand(world.brand).order_by("pk").values_list("state", flat=True)
    return Entry.objects.for_brand(world.brand).count(), list(states)


def test_every_address_is_a_brands_page_or_known_to_be_open() -> None:
    others = {address.pattern for address in every_address() if not address.is_of_a_brand}
    assert others == SIGN_IN | OF_NO_BRAND | LETTER


def test_this_test_reaches_every_page_of_a_brand(world: World, cast: Cast) -> None:
    member = Client()
    member.force_login(cast.brand_lead, backend="django.contrib.auth.backends.ModelBackend")
    # Not taking the live stream, which has no end: the member would wait for it.
    paths = _paths(world, "stride", lambda address: address.pattern != LIVE)
    missed = [path for path in paths if member.get(path).status_code == 404]
    # A person's own question, which the brand lead was not asked.
    assert missed == [reverse("desk:ask", args=["stride", world.ask.pk])]
    assert len(paths) >= 50


def test_an_anonymous_visitor_is_led_to_sign_in_everywhere(world: World) -> None:
    before = _written(world)
    visits = list(_visits(Client, _paths(world, "stride")))
    assert [what for what, answer in visits if not _leads_to_sign_in(answer)] == []
    assert [(what, leaks) for what, answer in visits if (leaks := _leaks(answer))] == []
    assert _written(world) == before


def test_another_brands_member_finds_nothing_anywhere(world: World, outsider: Visitor) -> None:
    before = _written(world)
    visits = list(_visits(outsider, _paths(world, "stride")))
    assert [(what, answer.status_code) for what, answer in visits if answer.status_code != 404] == []
    assert [(what, leaks) for what, answer in visits if (leaks := _leaks(answer))] == []
    assert _written(world) == before


def test_a_brand_that_does_not_exist_looks_the_same(world: World, outsider: Visitor) -> None:
    theirs, nobodys = (outsider().get(f"/b/{slug}/queue/") for slug in ("stride", "nobody"))
    assert (theirs.status_code, nobodys.status_code) == (404, 404)
    assert _FORM_TOKEN.sub("", theirs.text) == _FORM_TOKEN.sub("", nobodys.text)


def test_anothers_things_are_not_found_under_ones_own_brand(world: World, outsider: Visitor) -> None:
    before = _written(world)
    visits = list(_visits(outsider, _paths(world, "glide", lambda address: address.names_an_object)))
    # 405 where a page takes only what is sent: it has not looked at anything yet.
    assert {answer.status_code for what, answer in visits if what.startswith("post")} <= {404, 405}
    assert [(what, answer.status_code) for what, answer in visits if answer.status_code not in {404, 405}] == []
    assert [(what, leaks) for what, answer in visits if (leaks := _leaks(answer))] == []
    assert _written(world) == before


def test_ones_own_pages_show_nothing_of_another_brand(world: World, outsider: Visitor) -> None:
    before = _written(world)
    # The live stream has no end; what it says is keys of fragments, tested where it is made.
    paths = _paths(world, "glide", lambda address: not address.names_an_object and address.pattern != LIVE)
    visits = list(_visits(outsider, paths))
    assert {answer.status_code for what, answer in visits if what.startswith("get")} <= {200, 405}
    assert [(what, leaks) for what, answer in visits if (leaks := _leaks(answer))] == []
    assert _written(world) == before


def test_anothers_keys_in_what_is_sent_name_nothing(world: World, outsider: Visitor) -> None:
    before = _written(world)
    scopes = [f"{kind}:{key}" for kind, key in _scopes(world)]
    asked: list[tuple[str, Sent]] = [
        ("hold/", {"alert": world.alert.pk}),
        ("hold/", {"scope": scopes}),
        ("hold/count/", {"scope": scopes}),
        ("mentions/new/", {"after": 0}),
        ("queue/", {"account": world.account.pk, "moment": world.moment.pk}),
        ("assets/", {"moment": world.moment.pk}),
    ]
    sent: list[tuple[str, Sent]] = [
        ("play/", {"delivery": [world.loaded.pk, world.queued.pk]}),
        ("hold/", {"scope": scopes, "reason": "mine"}),
        ("assets/check/", {"channel": "bluesky", "pictures": world.image.pk, "asset": world.asset.pk, "base": 0}),
        ("assets/new/", {"sections": 0, "moment": world.moment.pk, "name": "mine"}),
    ]
    answers = [(path, outsider().get(f"/b/glide/{path}", data)) for path, data in asked]
    answers += [(path, outsider().post(f"/b/glide/{path}", data, follow=True)) for path, data in sent]
    assert [(path, leaks) for path, answer in answers if (leaks := _leaks(answer))] == []
    assert _written(world) == before


def test_pages_of_no_brand_show_none(world: World, outsider: Visitor) -> None:
    paths = [a.filled(STRANGE) for a in every_address() if not a.is_of_a_brand]
    for visitor in (Client, outsider):
        visits = list(_visits(visitor, paths))
        assert [(what, leaks) for what, answer in visits if (leaks := _leaks(answer))] == []
        assert [(what, answer.status_code) for what, answer in visits if answer.status_code >= 500] == []


def test_ones_own_settings_need_signing_in() -> None:
    assert _leads_to_sign_in(Client().get(reverse("people:me")))


def test_a_signed_link_opens_its_letter_and_nothing_else(world: World) -> None:
    visitor = Client()
    assert visitor.get(reverse("desk:answer", args=[world.token])).status_code == 200
    assert visitor.get(reverse("desk:answer_image", args=[world.token, world.image.pk])).status_code == 200
    assert visitor.get(reverse("desk:answer_image", args=[world.token, world.other_image.pk])).status_code == 404
    visits = list(_visits(lambda: visitor, _paths(world, "stride")))
    assert [what for what, answer in visits if not _leads_to_sign_in(answer)] == []


def test_a_link_that_was_touched_up_opens_nothing(world: World) -> None:
    changed = world.token[:-1] + ("a" if world.token[-1] != "a" else "b")
    for path in (reverse("desk:answer", args=[changed]), reverse("desk:answer_image", args=[changed, world.image.pk])):
        for what, answer in _visits(Client, [path]):
            assert answer.status_code in {404, 405}, what
            assert _leaks(answer) == [], what


def _scopes(world: World) -> list[tuple[str, object]]:
    """What a hold could name of the brand."""
    things = {
        "brand": world.brand,
        "account": world.account,
        "moment": world.moment,
        "topic": world.topic,
        "asset": world.asset,
        "delivery": world.queued,
    }
    return [(kind, thing.pk) for kind, thing in things.items()]
