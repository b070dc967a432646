"""What somebody types about listening: sources and standing queries."""

from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.utils.translation import gettext_lazy as _

from nowroom.channels.sources.jetstream import DEFAULT_ADDRESS
from nowroom.lib.errors import Refused
from nowroom.listening.models import SourceKind
from nowroom.listening.queries import parsed

# Recorded streams are for rehearsals: they are started by a command, not from here.
_KINDS = [(kind.value, kind.label) for kind in (SourceKind.JETSTREAM, SourceKind.FIREHOSE, SourceKind.FEED)]


class SourceForm(forms.Form):
    """A stream or feed to listen to."""

    kind = forms.ChoiceField(label=_("Kind"), choices=_KINDS)
    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.CharField(
        label=_("Address"),
        max_length=500,
        initial=DEFAULT_ADDRESS,
        help_text=_("A stream begins with wss:// (the public firehose is wss://bsky.network), a feed with https://"),
    )
    place = forms.CharField(
        label=_("Place"),
        max_length=120,
        required=False,
        help_text=_("Only where everything in it comes from one place, such as a city’s newspaper."),
    )

    def clean(self) -> dict[str, Any]:
        """The address fits the kind."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        schemes = {"http", "https"} if cleaned.get("kind") == SourceKind.FEED else {"ws", "wss"}
        address = cleaned.get("address")
        if address and not _is_address(address, schemes):
            sentence = _("This is not an address of that kind. A feed begins with https://, a stream with wss://")
            self.add_error("address", sentence)
        return cleaned


class QueryForm(forms.Form):
    """A standing query, read as the engine reads it."""

    query = forms.CharField(
        label=_("Listen for"),
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false", "autocapitalize": "off"}),
        help_text=_('Words, “phrases in quotes”, OR, NOT, begin*, #tag, @handle, lang:de, place:"New York".'),
    )

    def clean_query(self) -> str:
        """The text, once it can be read; what is wrong and where otherwise."""
        query = str(self.cleaned_data["query"])
        try:
            parsed(query)
        except Refused as refusal:
            raise forms.ValidationError(refusal.message) from refusal
        return query


class TopicForm(QueryForm):
    """A topic of the brand's own."""

    name = forms.CharField(label=_("Name"), max_length=200)
    field_order = ["name", "query"]


class TopicEditForm(QueryForm):
    """What a topic listens for from now on, and whether it does."""

    active = forms.BooleanField(label=_("Listen for it"), required=False)


def _is_address(address: str, schemes: set[str]) -> bool:
    try:
        parts = urlsplit(address)
    except ValueError:
        return False
    return parts.scheme in schemes and bool(parts.hostname)
