import contextlib
import time

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowroom.engine.query import PostView, QuerySyntaxError, parse
from nowroom.engine.query.lexer import MAX_LENGTH
from nowroom.engine.query.terms import FIELDS, field_words
from nowroom.engine.text import marks_of, terms, words_of


def matches(query: str, text: str, **fields: str) -> bool:
    metadata = tuple((name, field_words(name, fields.get(name))) for name in FIELDS)
    return parse(query).matches(PostView(words_of(text), frozenset(marks_of(text)), metadata))


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("coffee", "COFFEE!"),
        ("cafe", "Café olé"),
        ("strasse", "Straße"),
        ('"new shoes"', "my New, shoes"),
        ("shoes new", "new shoes"),
        ("tea OR coffee", "coffee"),
        ("coffee NOT decaf", "coffee"),
        ("coffee -decaf", "coffee"),
        ("(tea OR coffee) AND milk", "milk with tea"),
        ("run*", "running late"),
        ("#BostonMarathon", "go #bostonmarathon"),
        ('"happy new year"', "and a #HappyNewYear to all"),
        ("happynewyear", "#HappyNewYear"),
        ("@stride.example", "thanks @Stride.Example."),
        ("地震", "東京で地震がありました"),
        ("지진", "지진이 났어요"),
        ("🔥", "so good 🔥🔥"),
        ("👩‍🚒", "our hero 👩‍🚒!"),
        ("don't", "I don’t know"),
        ("NOT NOT tea", "tea"),
    ],
)
def test_it_matches(query: str, text: str) -> None:
    assert matches(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("coffee", "coffeehouse"),
        ('"new shoes"', "shoes new"),
        ("coffee NOT decaf", "decaf coffee"),
        ("#tea", "tea"),
        ("@tea", "tea"),
        ("tea", "@tea"),
        ("tea", "https://tea.example/tea"),
    ],
)
def test_it_does_not_match(query: str, text: str) -> None:
    assert not matches(query, text)


def test_fields_look_at_metadata() -> None:
    assert matches("place:boston", "hi", place="Boston, MA")
    assert matches('place:"new york"', "hi", place="New York City")
    assert matches(
        "lang:en from:@Ann source:City-Sample", "hi", **{"lang": "en-US", "from": "ann", "source": "city-sample"}
    )
    assert not matches("place:york place:new lang:de", "hi", place="New York", lang="en")


@pytest.mark.parametrize(
    ("query", "position", "found", "expected"),
    [
        ("", (1, 1), "an empty query", "a word"),
        ("tea OR", (1, 7), "the end of the query", "a word"),
        ("(tea", (1, 5), "the end of the query", "')'"),
        ("tea)", (1, 4), "')'", "the end of the query"),
        ("tea\nAND AND milk", (2, 5), "'AND'", "a word"),
        ('tea "milk', (1, 5), "never closed", 'closing "'),
        ("plase:rome", (1, 1), "'plase:'", "place:"),
        ("lang:", (1, 1), "without a value", "a value"),
        ("#to-day", (1, 1), "'#to-day'", "hashtag"),
        ("tea !!!", (1, 5), "'!!!'", "at least one letter"),
        ("a*", (1, 1), "'a*'", "at least 2"),
        ("NOT tea", (1, 1), "nearly everything", "without NOT"),
        ("tea OR NOT milk", (1, 1), "nearly everything", "without NOT"),
        ("a" * (MAX_LENGTH + 1), (1, 1), "20001 characters", "at most"),
        ("(" * 41 + "a" + ")" * 41, (1, 41), "one more '('", "at most 40"),
    ],
)
def test_it_refuses_and_points_at_the_spot(query: str, position: tuple[int, int], found: str, expected: str) -> None:
    with pytest.raises(QuerySyntaxError) as refusal:
        parse(query)
    error = refusal.value
    assert (error.line, error.column) == position
    assert found in error.found
    assert expected in error.expected
    assert str(error).startswith(f"Line {position[0]}, column {position[1]}: found ")


def test_it_suggests_the_field_that_was_meant() -> None:
    with pytest.raises(QuerySyntaxError, match="Did you mean place:"):
        parse("plase:rome")


_PIECES = [*'ab#@*:()"-“” \n\t語é👍\ud800', "AND ", "OR ", "NOT ", "lang:"]


@given(st.lists(st.sampled_from(_PIECES), max_size=40).map("".join))
def test_any_text_is_a_query_or_a_syntax_error(text: str) -> None:
    with contextlib.suppress(QuerySyntaxError):
        assert not parse(text).matches(PostView(()))


@pytest.mark.parametrize("text", ["(" * 100_000, "NOT " * 4_000 + "a", "a " * 9_000, '"' * 19_999, "((a) " * 4_000])
def test_adversarial_queries_end_quickly(text: str) -> None:
    start = time.process_time()
    with contextlib.suppress(QuerySyntaxError):
        parse(text)
    assert time.process_time() - start < 1.0


@given(st.text(st.characters(codec="ascii"), max_size=30))
def test_short_ascii_texts_are_cut_as_columns_are(text: str) -> None:
    cut = terms(pl.Series([text]))
    assert words_of(text) == tuple(cut["words"][0])
    assert marks_of(text) == tuple(cut["marks"][0])


@pytest.mark.parametrize("query", ["fire NEAR/5 bridge", "NEAR fire"])
def test_it_refuses_near_which_is_not_part_of_the_language_yet(query: str) -> None:
    with pytest.raises(QuerySyntaxError, match="NEAR is not part of the language yet"):
        parse(query)
