import pytest
from django.test import Client

from nowroom.desk.preparation.tests.conftest import SignIn
from nowroom.desk.preparation.tests.pages import page, text_of
from nowroom.listening.actions import add_source, add_topic, note_trouble
from nowroom.listening.models import Mention, Source, SourceKind, Topic
from nowroom.people.queries import actor_for
from tests.cast import Cast

FEED = {"kind": "feed", "name": "The Globe", "address": "https://globe.example/rss", "place": "Boston"}


@pytest.fixture
def strategist(cast: Cast, signed_in: SignIn) -> Client:
    """The strategist's browser."""
    return signed_in(cast.strategist)


@pytest.fixture
def source(cast: Cast) -> Source:
    """A feed with five mentions of shoes and one of socks."""
    source = add_source(
        cast.brand,
        kind=SourceKind.FEED,
        name="Wire",
        address="https://a.example",
        by=actor_for(cast.strategist),
        now=cast.now,
    )
    texts = ["New shoes"] * 5 + ["<script>socks</script>"]
    Mention.objects.bulk_create(
        Mention(brand=cast.brand, source=source, external_id=str(n), at=cast.now, text=text)
        for n, text in enumerate(texts)
    )
    return source


def test_a_source_is_added_paused_and_resumed(cast: Cast, strategist: Client) -> None:
    assert strategist.post(page(cast, "source_new"), FEED).status_code == 302
    source = Source.objects.for_brand(cast.brand).get()
    for typed, active in (("no", False), ("yes", True)):
        strategist.post(page(cast, "source_switch", source.pk), {"active": typed})
        source.refresh_from_db()
        assert source.is_active is active


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        ({"address": "wss://globe.example"}, "not an address of that kind"),
        ({"kind": "jetstream"}, "not an address of that kind"),
        ({"address": "https://[broken"}, "not an address of that kind"),
        ({"address": "file:///etc/passwd"}, "not an address of that kind"),
        ({"kind": "file", "address": "/etc/passwd"}, "Select a valid choice"),
        ({"name": "Wire"}, "There is a source of this name already"),
    ],
)
def test_a_source_that_cannot_be_is_refused_and_kept(
    cast: Cast, strategist: Client, source: Source, values: dict[str, str], sentence: str
) -> None:
    response = strategist.post(page(cast, "source_new"), FEED | values)
    assert response.status_code == 422
    assert sentence in text_of(response)
    assert Source.objects.for_brand(cast.brand).get() == source


def test_trouble_is_shown(cast: Cast, strategist: Client, source: Source) -> None:
    note_trouble(source, message="The feed’s server does not answer.", now=cast.now)
    seen = text_of(strategist.get(page(cast, "listening")))
    assert "In trouble" in seen
    assert "does not answer" in seen


def test_a_topic_is_added_and_edited(cast: Cast, strategist: Client) -> None:
    strategist.post(page(cast, "topic_new"), {"name": "Shoes", "query": "shoes OR run*"})
    topic = Topic.objects.for_brand(cast.brand).get()
    assert "shoes OR run*" in text_of(strategist.get(page(cast, "listening")))
    assert strategist.post(page(cast, "topic", topic.pk), {"query": "socks"}).status_code == 302
    topic.refresh_from_db()
    assert (topic.query, topic.is_active) == ("socks", False)


def test_a_malformed_query_is_marked_where_it_is_wrong_and_kept(cast: Cast, strategist: Client) -> None:
    response = strategist.post(page(cast, "topic_new"), {"name": "Shoes", "query": "shoes AND @fast* more"})
    assert response.status_code == 422
    assert "Line 1, column 11" in text_of(response)
    assert "<mark>@fast*</mark>" in text_of(response)
    assert not Topic.objects.for_brand(cast.brand).exists()


def test_a_query_is_tried_on_what_was_heard_lately(cast: Cast, strategist: Client, source: Source) -> None:
    seen = text_of(strategist.post(page(cast, "query_check"), {"query": "shoes"}))
    assert "Matches 5 of the newest 6 mentions" in seen
    assert seen.count("New shoes") == 3
    seen = text_of(strategist.post(page(cast, "query_check"), {"query": "socks"}))
    assert "&lt;script&gt;" in seen
    assert "cannot" not in seen


def test_a_mistake_at_the_end_is_marked_there(cast: Cast, strategist: Client) -> None:
    assert "<mark>␣</mark>" in text_of(strategist.post(page(cast, "query_check"), {"query": "(shoes OR"}))


def test_an_empty_query_says_nothing_yet(cast: Cast, strategist: Client) -> None:
    assert not text_of(strategist.post(page(cast, "query_check"), {"query": " "})).strip()


def test_who_may_not_listen_changes_nothing(cast: Cast, signed_in: SignIn, source: Source) -> None:
    executive = signed_in(cast.executive)
    assert executive.post(page(cast, "source_switch", source.pk), {"active": "no"}).status_code == 409
    assert "may not do this" in text_of(executive.post(page(cast, "topic_new"), {"name": "x", "query": "x"}))
    assert "Add a topic" not in text_of(executive.get(page(cast, "listening")))


def test_the_outsider_reaches_no_topic(cast: Cast, signed_in: SignIn) -> None:
    topic = add_topic(cast.brand, name="Ours", query="ours", by=actor_for(cast.strategist), now=cast.now)
    outsider = signed_in(cast.outsider)
    assert outsider.get(page(cast, "topic", topic.pk)).status_code == 404
    theirs = page(cast, "topic", topic.pk).replace(cast.brand.slug, cast.other_brand.slug)
    assert outsider.post(theirs, {"query": "x"}).status_code == 404
