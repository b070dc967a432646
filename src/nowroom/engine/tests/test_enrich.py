import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nowroom.engine.enrich import scored
from nowroom.engine.enrich.cleaning import clean
from nowroom.engine.enrich.features import features
from nowroom.engine.enrich.language import languages, with_languages
from nowroom.engine.enrich.lexicon import entries_in
from nowroom.engine.enrich.sensitivity import explain, sensitivities
from nowroom.engine.enrich.tone import tones
from nowroom.engine.tests.streams import stream

HARM = [
    "Explosions heard in the city centre, many injured",
    "At least six people were killed when the ferry sank",
    "Earthquake! The whole house was shaking, part of the school has collapsed",
    "Gunman opened fire in a supermarket, several victims",
    "Our thoughts and prayers are with the families of the victims tonight",
    "Terremoto fortissimo, ci sono feriti sotto le macerie",
    "Varios muertos y heridos tras la explosión",
    "Polizei bestätigt mehrere Tote nach Anschlag",
    "Incendie en centre-ville, plusieurs blessés, les pompiers évacuent",
]
HARMLESS = [
    "this game is killing me",
    "New bomb track dropping friday",
    "Dying of laughter right now 😂",
    "my phone is blowing up with birthday wishes",
    "the striker shot and scored, killer goal",
    "we had such a blast at the beach",
    "Overnight oats, three ways. Which one is yours?",
    "I hate mondays",
    "We are hiring three store managers",
    "Great day for a race, good luck to all runners!",
]


def test_posts_about_harm_that_happened_are_sensitive() -> None:
    found = dict(zip(HARM, sensitivities(pl.Series(HARM)), strict=True))
    assert {text: chance for text, chance in found.items() if chance < 0.5} == {}


def test_figures_of_speech_and_everyday_posts_are_not() -> None:
    found = dict(zip(HARMLESS, sensitivities(pl.Series(HARMLESS)), strict=True))
    assert {text: chance for text, chance in found.items() if chance >= 0.2} == {}


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("I love this so much, best day ever :)", "positive"),
        ("worst service ever, I am so angry 😡", "negative"),
        ("The shop opens at nine on Thursday", "neutral"),
    ],
)
def test_tone_is_what_a_person_hears(text: str, tone: str) -> None:
    assert tones(pl.Series([text]))["tone"][0] == tone


def test_a_figure_of_speech_outweighs_the_word_in_it() -> None:
    assert entries_in(clean(pl.Series(["this heat is killing me"]))[0]) == [("killing me", "figure")]
    assert ("killing", "death") in entries_in(clean(pl.Series(["police stop the killing"]))[0])


def test_the_reasons_name_the_words_that_weigh_most() -> None:
    found = explain("a bomb exploded, my coffee is cold")
    assert {reason.word for reason in found[:2]} == {"bomb", "exploded"}
    assert found[0].category == "blast"
    assert found[0].weight > 0


def test_a_score_does_not_depend_on_the_rest_of_the_batch() -> None:
    texts = pl.Series([*HARM, *HARMLESS] * 150)
    together = sensitivities(texts)
    alone = sensitivities(texts[:1])
    assert together[0] == pytest.approx(alone[0], abs=1e-5)
    assert together[19 * 149] == pytest.approx(alone[0], abs=1e-5)


@given(st.lists(st.text(max_size=40), max_size=6))
def test_any_text_gets_a_probability_and_a_tone(texts: list[str]) -> None:
    safe = pl.Series([text.encode("utf-8", "replace").decode() for text in texts], dtype=pl.String)
    chances = sensitivities(safe).to_numpy()
    assert len(chances) == len(texts)
    assert np.all((chances >= 0) & (chances <= 1))
    assert set(tones(safe)["tone"]) <= {"negative", "neutral", "positive"}


@given(st.lists(st.text(alphabet="ab c", max_size=12), min_size=1, max_size=5))
def test_features_belong_to_the_rows_they_come_from(texts: list[str]) -> None:
    cleaned = clean(pl.Series(texts))
    seen = features(cleaned)
    for row in range(len(texts)):
        alone = features(cleaned[row : row + 1])
        assert sorted(seen.words.buckets[seen.words.rows == row]) == sorted(alone.words.buckets)
        assert sorted(seen.chars.buckets[seen.chars.rows == row]) == sorted(alone.chars.buckets)


def test_languages_are_named_where_there_is_enough_to_tell() -> None:
    texts = [
        "The weather is lovely here this morning",
        "¿Dónde está la estación de tren?",
        "Wo ist der Bahnhof, bitte?",
    ]
    assert languages(pl.Series([*texts, "ok", "😂", "お元気ですか"])).to_list() == ["en", "es", "de", None, None, "ja"]


def test_a_language_that_is_known_is_kept_and_a_missing_one_is_filled_in() -> None:
    batch = stream(["The weather is lovely here this morning"] * 2)
    batch = batch.with_columns(lang=pl.Series(["fr", None], dtype=pl.String))
    assert with_languages(batch)["lang"].to_list() == ["fr", "en"]


def test_scoring_puts_tone_and_sensitivity_beside_the_batch() -> None:
    batch = stream([HARM[0], HARMLESS[-1]])
    found = scored(batch)
    assert found.columns == [*batch.columns, "tone", "tone_score", "sensitivity"]
    assert found["sensitivity"][0] > found["sensitivity"][1]
    assert found["tone_score"][0] < found["tone_score"][1]
