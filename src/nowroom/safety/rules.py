"""Scopes as values, and what a policy makes of a threat."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from nowroom.safety.models import ScopeKind


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a scope: a kind, the key it is compared by, and the words a person reads."""

    kind: ScopeKind
    value: str
    label: str

    @property
    def key(self) -> tuple[str, str]:
        """What passages are compared with."""
        return (self.kind.value, self.value)


def term(kind: ScopeKind, value: object, label: str = "") -> Term:
    """A term with its value folded, so that two ways of writing one thing are one key.

    Case, Unicode's several forms of a letter, runs of spaces and a tag's sign make no difference: a hold on "Zürich"
    must stop what was tagged on another keyboard.
    """
    text = str(value).replace("\0", "").strip()
    folded = " ".join(unicodedata.normalize("NFKC", text).casefold().split())
    if kind is ScopeKind.TAG:
        folded = folded.lstrip("#").lstrip()
    return Term(kind, unicodedata.normalize("NFKC", folded)[:120], (label or text)[:150])


def distinct(terms: Iterable[Term]) -> list[Term]:
    """The terms without repeats, in their order."""
    return list({t.key: t for t in terms if t.value}.values())
