"""The hold sheet, and what is decided about each delivery that a hold stops."""

from collections.abc import Callable
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from nowroom.desk.operations.tests.conftest import Desk, in_flight, published
from nowroom.listening.models import Alert
from nowroom.people.actions import add_member
from nowroom.people.models import Person, Role
from nowroom.people.queries import actor_for
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.actions import place_hold
from nowroom.safety.models import Hold, ScopeKind
from nowroom.safety.queries import active_holds, is_held, term
from tests.cast import Cast


@pytest.fixture
def boston(cast: Cast) -> list[Delivery]:
    """Two deliveries about Boston and one that is not."""
    about = [cast.delivery(cast.asset(f"Runners {n}", places=["Boston"])) for n in (1, 2)]
    return [*about, cast.delivery(cast.asset("Job advert", places=["Singapore"]))]


def hold_boston(cast: Cast) -> Hold:
    scope = [term(ScopeKind.PLACE, "Boston", "Place: Boston")]
    return place_hold(cast.brand, scope=scope, reason="News", by=actor_for(cast.duty_editor), now=cast.now).hold


def test_the_sheet_offers_everything_first_and_counts_each_scope(boston: list[Delivery], desk: Desk) -> None:
    text = desk.get("hold", htmx=True).text
    assert "<html" not in text
    assert text.index("Everything of Stride") < text.index("Place: Boston")
    assert "Stops 3 deliveries." in text
    assert "Runners 1" in text


def test_without_script_the_sheet_is_a_whole_page(boston: list[Delivery], desk: Desk) -> None:
    assert "<html" in desk.get("hold").text


def test_the_count_follows_the_choice(cast: Cast, boston: list[Delivery], desk: Desk) -> None:
    in_flight(cast, "Already leaving", places=["Boston"])
    text = desk.get("hold_count", query={"scope": "place:boston"}, htmx=True).text
    assert "Stops 2 deliveries." in text
    assert "1 is already being sent" in text
    assert "Job advert" not in text
    assert "Choose what to hold." in desk.get("hold_count", htmx=True).text


def test_placing_answers_with_what_was_stopped_and_what_had_started(
    cast: Cast, boston: list[Delivery], desk_of: Callable[[Person], Desk]
) -> None:
    leaving = in_flight(cast, "Already leaving", places=["Boston"])
    desk = desk_of(cast.executive)
    text = desk.post("hold", htmx=True, scope=["place:boston"], reason="Explosion reported").text
    hold = active_holds(cast.brand).get()
    assert hold.reason == "Explosion reported"
    assert list(hold.in_flight.all()) == [leaving.passage]
    assert "It stops 2 deliveries." in text
    assert "1 had started already" in text
    assert "Already leaving" in text
    assert reverse("desk:hold_detail", args=[cast.brand.slug, hold.pk]) in text
    assert [is_held(d.passage) for d in boston] == [True, True, False]


def test_without_script_placing_leads_to_the_hold(cast: Cast, boston: list[Delivery], desk: Desk) -> None:
    answer = desk.post("hold", scope=[f"brand:{cast.brand.pk}"])
    assert "The hold stands and stops 3 deliveries." in answer.text
    assert "Bo stopped this and will say why." in answer.text


def test_a_hold_of_nothing_is_refused_and_keeps_the_reason(cast: Cast, desk: Desk) -> None:
    answer = desk.post("hold", htmx=True, reason="Explosion reported")
    assert answer.status_code == 422
    assert "A hold needs a scope." in answer.text
    assert 'value="Explosion reported"' in answer.text
    assert not active_holds(cast.brand).exists()


def test_another_brands_key_in_the_scope_never_names_another_brand(cast: Cast, desk: Desk) -> None:
    desk.post("hold", scope=[f"brand:{cast.other_brand.pk}"])
    assert [t.value for t in active_holds(cast.brand).get().terms.all()] == [str(cast.brand.pk)]
    assert not active_holds(cast.other_brand).exists()


def test_who_is_on_several_brands_may_hold_all_of_them_at_once(cast: Cast, desk: Desk) -> None:
    assert "all brands" not in desk.get("hold").text
    add_member(cast.other_brand, person=cast.brand_lead, role=Role.EXECUTIVE, by=actor_for(cast.outsider), now=cast.now)
    assert "Everything on all brands of Stride Group" in desk.get("hold").text
    desk.post("hold", htmx=True, scope=[f"organization:{cast.organization.pk}"])
    holds = [active_holds(brand).get() for brand in (cast.brand, cast.other_brand)]
    assert holds[0].incident == holds[1].incident


