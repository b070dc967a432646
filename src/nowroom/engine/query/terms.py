"""From one token to one leaf of the tree."""

import difflib
import re

from nowroom.engine.query.errors import QuerySyntaxError
from nowroom.engine.query.lexer import Kind, Token
from nowroom.engine.query.tree import Field, Mark, Node, Phrase, Prefix, Word
from nowroom.engine.text import fold_text, marks_of, words_of

FIELDS = ("lang", "from", "source", "place")
MIN_PREFIX = 2

_FIELD = re.compile(r"([A-Za-z]+):(.*)", re.DOTALL)


def leaf(token: Token) -> Node:
    """The tree of one term, phrase or field. Raises `QuerySyntaxError`."""
    if token.kind is Kind.PHRASE:
        return _words(token, token.text)
    if token.kind is Kind.FIELD:
        return _field(token, token.name, token.text)
    field = _FIELD.fullmatch(token.text)
    if field:
        return _field(token, field[1].lower(), field[2])
    if token.text[0] in "#＃@":
        return _mark(token)
    if token.text.endswith("*"):
        return _prefix(token)
    return _words(token, token.text)


def _words(token: Token, text: str) -> Node:
    words = words_of(text) or marks_of(text)
    if not words:
        raise QuerySyntaxError(
            token.position,
            found=token.found if text.strip() else "an empty phrase",
            expected="at least one letter, digit or emoji",
        )
    if len(words) > 1:
        return Phrase(words)
    return Mark(words[0]) if words[0][0] in "#@" else Word(words[0])


def _mark(token: Token) -> Node:
    text = token.text.rstrip(".,;!?") or token.text
    if marks_of(text) == (fold_text(text),):
        return Mark(fold_text(text))
    kind = "handle" if text[0] == "@" else "hashtag"
    name = next(iter(words_of(text.strip("#＃@"))), "name")
    raise QuerySyntaxError(
        token.position,
        found=token.found,
        expected=f"one {kind} of letters, digits and underscores",
        suggestion=f"Did you mean {'@' if kind == 'handle' else '#'}{name}?",
    )


def _prefix(token: Token) -> Node:
    words = words_of(token.text)
    if len(words) == 1 and len(words[0]) >= MIN_PREFIX:
        return Prefix(words[0])
    raise QuerySyntaxError(
        token.position,
        found=token.found,
        expected=f"one word of at least {MIN_PREFIX} characters before '*'",
        suggestion="Scripts without spaces need no '*': their words match anywhere in a text.",
    )


def _field(token: Token, name: str, value: str) -> Node:
    if name not in FIELDS:
        close = difflib.get_close_matches(name[:20], FIELDS, n=1, cutoff=0.5)
        suggestion = f"Did you mean {close[0]}: ?" if close else 'To look for the text itself, put it in "quotes".'
        raise QuerySyntaxError(
            token.position,
            found=f"'{name[:20]}:'",
            expected="one of " + ", ".join(f"{field}:" for field in FIELDS),
            suggestion=suggestion,
        )
    words = field_words(name, value)
    if not words:
        raise QuerySyntaxError(
            token.position,
            found=f"'{name}:' without a value",
            expected="a value right after the colon",
            suggestion=f"For example {name}:{'en' if name == 'lang' else 'name'}.",
        )
    return Field(name, words)


def field_words(name: str, value: str | None) -> tuple[str, ...]:
    """The folded words of a metadata value, for queries and posts alike.

    Places are compared word by word (``boston`` is in ``Boston, MA``); the language by its primary subtag;
    authors and sources as a whole.
    """
    if not value:
        return ()
    if name == "place":
        return words_of(value.replace("#", " ").replace("@", " "))
    if name == "lang":
        return words_of(value.replace("_", "-"))[:1]
    whole = "".join(value.lower().split()).removeprefix("@")
    return (whole,) if whole else ()
