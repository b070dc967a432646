"""Folding and cutting text into terms, the same way for posts and for queries.

Folded: compatibility forms, case, and the diacritics of Latin, Greek, Cyrillic, Hebrew and Arabic are gone;
vowel signs of Indic scripts stay, because there they are letters.
Terms are words, single characters of scripts that put no spaces between words, and emoji without their
modifiers. Web addresses hold no terms.
"""

import re
from functools import lru_cache

import polars as pl

_ADDRESS = r"(?i)\bhttps?://\S+|\bwww\.\S+"
_DIACRITICS = "[\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]"
_LIGATURES = {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ı": "i", "ς": "σ"}
_UNSPACED = r"\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}"
_WORD = r"\p{L}\p{M}\p{N}_"
_TERM = rf"[{_UNSPACED}]|[{_WORD}--[{_UNSPACED}]]+|[\x{{1F1E6}}-\x{{1F1FF}}]{{2}}|\p{{Extended_Pictographic}}"
_TAG = rf"#[{_WORD}]+"
_HANDLE = rf"@[{_WORD}](?:[{_WORD}.-]*[{_WORD}])?"
_CAMEL_TAG = rf"#[{_WORD}]*[\p{{Ll}}\p{{N}}]\p{{Lu}}"
_LAST_HUMP = rf"(#[{_WORD}]*[\p{{Ll}}\p{{N}}])(\p{{Lu}}[^#\s]*)"
_MAX_HUMPS = 6
# Single short ASCII texts, as in most queries, take this way: a column of one costs a thousand times more.
_ASCII_WORD = re.compile(r"\w+", re.ASCII)
_ASCII_MARK = re.compile(r"[#@]\w+", re.ASCII)


def fold(texts: pl.Series) -> pl.Series:
    """Fold case, compatibility forms and diacritics of every text."""
    folded = texts.str.normalize("NFKD").str.replace_all(_DIACRITICS, "").str.normalize("NFKC")
    return folded.str.to_lowercase().str.replace_many(list(_LIGATURES), list(_LIGATURES.values()))


def terms(texts: pl.Series) -> pl.DataFrame:
    """Cut texts into terms, folded: two columns of lists of strings, one row per text.

    `words` in order of appearance, where a hashtag in camel case counts as its words (``#HappyNewYear`` as
    happy, new, year); `marks` the hashtags and handles with their signs.
    """
    folded = fold(texts.str.replace_all(_ADDRESS, " "))
    return pl.DataFrame(
        {
            "words": spoken(texts).str.extract_all(_TERM),
            "marks": folded.str.extract_all(f"{_TAG}|{_HANDLE}"),
        }
    )


def fold_text(text: str) -> str:
    """One text, folded."""
    if text.isascii():
        return text.lower()
    folded: str = fold(pl.Series([text], dtype=pl.String))[0]
    return folded


@lru_cache(maxsize=65_536)
def words_of(text: str) -> tuple[str, ...]:
    """The words of one text, as `terms` cuts them."""
    if text.isascii() and not any(sign in text for sign in ("#", "@", "://", ".")):
        return tuple(_ASCII_WORD.findall(text.lower()))
    return tuple(terms(pl.Series([text], dtype=pl.String))["words"][0])


@lru_cache(maxsize=65_536)
def marks_of(text: str) -> tuple[str, ...]:
    """The hashtags and handles of one text, as `terms` finds them."""
    if _ASCII_MARK.fullmatch(text):
        return (text.lower(),)
    return tuple(terms(pl.Series([text], dtype=pl.String))["marks"][0])


def spoken(texts: pl.Series) -> pl.Series:
    """Texts as they are read aloud, folded: without addresses and handles, hashtags in camel case as their words."""
    bare = texts.str.replace_all(_ADDRESS, " ").str.replace_all("＃", "#")
    return fold(_split_camel_tags(bare)).str.replace_all(_HANDLE, " ")


def _split_camel_tags(texts: pl.Series) -> pl.Series:
    """Put a space and a further # before every hump of a hashtag, the last hump first."""
    split = texts
    for _ in range(_MAX_HUMPS):
        if not split.str.contains(_CAMEL_TAG).any():
            break
        split = split.str.replace_all(_LAST_HUMP, "${1} #${2}")
    return split
