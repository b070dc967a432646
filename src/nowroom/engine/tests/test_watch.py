from hypothesis import given
from hypothesis import strategies as st

from nowroom.engine.matcher import Matcher
from nowroom.engine.query import parse
from nowroom.engine.tests.streams import stream
from nowroom.engine.watch import place_query, watch_query


def test_it_listens_for_places_hashtags_tags_the_moment_and_names() -> None:
    query = watch_query(
        "Good luck to everyone at the start in Wexcombe today! #HarbourRun",
        tags=["running", "charity"],
        places=["New Haven"],
        hashtags=["runday"],
        moment="Harbour Run 2024",
    )
    assert query == (
        'place:"new haven" OR "new haven" OR #harbourrun OR #runday OR "harbour run 2024" OR #running OR #charity'
        ' OR ("running" "charity") OR "wexcombe"'
    )


def test_what_is_queued_is_what_is_listened_for() -> None:
    matcher = Matcher()
    matcher.add(
        "mail", parse(watch_query("20 % off for every finisher in Oslo today.", places=["Oslo"], tags=["running"]))
    )
    said = ["Something happened in Oslo", "#running late", "I am running late", "Good morning Bergen"]
    assert matcher.match(stream(said))["post"].to_list() == [0, 1]


def test_nothing_to_go_by_gives_an_empty_query() -> None:
    assert watch_query("Overnight oats, three ways.") == ""
    assert place_query("  ") == ""


def test_where_every_noun_has_a_capital_capitals_say_nothing() -> None:
    assert watch_query("Unsere Haferflocken über Nacht, drei Rezepte für Morgenmuffel und Eilige Leute") == ""


_NAMES = st.lists(st.text(max_size=12), max_size=3)


@given(st.text(max_size=80), _NAMES, _NAMES, st.text(max_size=20))
def test_a_derived_query_is_always_readable(text: str, tags: list[str], places: list[str], moment: str) -> None:
    def plain(value: str) -> str:
        return value.encode("utf-8", "replace").decode()

    query = watch_query(
        plain(text), tags=map(plain, tags), places=map(plain, places), hashtags=map(plain, tags), moment=plain(moment)
    )
    if query:
        parse(query)
