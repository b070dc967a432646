"""Sentences that several pages say."""

from django.utils.translation import ngettext


def hold_stands(stopped: int, started: int) -> str:
    """What a hold that was just placed stops, and how much had started already."""
    stops = ngettext(
        "The hold stands and stops %(count)s delivery.", "The hold stands and stops %(count)s deliveries.", stopped
    )
    if not started:
        return stops % {"count": stopped}
    left = ngettext("%(count)s had started already.", "%(count)s had started already.", started)
    return f"{stops % {'count': stopped}} {left % {'count': started}}"
