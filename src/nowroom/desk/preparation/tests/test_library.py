import pytest

from nowroom.clearance.models import ApprovalRequest
from nowroom.desk.preparation.tests.conftest import SignIn
from nowroom.desk.preparation.tests.pages import page, text_of
from tests.cast import Cast


@pytest.fixture
def full(cast: Cast) -> Cast:
    """A library with an asset in each use."""
    cast.delivery(cast.asset("Queued one", text="About shoes", tags=["Läufer"]))
    cast.request([cast.plan(cast.asset("Asked one"))])
    cast.delivery(cast.asset("Cleared one"), due_in=None)
    cast.asset("Unused one")
    return cast


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Queued", "Asked", "Cleared", "Unused"}),
        ({"text": "shoes"}, {"Queued"}),
        ({"text": "unused"}, {"Unused"}),
        ({"tag": "läufer"}, {"Queued"}),
        ({"tag": "Läufer"}, {"Queued"}),
        ({"use": "queued"}, {"Queued", "Cleared"}),
        ({"use": "cleared"}, {"Queued", "Cleared"}),
        ({"use": "asked"}, {"Asked"}),
        ({"use": "unused"}, {"Unused"}),
        ({"use": "nonsense"}, {"Queued", "Asked", "Cleared", "Unused"}),
        ({"text": "%"}, set()),
    ],
)
def test_the_library_is_narrowed(full: Cast, signed_in: SignIn, query: dict[str, str], found: set[str]) -> None:
    seen = text_of(signed_in(full.creator).get(page(full, "assets"), query))
    # The strip above says what goes out next.
    rows = seen[seen.index('id="main"') :]
    assert {word for word in ("Queued", "Asked", "Cleared", "Unused") if f">{word} one<" in rows} == found


def test_an_empty_library_says_what_to_do(cast: Cast, signed_in: SignIn) -> None:
    assert "The library is empty" in text_of(signed_in(cast.creator).get(page(cast, "assets")))


def test_long_lists_ask_the_database_no_more_than_short_ones(
    cast: Cast, signed_in: SignIn, django_assert_max_num_queries: object
) -> None:
    for number in range(200):
        cast.request([cast.plan(cast.asset(f"Post {number}"))])
    assert ApprovalRequest.objects.for_brand(cast.brand).count() == 200
    browser = signed_in(cast.legal)
    for name in ("assets", "approvals"):
        browser.get(page(cast, name))
        with django_assert_max_num_queries(30):  # type: ignore[operator] # pytest-django does not export its type
            assert browser.get(page(cast, name)).status_code == 200
