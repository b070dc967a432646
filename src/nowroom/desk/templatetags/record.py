"""The record's entries in words."""

import orjson
from django import template

from nowroom.audit.queries import sentence

register = template.Library()

_ICONS = {"person": "user", "rule": "zap", "system": "settings"}


@register.filter
def as_sentence(verb: str) -> str:
    """What an entry says happened."""
    return sentence(verb)


@register.filter
def actor_icon(kind: str) -> str:
    """The icon for a person, a rule or the system."""
    return _ICONS.get(kind, "circle")


@register.filter
def as_label(name: str) -> str:
    """A fact's name as a label."""
    return name.replace("_", " ").capitalize()


@register.filter
def as_fact(value: object) -> str:
    """A fact's value as text: plain for texts and numbers, JSON for anything built of them."""
    return str(value) if isinstance(value, str | int | float) else orjson.dumps(value).decode()


@register.filter
def as_summary(facts: dict[str, object]) -> str:
    """The one fact that tells entries of a kind apart in a list, or nothing."""
    said = (facts.get(name) for name in ("label", "name", "reason", "scope", "sentence"))
    return next((value for value in said if isinstance(value, str) and value), "")
