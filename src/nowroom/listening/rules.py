"""From what is queued to what is listened for, and from a signal to a sentence."""

from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import gettext as _

from nowroom.content.models import Asset, Variant
from nowroom.content.queries import hashtags
from nowroom.engine.detect import Signal as Heard
from nowroom.engine.query import Query, QuerySyntaxError, parse
from nowroom.engine.watch import watch_query
from nowroom.lib.errors import Refused

PLACE_ORIGIN = "place:"
# As long as a scope key. A longer "place" is a sentence that somebody typed into the wrong field.
LONGEST_PLACE = 120
Scope = list[tuple[str, str, str]]


@dataclass(frozen=True, slots=True)
class Watch:
    """A derived topic: what to listen for, and what a threat on it concerns as [kind, value, label]."""

    origin: str
    name: str
    query: str
    scope: Scope
    places: tuple[str, ...]


def parsed(text: str) -> Query:
    """The query as the engine matches it.

    Raises:
        Refused: it is malformed; the message says where and what was expected.
    """
    try:
        return parse(text)
    except QuerySyntaxError as error:
        raise Refused("query.syntax", str(error)) from error


def watch_for(queued: list[tuple[Asset, list[Variant]]]) -> Watch | None:
    """What to listen for while these assets wait to go out: one asset, or all assets of one moment.

    None where there is nothing to go by. A threat on it concerns the assets, their moment, and every post that uses
    one of their hashtags.
    """
    asset = queued[0][0]
    moment = asset.moment
    variants = [variant for _asset, texts in queued for variant in texts]
    marks = list(dict.fromkeys(mark for v in variants for mark in hashtags(f"{v.subject} {v.text}")))
    named = [*(place for one, _texts in queued for place in one.places), *(moment.places if moment else [])]
    places = [place[:LONGEST_PLACE] for place in named]
    query = watch_query(
        "\n".join(part for v in variants for part in (v.subject, v.text) if part),
        tags=asset.tags if len(queued) == 1 else (),
        places=dict.fromkeys(places),
        hashtags=[*marks, *(moment.hashtags if moment else [])],
        moment=moment.name if moment else "",
    )
    if not query:
        return None
    # What belongs to a moment carries the moment's key, so its assets need not be named one by one.
    scope: Scope = [("moment", str(moment.pk), moment.name)] if moment else [("asset", str(asset.pk), asset.name)]
    scope += [("tag", mark.casefold(), f"#{mark}") for mark in marks]
    origin, name = (f"moment:{moment.pk}", moment.name) if moment else (f"asset:{asset.pk}", asset.name)
    return Watch(origin, name, query, scope, tuple(dict.fromkeys(places)))


def watch_for_place(place: str) -> Watch:
    """What is heard from and about a place; the engine counts it as a topic of its own."""
    place = place[:LONGEST_PLACE]
    key = place.strip().casefold()[:LONGEST_PLACE]
    return Watch(f"{PLACE_ORIGIN}{key}", place, f'place:"{place}"', [("place", key, place)], (place,))


def sentence(heard: Heard, topic: str) -> str:
    """What is happening, for a tired person."""
    values = {
        "count": heard.count,
        "span": spell(timedelta(seconds=heard.window)),
        "topic": topic,
        "expected": _about(heard.expected),
    }
    if heard.verdict == "threat":
        return (
            _("%(count)s posts in %(span)s about %(topic)s speak of something terrible; %(expected)s expected.")
            % values
        )
    if heard.verdict == "opportunity":
        return _("%(count)s posts in %(span)s about %(topic)s, %(expected)s expected; most are glad.") % values
    return _("%(count)s posts in %(span)s about %(topic)s, %(expected)s expected.") % values


def _about(number: float) -> str:
    """A number of posts as people say it: "none", "0.4", "9", "120"."""
    if number < 0.05:  # noqa: PLR2004 - would read as 0.0
        return _("none")
    return f"{number:.1f}" if number < 3 else f"{number:.0f}"  # noqa: PLR2004 - a fraction says something only below


def spell(span: timedelta) -> str:
    """A span in the largest unit that says it: "40 s", "12 min", "3 h"."""
    seconds = max(1, round(span.total_seconds()))
    if seconds < 120:  # noqa: PLR2004 - up to two minutes, seconds read best
        return _("%(n)s s") % {"n": seconds}
    if seconds < 7200:  # noqa: PLR2004 - up to two hours, minutes do
        return _("%(n)s min") % {"n": round(seconds / 60)}
    return _("%(n)s h") % {"n": round(seconds / 3600)}
