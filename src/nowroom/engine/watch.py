"""From what is queued to what is listened for."""

from collections.abc import Iterable, Sequence

import regex

from nowroom.engine import rarity
from nowroom.engine.text import marks_of, words_of

_NAME = regex.compile(r"(?<=[\p{L}\p{N},;]\s+)\p{Lu}\p{Ll}[\p{L}'’-]+(?:\s+\p{Lu}\p{Ll}[\p{L}'’-]+)*")
_CAPITALISED = regex.compile(r"\b\p{Lu}\p{L}+")
_MOST_CAPITALISED = 0.3
"""Where more of the words begin with a capital, capitals say nothing: headlines, shouting, German."""

_COMMON = 2e-4
"""A single word that is more common than this is no name to listen for."""

_MOST_TERMS = 40


def watch_query(
    text: str,
    *,
    tags: Iterable[str] = (),
    places: Iterable[str] = (),
    hashtags: Iterable[str] = (),
    moment: str = "",
) -> str:
    """The query that listens for what a delivery is about, in the query language.

    Looked for are its places, the hashtags in its text and beside it, its tags as hashtags and together as words,
    its moment's name, and names in its text. Empty if there is nothing to go by.
    """
    tag_words = [words for words in map(words_of, tags) if words]
    alternatives = [
        *(alternative for place in places for alternative in _place(place)),
        *(_tag_or_words(mark) for mark in _tags_in(text)),
        *(_tag_or_words(f"#{name.removeprefix('#')}") for name in hashtags),
        _quoted(words_of(moment)),
        *(_tag_or_words(f"#{''.join(words)}") for words in tag_words),
        _all_of(tag_words),
        *(_quoted(name) for name in _names(text)),
    ]
    kept = [alternative for alternative in dict.fromkeys(alternatives) if alternative]
    return " OR ".join(kept[:_MOST_TERMS])


def place_query(place: str) -> str:
    """The query for posts that concern a place: sent from there, or speaking of it. Empty for an empty name."""
    return " OR ".join(alternative for alternative in _place(place) if alternative)


def _place(place: str) -> tuple[str, str]:
    words = words_of(place)
    return (f'place:"{" ".join(words)}"' if words else "", _quoted(words))


def _tags_in(text: str) -> list[str]:
    return [mark for mark in marks_of(text) if mark.startswith("#")]


def _tag_or_words(tag: str) -> str:
    """The hashtag if it is one; words otherwise, as a person may have written spaces into it."""
    found = marks_of(tag)
    return found[0] if len(found) == 1 and " " not in tag.strip() else _quoted(words_of(tag))


def _all_of(tags: Sequence[Sequence[str]]) -> str:
    """All tags together, as one word of a kind alone (*running*) would match everything."""
    return "(" + " ".join(_quoted(words) for words in tags) + ")" if len(tags) > 1 else ""


def _quoted(words: Sequence[str]) -> str:
    return f'"{" ".join(words)}"' if words else ""


def _names(text: str) -> list[tuple[str, ...]]:
    """Capitalised words inside sentences that are rare enough to be names."""
    words = text.split()
    if not words or len(_CAPITALISED.findall(text)) > _MOST_CAPITALISED * len(words):
        return []
    found = (words_of(name) for name in _NAME.findall(text))
    return [name for name in found if name and min(map(rarity.expected_share, name)) < _COMMON]
