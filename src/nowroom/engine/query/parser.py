"""Reading a query: recursive descent with a bound on depth, linear in the length of the query.

query = any ;  any = all {"OR" all} ;  all = one {["AND"] one} ;  one = {"NOT"} (term | "(" any ")")
"""

import re

from nowroom.engine.query.errors import QuerySyntaxError
from nowroom.engine.query.lexer import Kind, Token, tokens
from nowroom.engine.query.terms import leaf
from nowroom.engine.query.tree import And, Node, Not, Or, Query, is_bounded

MAX_DEPTH = 40

_STARTS = frozenset({Kind.OPEN, Kind.NOT, Kind.TERM, Kind.PHRASE, Kind.FIELD})
_NEAR = re.compile(r"NEAR(/\d+)?")
_TERM = "a word, phrase, #tag, @handle, field or '('"


def parse(text: str) -> Query:
    """Read a query. Raises `QuerySyntaxError`, and nothing else."""
    # A lone surrogate cannot be searched for: no text that arrives in UTF-8 holds one.
    return _Parser(text.encode("utf-8", "replace").decode()).query()


class _Parser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._tokens = tokens(source)
        self._next = 0
        self._depth = 0

    def query(self) -> Query:
        if self._here().kind is Kind.END:
            raise QuerySyntaxError(self._here().position, found="an empty query", expected=_TERM)
        root = self._any()
        if self._here().kind is not Kind.END:
            raise self._unexpected("the end of the query", "There is one ')' too many.")
        if not is_bounded(root):
            raise QuerySyntaxError(
                (1, 1),
                found="a query that nearly everything matches",
                expected="at least one term without NOT in every alternative",
                suggestion="Say what to look for, then what to leave out: coffee NOT decaf.",
            )
        return Query(self._source, root)

    def _here(self) -> Token:
        return self._tokens[self._next]

    def _take(self) -> Token:
        token = self._here()
        self._next += 1
        return token

    def _any(self) -> Node:
        parts = [self._all()]
        while self._here().kind is Kind.OR:
            self._take()
            parts.append(self._all())
        return parts[0] if len(parts) == 1 else Or(tuple(parts))

    def _all(self) -> Node:
        parts = [self._one()]
        while self._here().kind is Kind.AND or self._here().kind in _STARTS:
            if self._here().kind is Kind.AND:
                self._take()
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else And(tuple(parts))

    def _one(self) -> Node:
        negated = False
        while self._here().kind is Kind.NOT:
            self._take()
            negated = not negated
        part = self._group() if self._here().kind is Kind.OPEN else self._leaf()
        return Not(part) if negated else part

    def _leaf(self) -> Node:
        if self._here().kind is Kind.TERM and _NEAR.fullmatch(self._here().text):
            raise self._unexpected(
                _TERM, "NEAR is not part of the language yet; a phrase in quotes keeps words together."
            )
        if self._here().kind in {Kind.TERM, Kind.PHRASE, Kind.FIELD}:
            return leaf(self._take())
        raise self._unexpected(_TERM, self._hint())

    def _group(self) -> Node:
        opening = self._take()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise QuerySyntaxError(
                opening.position, found="one more '('", expected=f"at most {MAX_DEPTH} parentheses inside each other"
            )
        part = self._any()
        if self._here().kind is not Kind.CLOSE:
            raise self._unexpected(
                "')'", f"The '(' in line {opening.position[0]}, column {opening.position[1]} is open."
            )
        self._take()
        self._depth -= 1
        return part

    def _hint(self) -> str:
        kind = self._here().kind
        if kind in {Kind.AND, Kind.OR}:
            return f'To look for the word itself, write "{self._here().text.lower()}".'
        return "Empty parentheses mean nothing." if kind is Kind.CLOSE else ""

    def _unexpected(self, expected: str, suggestion: str = "") -> QuerySyntaxError:
        here = self._here()
        return QuerySyntaxError(here.position, found=here.found, expected=expected, suggestion=suggestion)
