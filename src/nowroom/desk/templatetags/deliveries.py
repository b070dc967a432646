"""A delivery's state as colour, word and sentence; a post's text as its public will see it."""

import re
from dataclasses import dataclass

from django import template
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from nowroom.publishing.models import Delivery, DeliveryState

register = template.Library()

S = DeliveryState
_FACETS = re.compile(r"(https?://\S+|(?<!\w)[#＃]\w+|(?<![\w.])@[\w.-]+\w)")


@dataclass(frozen=True, slots=True)
class StateWords:
    """How a state looks and reads."""

    tone: str
    icon: str
    word: Promise
    sentence: Promise


_WORDS = {
    S.LOADED: StateWords("neutral", "lock", _("Loaded"), _("Approved and ready. It goes when somebody says go.")),
    S.QUEUED: StateWords("neutral", "clock", _("Queued"), _("Goes out by itself when it is due.")),
    S.SENDING: StateWords("amber", "send", _("Being sent"), _("It has left; the channel's answer is awaited.")),
    S.UNKNOWN: StateWords(
        "amber", "circle-alert", _("Unknown"), _("Sent, but the answer was lost. It is looked up, never sent twice.")
    ),
    S.PUBLISHED: StateWords("green", "circle-check", _("Published"), _("It is out.")),
    S.FAILED: StateWords("red", "octagon-x", _("Refused"), _("The channel refused it. It is not out.")),
    S.EXPIRED: StateWords("red", "hourglass", _("Missed"), _("Its window is over. It will not go out late.")),
    S.DROPPED: StateWords("neutral", "x", _("Dropped"), _("Somebody took it out of the queue.")),
    S.REMOVING: StateWords("amber", "trash-2", _("Coming down"), _("The takedown is on its way to the channel.")),
    S.TAKEN_DOWN: StateWords("neutral", "trash-2", _("Taken down"), _("It was out and has been deleted.")),
}
_HELD = StateWords("red", "hand", _("Held"), _("A hold stops it. It goes only when a brand lead releases it."))


@register.filter
def state_words(delivery: Delivery) -> StateWords:
    """The words for a delivery; held where `publishing.queries.queue` found a hold over it."""
    waits = delivery.state in {S.LOADED, S.QUEUED}
    return _HELD if waits and getattr(delivery, "is_held", False) else _WORDS[S(delivery.state)]


@register.filter
def facets(text: str) -> SafeString:
    """The text with addresses, hashtags and handles marked, as networks show them. Nothing in it can be followed."""
    parts = _FACETS.split(text)
    return format_html_join(
        "",
        "{}",
        ((format_html("<span class='facet'>{}</span>", part) if i % 2 else part,) for i, part in enumerate(parts)),
    )
