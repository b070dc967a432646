from django.test import Client
from django.urls import reverse

from nowroom.audit.actions import record
from nowroom.audit.models import Chain, Entry
from nowroom.audit.queries import last_number
from nowroom.audit.views import PAGE
from nowroom.lib.actor import rule, system
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from tests.cast import Cast


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def log(cast: Cast, query: str = "", person: Person | None = None) -> str:
    return signed_in(person or cast.executive).get(reverse("audit:log", args=[cast.brand.slug]) + query).text


def test_every_member_reads_the_record_in_sentences(cast: Cast) -> None:
    page = log(cast)
    assert "Gave somebody a role" in page
    assert "Dana" in page


def test_outsiders_and_strangers_read_nothing(cast: Cast, client: Client) -> None:
    for name in ("audit:log", "audit:verify"):
        address = reverse(name, args=[cast.brand.slug])
        assert signed_in(cast.outsider).get(address).status_code == 404
        assert client.get(address).headers["Location"].startswith(reverse("account_login"))


def test_it_is_narrowed_by_area_actor_name_and_day(cast: Cast) -> None:
    record("hold.placed", cast.brand, brand_id=cast.brand.pk, by=rule("threat policy"), now=cast.now)
    record("delivery.started", cast.brand, brand_id=cast.brand.pk, by=system("send"), now=cast.now)
    record("hold.lifted", cast.brand, brand_id=cast.brand.pk, by=actor_for(cast.brand_lead), now=cast.now)
    placed, started, lifted = "Placed a hold", "Started to send a delivery", "Lifted a hold"

    def shown(query: str) -> set[str]:
        page = log(cast, query)
        return {sentence for sentence in (placed, started, lifted) if sentence in page}

    assert shown("?area=hold") == {placed, lifted}
    assert shown("?kind=system") == {started}
    assert shown("?name=threat") == {placed}
    assert shown(f"?day={cast.now:%Y-%m-%d}") == {placed, started, lifted}
    assert shown("?day=1999-01-01") == set()
    assert "No entry matches" in log(cast, "?name=nobody-of-that-name")


def test_it_is_read_in_pages_that_stay_where_they_are_when_entries_are_added(cast: Cast) -> None:
    for _ in range(PAGE + 5):
        record("brand.seen", cast.brand, brand_id=cast.brand.pk, by=system("send"), now=cast.now)
    entries = Entry.objects.for_brand(cast.brand).order_by("-number")
    first = log(cast, "?kind=system")
    oldest = entries.filter(actor_kind="system")[PAGE - 1].number
    assert f"?kind=system&amp;before={oldest}" in first
    record("brand.seen", cast.brand, brand_id=cast.brand.pk, by=system("send"), now=cast.now)
    second = log(cast, f"?kind=system&before={oldest}")
    assert second.count('<details class="entry"') == 5


def test_a_nonsense_page_number_is_the_first_page(cast: Cast) -> None:
    assert "Gave somebody a role" in log(cast, "?before=12;drop")


def test_it_says_that_the_chain_holds(cast: Cast) -> None:
    address = reverse("audit:verify", args=[cast.brand.slug])
    client = signed_in(cast.executive)
    page, fragment = client.get(address), client.get(address, headers={"HX-Request": "true"})
    assert "The chain holds" in page.text
    assert "<main" in page.text
    assert "<main" not in fragment.text


def test_it_says_where_the_chain_is_broken(cast: Cast) -> None:
    end = last_number(cast.brand.pk)
    Chain.objects.filter(brand_id=cast.brand.pk).update(length=end + 1)
    page = signed_in(cast.executive).get(reverse("audit:verify", args=[cast.brand.slug])).text
    assert f"broken at entry {end + 1}" in page


def test_what_people_typed_is_shown_as_text(cast: Cast) -> None:
    facts = {"reason": "<script>alert(1)</script>", "in_flight": [1, 2]}
    record("hold.placed", cast.brand, brand_id=cast.brand.pk, by=actor_for(cast.duty_editor), now=cast.now, facts=facts)
    page = log(cast)
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
