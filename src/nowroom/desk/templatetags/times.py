"""Times as people read them: how far away, and exactly, in the account's zone and in mine."""

from datetime import datetime
from zoneinfo import ZoneInfo

import orjson
from django import template
from django.template import Context
from django.utils import formats, timezone
from django.utils.translation import gettext as _

register = template.Library()

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_STEPS = ((90, 1, "s"), (90 * _MINUTE, _MINUTE, "min"), (36 * _HOUR, _HOUR, "h"), (float("inf"), _DAY, "d"))


def _phrases() -> dict[str, str]:
    """How far away something is, by unit; ``+`` is to come and ``-`` is over. `{}` stands for the number."""
    return {
        "+s": _("in {} s"),
        "+min": _("in {} min"),
        "+h": _("in {} h"),
        "+d": _("in {} days"),
        "-s": _("{} s ago"),
        "-min": _("{} min ago"),
        "-h": _("{} h ago"),
        "-d": _("{} days ago"),
    }


@register.filter
def relative(at: datetime, now: datetime) -> str:
    """ "in 12 min", "3 h ago": the distance from `now`, in the largest unit that still says something."""
    seconds = (at - now).total_seconds()
    size = abs(seconds)
    per, unit = next((per, unit) for limit, per, unit in _STEPS if size < limit)
    return _phrases()[("-" if seconds < 0 else "+") + unit].format(int(size / per + (0 if unit == "s" else 0.5)))


@register.simple_tag
def relative_phrases() -> str:
    """The phrases as JSON, for the script that keeps relative times true."""
    return orjson.dumps(_phrases()).decode()


@register.simple_tag(takes_context=True)
def wall(context: Context, at: datetime, zone: str = "", beside: str = "") -> str:
    """The wall-clock time in a zone (the viewer's where none is given), with the day unless it is today there.

    The day is also left out where the time in the zone `beside`, which is shown before it, has it already.
    """
    now: datetime = context["now"]
    there = ZoneInfo(zone) if zone else timezone.get_current_timezone()
    local = at.astimezone(there)
    shown = at.astimezone(ZoneInfo(beside)) if beside else now.astimezone(there)
    if local.date() == shown.date():
        return formats.time_format(local, "H:i")
    pattern = "D j M H:i" if local.year == now.astimezone(there).year else "j M Y H:i"
    return formats.date_format(local, pattern, use_l10n=False)


@register.filter
def city(zone: str) -> str:
    """What people call a zone: "New York" for ``America/New_York``."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.simple_tag
def my_zone() -> str:
    """The viewer's zone."""
    return timezone.get_current_timezone_name()


@register.simple_tag
def elsewhere(at: datetime, zone: str) -> bool:
    """Whether a zone's clock differs from the viewer's at that instant, so that both are worth showing."""
    return bool(zone) and at.astimezone(ZoneInfo(zone)).utcoffset() != timezone.localtime(at).utcoffset()