def test_the_sheet_of_an_alert_is_filled_with_what_it_concerns(
    boston: list[Delivery], alert: Callable[..., Alert], cast: Cast, desk: Desk
) -> None:
    raised = alert(scope=[("place", "boston", "Boston")], posts=["Two explosions"])
    text = desk.get("hold", query={"alert": raised.pk}, htmx=True).text
    assert "Stops 2 deliveries." in text
    address = f"{reverse('desk:hold', args=[cast.brand.slug])}?alert={raised.pk}"
    assert address in text
    desk.client.post(address, {"scope": ["place:boston"]}, headers={"HX-Request": "true"})
    raised.refresh_from_db()
    assert raised.answer == "hold"
    assert active_holds(cast.brand).get().signal == raised.signal


def test_the_list_shows_what_stands_and_what_stood(cast: Cast, boston: list[Delivery], desk: Desk) -> None:
    assert "No hold stands" in desk.get("holds").text
    hold_boston(cast)
    text = desk.get("holds").text
    assert "2 deliveries wait for a decision." in text
    assert "Place: Boston" in text


def test_its_page_shows_evidence_what_it_stops_and_what_was_out_before(
    cast: Cast, boston: list[Delivery], alert: Callable[..., Alert], desk: Desk
) -> None:
    published(cast, "Good morning Boston", places=["Boston"])
    leaving = in_flight(cast, "Already leaving", places=["Boston"])
    raised = alert(scope=[("place", "boston", "Boston")], posts=["Two explosions near the finish line"])
    desk.post("alert", raised.pk, answer="hold")
    text = desk.get("hold_detail", active_holds(cast.brand).get().pk).text
    assert "Two explosions near the finish line" in text
    assert text.index("Runners 1") < text.index("Had started at that instant") < text.index(leaving.passage.label[:10])
    assert text.index("Was out before, in its scope") < text.index("Good morning Boston")
    assert "Delete it from the channel" in text


def test_each_delivery_is_released_on_the_brand_leads_word(cast: Cast, boston: list[Delivery], desk: Desk) -> None:
    hold = hold_boston(cast)
    assert "is released from this hold" in desk.post("release", hold.pk, boston[0].pk).text
    assert [is_held(d.passage) for d in boston] == [False, True, False]


def test_released_at_another_time_it_goes_then(cast: Cast, boston: list[Delivery], desk: Desk) -> None:
    hold = hold_boston(cast)
    wanted = (cast.now + timedelta(hours=5)).replace(second=0, microsecond=0)
    local = wanted.astimezone(ZoneInfo(cast.bluesky.time_zone))
    desk.post("release", hold.pk, boston[0].pk, at=f"{local:%Y-%m-%dT%H:%M}")
    boston[0].refresh_from_db()
    assert boston[0].due_at == wanted
    answer = desk.post("release", hold.pk, boston[1].pk, at="soon")
    assert answer.status_code == 409
    assert "The delivery is still held." in answer.text
    assert is_held(boston[1].passage)


def test_lifting_waits_until_everything_is_decided(cast: Cast, boston: list[Delivery], desk: Desk) -> None:
    hold = hold_boston(cast)
    answer = desk.post("lift", hold.pk)
    assert answer.status_code == 409
    assert "2 held deliveries still need a decision." in answer.text
    desk.post("release", hold.pk, boston[0].pk)
    desk.post("drop", boston[1].pk)
    assert "The hold is lifted." in desk.post("lift", hold.pk).text
    assert not active_holds(cast.brand).exists()


def test_a_mistake_is_undone_at_once_and_each_release_is_on_the_record(
    cast: Cast, boston: list[Delivery], desk: Desk
) -> None:
    hold = hold_boston(cast)
    assert "2 deliveries are released and the hold is lifted." in desk.post("release_all", hold.pk).text
    assert hold.releases.count() == 2
    assert {d.state for d in Delivery.objects.for_brand(cast.brand)} == {DeliveryState.QUEUED}


def test_the_duty_editor_holds_but_does_not_release(
    cast: Cast, boston: list[Delivery], desk_of: Callable[[Person], Desk]
) -> None:
    hold = hold_boston(cast)
    desk = desk_of(cast.duty_editor)
    text = desk.get("hold_detail", hold.pk).text
    assert "Releasing needs a brand lead" in text
    assert reverse("desk:release", args=[cast.brand.slug, hold.pk, boston[0].pk]) not in text
    assert desk.post("release", hold.pk, boston[0].pk).status_code == 409
    assert is_held(boston[0].passage)


def test_outsiders_neither_see_nor_place_holds(
    cast: Cast, boston: list[Delivery], desk_of: Callable[[Person], Desk]
) -> None:
    hold, desk = hold_boston(cast), desk_of(cast.outsider)
    for name, args in (("hold", ()), ("hold_count", ()), ("holds", ()), ("hold_detail", (hold.pk,))):
        assert desk.get(name, *args).status_code == 404
    assert desk.post("hold", scope=["place:boston"]).status_code == 404
    foreign = reverse("desk:hold_detail", args=[cast.other_brand.slug, hold.pk])
    assert desk.client.get(foreign).status_code == 404
    assert Hold.objects.everywhere().count() == 1
