"""Bringing texts into the one form that the lexicon and the models read."""

import polars as pl

from nowroom.engine.text import spoken

_SPACED = r"(\p{Han}|\p{Hiragana}|\p{Katakana}|\p{Hangul}|\p{Thai}|\p{Extended_Pictographic}|[^\p{L}\p{M}\p{N}\s']+)"


def clean(texts: pl.Series) -> pl.Series:
    """Texts as space-separated folded tokens with a space at both ends; digits are 0, repetitions two at most."""
    said = spoken(texts).str.replace_all("#", " ").str.replace_all("’", "'").str.replace_all(r"\p{N}", "0")
    spaced = said.str.replace_all(_SPACED, " ${1} ").str.replace_all(r"\b(?:rt|via)\b", " ")
    return (" " + spaced.str.replace_all(r"\s+", " ").str.strip_chars() + " ").str.replace_all(r"^\s+$", " ")
