"""Cutting a query into tokens, in linear time, with positions."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from nowroom.engine.query.errors import QuerySyntaxError

MAX_LENGTH = 20_000

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<open>\()
    |(?P<close>\))
    |(?P<minus>-(?=[\w\#@"“(]))
    |(?P<field>[A-Za-z]+:)["“](?P<value>[^"“”]*)(?P<value_end>["”]?)
    |["“](?P<phrase>[^"“”]*)(?P<end>["”]?)
    |(?P<word>[^\s()"“”]+)
    |(?P<stray>.)""",
    re.VERBOSE | re.DOTALL,
)


class Kind(Enum):
    """What a token is; the value is its name in messages."""

    OPEN = "'('"
    CLOSE = "')'"
    AND = "'AND'"
    OR = "'OR'"
    NOT = "'NOT'"
    TERM = "a term"
    PHRASE = "a phrase"
    FIELD = "a field"
    END = "the end of the query"


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `position` is (line, column), from 1; `name` is the field's name of a FIELD with a quoted value."""

    kind: Kind
    text: str
    position: tuple[int, int]
    name: str = ""

    @property
    def found(self) -> str:
        """The token as messages name it."""
        return f"'{self.text[:40]}'" if self.text else self.kind.value


_OPERATORS = {"AND": Kind.AND, "OR": Kind.OR, "NOT": Kind.NOT}


def tokens(source: str) -> list[Token]:
    """All tokens of a query, the last one END. Raises `QuerySyntaxError`."""
    if len(source) > MAX_LENGTH:
        raise QuerySyntaxError(
            (1, 1),
            found=f"{len(source)} characters",
            expected=f"at most {MAX_LENGTH}",
            suggestion="Split it into several topics.",
        )
    return list(_scan(source))


def _scan(source: str) -> Iterator[Token]:
    line, line_start, last_end = 1, 0, 0
    for found in _TOKEN.finditer(source):
        position = (line, found.start() - line_start + 1)
        if found["space"] is None:
            yield _token(found, position)
        newlines = found[0].count("\n")
        if newlines:
            line += newlines
            line_start = found.start() + found[0].rindex("\n") + 1
        last_end = found.end()
    yield Token(Kind.END, "", (line, last_end - line_start + 1))


def _token(found: re.Match[str], position: tuple[int, int]) -> Token:
    if found["open"]:
        return Token(Kind.OPEN, "(", position)
    if found["close"]:
        return Token(Kind.CLOSE, ")", position)
    if found["minus"]:
        return Token(Kind.NOT, "-", position)
    if found["field"]:
        _require_closed(found["value_end"], position)
        return Token(Kind.FIELD, found["value"], position, found["field"][:-1].lower())
    if found["phrase"] is not None:
        _require_closed(found["end"], position)
        return Token(Kind.PHRASE, found["phrase"], position)
    text = found["word"] or found["stray"]
    return Token(_OPERATORS.get(text, Kind.TERM), text, position)


def _require_closed(quote: str, position: tuple[int, int]) -> None:
    if not quote:
        raise QuerySyntaxError(
            position,
            found="a quotation mark that is never closed",
            expected='a closing "',
            suggestion='Put a " at the end of the phrase.',
        )
