"""Small helpers of the frame and the components."""

from functools import cache
from typing import Any

from django import template
from django.template import Context
from django.template.loader import select_template
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from nowroom.people.queries import Permission

register = template.Library()

_UNSAID = mark_safe(' aria-hidden="true"')
# WCAG's relative luminance at which black and white text contrast equally with what is behind them.
_EVEN_LUMINANCE = 0.1791
# Below it, sRGB is linear.
_LINEAR = 0.04045


@register.simple_tag
def address(name: str, *args: object) -> str:
    """The address of a page, or nothing where this installation has no such page."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def allowed(context: Context, permission: str) -> bool:
    """Whether the viewer may do this on the brand of the page."""
    return Permission(permission) in (context.get("may") or frozenset())


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """An icon of the sprite. `c-icon` is this as a component; components that stand in long lists call it themselves.

    Args:
        name: its id in icons.txt.
        label: what it says to those who cannot see it; none where a word stands beside it.
        size: ``"s"``, ``"l"``, or the text's.

    """
    sized = format_html(' data-size="{}"', size) if size else ""
    said = format_html(' role="img" aria-label="{}"', label) if label else _UNSAID
    return format_html('<svg class="icon"{}{}><use href="{}#{}"></use></svg>', sized, said, _sprite(), name)


@cache
def _sprite() -> str:
    return static("nowroom/icons.svg")


@register.filter
def ink_on(color: str) -> str:
    """Black or white, whichever is easier to read on a ``#rrggbb`` colour: always 4.5:1 or better."""
    channels = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= _LINEAR else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return "#000000" if 0.2126 * red + 0.7152 * green + 0.0722 * blue > _EVEN_LUMINANCE else "#ffffff"


@register.filter
def initials(name: str) -> str:
    """Up to two letters for a person: the first of the first and of the last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def preview_template(channel: str) -> Any:
    """The template that shows what the public will see: the channel's own, or the plain one where it brings none."""
    return select_template([f"desk/previews/{channel}.html", "desk/previews/plain.html"])


_TONES = {"debug": "neutral", "info": "blue", "success": "green", "warning": "amber", "error": "red"}
_ICONS = {
    "green": "circle-check",
    "amber": "hourglass",
    "red": "octagon-x",
    "blue": "inbox",
    "violet": "flask-conical",
}


@register.simple_tag
def tone_of(level: str) -> str:
    """The signal colour for a level of Django's messages; a tone is its own."""
    return _TONES.get(level, level)


@register.filter
def tone_icon(tone: str) -> str:
    """The icon that goes with a tone, so that colour never speaks alone."""
    return _ICONS.get(tone, "circle")


@register.filter
def finding_icon(tone: str) -> str:
    """The icon of what a check found in a form."""
    return {"red": "circle-alert", "green": "check"}.get(tone, "triangle-alert")


_MOMENTS = {
    "idea": ("neutral", "circle"),
    "planned": ("neutral", "calendar"),
    "ready": ("green", "circle-check"),
    "live": ("green", "radio"),
    "closed": ("neutral", "check"),
    "passed": ("neutral", "skip-forward"),
}


@register.filter
def moment_tone(state: str) -> str:
    """The signal colour of a moment's state."""
    return _MOMENTS[state][0]


@register.filter
def moment_icon(state: str) -> str:
    """The icon of a moment's state."""
    return _MOMENTS[state][1]
