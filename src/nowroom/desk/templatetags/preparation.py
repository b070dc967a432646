"""Texts that somebody typed, where they must not be mistaken for ours; spans of time in words."""

from datetime import timedelta

import regex
from django import template

from nowroom.listening.queries import spell

register = template.Library()

# Overrides and isolates of the reading order, and marks that take no room: what is read may not be what is published.
_UNSEEN = regex.compile(r"[\u200b\u200e\u200f\u061c\u2028\u2029\u202a-\u202e\u2060-\u2069\ufeff\p{Cc}]")
_KEPT = {"\n", "\t", "\r"}


@register.filter
def span(length: timedelta) -> str:
    """A length of time in the largest unit that says it: "30 min"."""
    return spell(length)


@register.filter
def one_line(text: str) -> str:
    """The text as one line of visible characters, for letters, where a line break could forge a line of ours."""
    return " ".join(_UNSEEN.sub(" ", text).split())


@register.filter
def hides_characters(text: str) -> bool:
    """Whether the text holds characters that cannot be seen, such as ones that turn the reading order around."""
    return any(mark not in _KEPT for mark in _UNSEEN.findall(text))
