import pytest
from django.test import Client
from django.urls import reverse

from nowroom.people.models import Member, Organization, Person, Role
from nowroom.people.queries import actor_for, brand_to_open, roles_of
from tests.cast import PASSWORD, Cast

FOUNDING = {
    "organization": "Stride Group",
    "brand": "Stride",
    "time_zone": "Europe/Berlin",
    "name": "Ada Lind",
    "email": "ada@stride.test",
    "password": PASSWORD,
}


@pytest.fixture
def people(cast: Cast) -> str:
    return reverse("people:members", args=[cast.brand.slug])


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_an_empty_installation_starts_with_the_first_run_page(db: None, client: Client) -> None:
    answer = client.get("/", follow=True)
    assert answer.redirect_chain[-1][0] == reverse("people:welcome")
    assert "Set up your desk" in answer.text


def test_first_run_founds_and_signs_in(db: None, client: Client) -> None:
    answer = client.post(reverse("people:welcome"), FOUNDING)
    assert answer.headers["Location"] == reverse("people:home")
    assert client.session["_auth_user_id"] == str(Person.objects.get(email="ada@stride.test").pk)


def test_a_weak_password_founds_nothing_and_keeps_what_was_typed(db: None, client: Client) -> None:
    answer = client.post(reverse("people:welcome"), {**FOUNDING, "password": "password"})
    assert answer.status_code == 422
    assert "Stride Group" in answer.text
    assert not Organization.objects.exists()


def test_nobody_founds_twice(cast: Cast, client: Client) -> None:
    answer = client.post(reverse("people:welcome"), {**FOUNDING, "email": "second@stride.test"})
    assert answer.headers["Location"] == reverse("people:home")
    assert not Person.objects.filter(email="second@stride.test").exists()


def test_the_start_page_asks_a_stranger_to_sign_in(cast: Cast, client: Client) -> None:
    assert client.get("/").headers["Location"] == reverse("account_login")


def test_the_start_page_tells_somebody_without_a_brand(cast: Cast) -> None:
    lonely = Person.objects.create(email="lone@stride.test", name="Lou")
    assert "You are on no brand yet" in signed_in(lonely).get("/").text


def test_the_start_page_leads_to_the_brand_looked_at_last_if_one_is_still_on_it(cast: Cast) -> None:
    assert brand_to_open(cast.strategist, cast.brand.slug) == cast.brand
    assert brand_to_open(cast.strategist, cast.other_brand.slug) == cast.brand
    assert brand_to_open(cast.strategist, None) == cast.brand


def test_members_see_who_is_on_the_brand_and_only_administrators_may_add(cast: Cast, people: str) -> None:
    for name, person in cast.members.items():
        page = signed_in(person).get(people).text
        assert "Dana" in page
        assert cast.outsider.email not in page
        assert ("Add to the brand" in page) == (name == "administrator")


def test_outsiders_and_strangers_see_nothing(cast: Cast, people: str, client: Client) -> None:
    member = Member.objects.for_brand(cast.brand).first()
    assert member is not None
    steps = [reverse(f"people:{step}", args=[cast.brand.slug, member.pk]) for step in ("remove", "restore")]
    assert signed_in(cast.outsider).get(people).status_code == 404
    assert [signed_in(cast.outsider).post(step).status_code for step in steps] == [404, 404]
    assert client.get(people).headers["Location"].startswith(reverse("account_login"))
    assert Member.objects.for_brand(cast.brand).get(pk=member.pk).is_active


def test_an_administrator_adds_somebody(cast: Cast, people: str) -> None:
    typed = {"name": "Nia Obi", "email": "nia@stride.test", "role": Role.CREATOR, "time_zone": "Africa/Lagos"}
    page = signed_in(cast.administrator).post(people, typed, follow=True).text
    assert "Nia Obi is on the brand as Creator" in page
    nia = Person.objects.get(email="nia@stride.test")
    assert roles_of(actor_for(nia), cast.brand) == {Role.CREATOR}


def test_a_bad_invitation_says_where_and_keeps_what_was_typed(cast: Cast, people: str) -> None:
    typed = {"name": "Nia Obi", "email": "nia", "role": Role.CREATOR, "time_zone": "Mars/Olympus"}
    answer = signed_in(cast.administrator).post(people, typed)
    assert answer.status_code == 422
    assert "Nia Obi" in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_others_who_add_somebody_are_refused_on_a_page_and_in_a_toast(cast: Cast, people: str) -> None:
    typed = {"name": "Nia", "email": "nia@stride.test", "role": Role.CREATOR, "time_zone": "UTC"}
    client = signed_in(cast.duty_editor)
    page, toast = client.post(people, typed), client.post(people, typed, headers={"HX-Request": "true"})
    assert (page.status_code, toast.status_code) == (409, 409)
    assert "<main" in page.text
    assert "<main" not in toast.text
    assert "toast" in toast.text
    assert not Person.objects.filter(email="nia@stride.test").exists()


def test_a_role_that_was_taken_away_is_given_back_by_undo(cast: Cast) -> None:
    member = Member.objects.for_brand(cast.brand).get(person=cast.creator)
    client = signed_in(cast.administrator)
    page = client.post(reverse("people:remove", args=[cast.brand.slug, member.pk]), follow=True).text
    undo = reverse("people:restore", args=[cast.brand.slug, member.pk])
    assert f'action="{undo}"' in page
    assert roles_of(actor_for(cast.creator), cast.brand) == frozenset()
    client.post(undo)
    assert roles_of(actor_for(cast.creator), cast.brand) == {Role.CREATOR}


def test_roles_are_not_taken_away_by_a_link(cast: Cast) -> None:
    member = Member.objects.for_brand(cast.brand).get(person=cast.creator)
    answer = signed_in(cast.administrator).get(reverse("people:remove", args=[cast.brand.slug, member.pk]))
    assert answer.status_code == 405


def test_my_settings_are_mine_and_the_look_belongs_to_the_device(cast: Cast) -> None:
    client = signed_in(cast.creator)
    typed = {"name": "Kim Ito", "time_zone": "Asia/Tokyo", "language": "de", "theme": "dark", "density": "compact"}
    answer = client.post(reverse("people:me"), typed)
    cast.creator.refresh_from_db()
    assert (cast.creator.name, cast.creator.time_zone, cast.creator.language) == ("Kim Ito", "Asia/Tokyo", "de")
    assert (answer.cookies["theme"].value, answer.cookies["density"].value) == ("dark", "compact")
    page = client.get(reverse("people:me")).text
    assert 'data-theme="dark"' in page
    assert 'lang="de"' in page


def test_a_theme_that_nobody_offers_is_the_system_theme(cast: Cast) -> None:
    client = signed_in(cast.creator)
    client.cookies["theme"] = '"><script>'
    assert 'data-theme="system"' in client.get(reverse("people:me")).text


def test_the_page_says_whose_brand_it_is_and_offers_the_hold(cast: Cast, people: str) -> None:
    page = signed_in(cast.executive).get(people)
    assert f"--brand: {cast.brand.color}" in page.text
    assert 'id="hold"' in page.text
    assert "nonce-" in page.headers["Content-Security-Policy"]
