"""The queue: what it shows, what may be done, how fast it is at size."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse

from nowroom.desk.operations.rows import PAGE
from nowroom.desk.operations.tests.conftest import Desk, lost, published
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.actions import place_hold
from nowroom.safety.models import ScopeKind
from nowroom.safety.queries import term
from tests.cast import Cast


def state(delivery: Delivery) -> str:
    return Delivery.objects.for_brand(delivery.brand_id).get(pk=delivery.pk).state


def test_it_lists_what_comes_by_due_time_with_its_state(cast: Cast, desk: Desk) -> None:
    cast.delivery(cast.asset("Later"), due_in=timedelta(hours=2))
    cast.delivery(cast.asset("Sooner"), due_in=timedelta(hours=1))
    cast.delivery(cast.asset("On a go"), due_in=None)
    text = desk.main("queue")
    assert text.index("Sooner") < text.index("Later") < text.index("On a go")
    assert "Goes out by itself when it is due." in text
    assert "Approved and ready. It goes when somebody says go." in text


def test_it_marks_what_is_held_and_filters_by_it(cast: Cast, desk: Desk) -> None:
    cast.delivery(cast.asset("Ten gadgets", tags=["running"]))
    cast.delivery(cast.asset("Job advert"))
    scope = [term(ScopeKind.TAG, "running")]
    place_hold(cast.brand, scope=scope, reason="Not now", by=actor_for(cast.duty_editor), now=cast.now)
    text = desk.main("queue", query={"view": "held"})
    assert "Ten gadgets" in text
    assert "A hold stops it." in text
    assert "Job advert" not in text


def test_it_filters_by_account_region_and_words(cast: Cast, desk: Desk) -> None:
    cast.delivery(cast.asset("Letter", channels=["email"]), cast.mail)
    cast.delivery(cast.asset("Post", text="Come and run"))
    by_account = desk.main("queue", query={"account": cast.mail.pk})
    assert "Letter" in by_account
    assert "Come and run" not in by_account
    assert "Come and run" in desk.main("queue", query={"text": "AND RUN"})
    assert "No delivery fits" in desk.main("queue", query={"text": "nothing like it"})
    assert "Come and run" in desk.main("queue", query={"region": "DE"})


def test_an_empty_queue_says_what_to_do(desk: Desk) -> None:
    assert "Nothing is in the queue" in desk.main("queue")


@pytest.mark.parametrize(
    "query", [{"page": "0"}, {"page": "99999999999"}, {"page": "x"}, {"view": "x"}, {"account": "x"}]
)
def test_an_address_that_makes_no_sense_is_shown_as_the_queue(desk: Desk, query: dict[str, str]) -> None:
    assert desk.get("queue", query=query).status_code == 200


def test_it_asks_the_database_as_little_at_200_rows_as_at_two(
    cast: Cast, desk: Desk, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    cast.queue(200, every=timedelta(minutes=1))
    desk.get("queue")  # the session notes the brand once
    with django_assert_max_num_queries(20):
        text = desk.main("queue", query={"page": "2"})
    assert text.count('id="delivery-') == PAGE
    assert "?page=3" in text


def test_go_lets_a_loaded_delivery_out(cast: Cast, desk: Desk) -> None:
    delivery = cast.delivery(due_in=None)
    assert "goes out now" in desk.post("go", delivery.pk).text
    assert state(delivery) == DeliveryState.QUEUED


def test_go_is_refused_with_the_sentence_while_a_hold_stands(cast: Cast, desk: Desk) -> None:
    delivery = cast.delivery(due_in=None)
    scope = [term(ScopeKind.BRAND, cast.brand.pk)]
    place_hold(cast.brand, scope=scope, reason="Not now", by=actor_for(cast.duty_editor), now=cast.now)
    answer = desk.post("go", delivery.pk)
    assert answer.status_code == 409
    assert "A hold stands over this." in answer.text
    assert state(delivery) == DeliveryState.LOADED


def test_drop_takes_it_out_with_the_reason_on_its_page(cast: Cast, desk: Desk) -> None:
    delivery = cast.delivery()
    text = desk.post("drop", delivery.pk, reason="The race is cancelled").text
    assert state(delivery) == DeliveryState.DROPPED
    assert "The race is cancelled" in text


def test_another_time_is_typed_by_the_clock_of_the_account(cast: Cast, desk: Desk) -> None:
    delivery = cast.delivery()
    wanted = (cast.now + timedelta(hours=3)).replace(second=0, microsecond=0)
    local = wanted.astimezone(ZoneInfo(cast.bluesky.time_zone))
    assert "New time, by the clock of Berlin" in desk.get("reschedule", delivery.pk).text
    desk.post("reschedule", delivery.pk, at=f"{local:%Y-%m-%dT%H:%M}")
    delivery.refresh_from_db()
    assert delivery.due_at == wanted


@pytest.mark.parametrize(
    ("typed", "said"), [("2001-01-01T10:00", "has passed already"), ("soon", "Enter a valid date/time.")]
)
def test_a_time_that_cannot_be_is_kept_in_the_field_with_the_sentence(
    cast: Cast, desk: Desk, typed: str, said: str
) -> None:
    delivery = cast.delivery()
    answer = desk.post("reschedule", delivery.pk, at=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert typed in answer.text


def test_take_down_asks_for_what_is_out(cast: Cast, desk: Desk) -> None:
    delivery = published(cast, "Good morning")
    assert "Take down" in desk.main("queue", query={"view": "published"})
    desk.post("take_down", delivery.pk)
    assert state(delivery) == DeliveryState.REMOVING


@pytest.mark.parametrize(("is_out", "ends"), [("yes", DeliveryState.PUBLISHED), ("no", DeliveryState.EXPIRED)])
def test_a_person_settles_what_nobody_knows(cast: Cast, desk: Desk, is_out: str, ends: DeliveryState) -> None:
    delivery = lost(cast, "Good morning")
    assert "It is not out" in desk.main("queue")
    desk.post("settle", delivery.pk, is_out=is_out)
    assert state(delivery) == ends


def test_its_page_shows_the_yes_the_times_and_what_happened(cast: Cast, desk: Desk) -> None:
    delivery = published(cast, "Good morning")
    text = desk.get("delivery", delivery.pk).text
    assert "Lena" in text
    assert "revision 1, exactly as shown" in text
    assert "Published a delivery" in text


def test_who_may_only_look_is_offered_nothing_and_refused(cast: Cast, desk_of: Callable[[Person], Desk]) -> None:
    delivery = cast.delivery(due_in=None)
    desk = desk_of(cast.executive)
    assert reverse("desk:go", args=[cast.brand.slug, delivery.pk]) not in desk.main("queue")
    assert desk.post("go", delivery.pk).status_code == 409
    assert state(delivery) == DeliveryState.LOADED


@pytest.mark.parametrize("name", ["delivery", "reschedule"])
def test_an_outsider_and_a_stranger_see_nothing(
    cast: Cast, desk_of: Callable[[Person], Desk], client: Client, name: str
) -> None:
    delivery = cast.delivery()
    assert desk_of(cast.outsider).get(name, delivery.pk).status_code == 404
    assert desk_of(cast.outsider).get("queue").status_code == 404
    assert client.get(reverse(f"desk:{name}", args=[cast.brand.slug, delivery.pk])).status_code == 302


def test_a_delivery_of_another_brand_is_not_found_under_ones_own(cast: Cast, desk_of: Callable[[Person], Desk]) -> None:
    delivery = cast.delivery()
    client = desk_of(cast.outsider).client
    assert client.get(reverse("desk:delivery", args=[cast.other_brand.slug, delivery.pk])).status_code == 404
    assert client.post(reverse("desk:drop", args=[cast.other_brand.slug, delivery.pk])).status_code == 404
