from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowroom.engine.batch import posts
from nowroom.engine.matcher import MATCHES, Matcher
from nowroom.engine.query import PostView, QuerySyntaxError, parse
from nowroom.engine.query.terms import FIELDS, field_words
from nowroom.engine.query.tree import Query
from nowroom.engine.tests.streams import stream
from nowroom.engine.text import marks_of, words_of

_ATOMS = ["tea", "milk", '"tea milk"', "#TeaTime", "@ann", "mi*", "lang:en", "place:rome", "茶", "the"]
_PIECES = ["tea", "milk", "#TeaTime", "@ann", "mine", "茶葉", "the", "Milk!", "time"]


def _trees(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    pairs = st.tuples(inner, st.sampled_from(["AND", "OR"]), inner)
    return st.one_of(pairs.map(lambda pair: f"({' '.join(pair)})"), inner.map(lambda part: f"NOT {part}"))


_QUERIES = st.recursive(st.sampled_from(_ATOMS), _trees, max_leaves=6)
_POSTS = st.fixed_dictionaries(
    {
        "text": st.lists(st.sampled_from(_PIECES), max_size=5).map(" ".join),
        "place": st.sampled_from([None, "Rome", "New Rome, IT", "Oslo"]),
        "lang": st.sampled_from([None, "en", "en-GB", "it"]),
    }
)


def _bounded(texts: list[str]) -> dict[str, Query]:
    found = {}
    for number, text in enumerate(texts):
        try:
            found[f"q{number}"] = parse(text)
        except QuerySyntaxError:
            continue
    return found


def _view(row: dict[str, str | None], place: str | None) -> PostView:
    values = {"lang": row["lang"], "place": place, "source": "s"}
    fields = tuple((name, field_words(name, values.get(name))) for name in FIELDS)
    text = row["text"] or ""
    return PostView(words_of(text), frozenset(marks_of(text)), fields)


@given(st.lists(_QUERIES, max_size=6), st.lists(_POSTS, max_size=5), st.sets(st.integers(0, 5)))
def test_it_finds_what_trying_every_query_on_every_post_finds(
    texts: list[str], rows: list[dict[str, str | None]], removed: set[int]
) -> None:
    queries = _bounded(texts)
    matcher = Matcher()
    for query_id, query in queries.items():
        matcher.add(query_id, query)
    for number in removed:
        if queries.pop(f"q{number}", None):
            matcher.remove(f"q{number}")
    now = datetime(2024, 1, 1, tzinfo=UTC)
    batch = posts({"id": str(number), "ts": now, "source": "s", **row} for number, row in enumerate(rows))
    naive = [
        (number, query_id, query.matches(_view(row, None)))
        for number, row in enumerate(rows)
        for query_id, query in sorted(queries.items())
        if query.matches(_view(row, row["place"]))
    ]
    assert matcher.match(batch).rows() == naive


def test_an_empty_matcher_and_an_empty_batch_give_an_empty_frame() -> None:
    assert Matcher().match(stream(["tea"])).schema == MATCHES
    assert Matcher().match(stream([])).is_empty()


def test_adding_again_replaces_and_removing_forgets() -> None:
    matcher = Matcher()
    matcher.add("t", parse("tea"))
    matcher.add("t", parse("milk"))
    assert matcher.match(stream(["tea", "milk"])).rows() == [(1, "t", True)]
    matcher.remove("t")
    assert len(matcher) == 0
    assert matcher.match(stream(["milk"])).is_empty()
    with pytest.raises(KeyError):
        matcher.remove("t")


def test_a_post_is_tried_only_against_queries_that_share_its_rare_terms() -> None:
    matcher = Matcher()
    for number in range(2_000):
        matcher.add(f"q{number:04}", parse(f"the brand{number} OR #tag{number}"))
    assert matcher.match(stream(["the new brand7 is out", "the the the", "#Tag1999"])).rows() == [
        (0, "q0007", True),
        (2, "q1999", True),
    ]
