"""What somebody types about the brand: its policy, its places, its accounts."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from nowroom.accounts.models import Account
from nowroom.channels.base import Channel, CredentialField
from nowroom.content.queries import words
from nowroom.safety.models import ThreatPolicy

_POLICIES = [
    (ThreatPolicy.HOLD, _("Hold what it concerns, at once and by itself. Recommended: one action undoes it.")),
    (ThreatPolicy.ASK, _("Ask the duty editor. Nothing is held until somebody presses hold.")),
    (ThreatPolicy.OFF, _("Do nothing. The threat is shown, and posts go on going out.")),
]


class PolicyForm(forms.Form):
    """What a threat does by itself."""

    threat = forms.ChoiceField(label=_("When a threat is heard"), choices=_POLICIES, widget=forms.RadioSelect)


class PlacesForm(forms.Form):
    """Where the brand is active."""

    places = forms.CharField(
        label=_("Places"),
        required=False,
        max_length=2000,
        help_text=_("With commas between. What is heard from and about them is listened for as a topic of its own."),
    )

    def listed(self) -> list[str]:
        """The places. The form must be valid."""
        return words(self.cleaned_data["places"])


class AccountForm(forms.Form):
    """A channel account with the credentials that its channel asks for. Secrets are typed, never shown."""

    handle = forms.CharField(label=_("Handle"), max_length=120, help_text=_("As the channel knows it."))
    name = forms.CharField(label=_("Name"), max_length=120, required=False, help_text=_("As your team calls it."))
    time_zone = forms.ChoiceField(
        label=_("Time zone"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        help_text=_("Of its audience. “Nine o’clock” is nine o’clock there."),
    )
    region = forms.CharField(
        label=_("Region"), max_length=10, required=False, help_text=_("Such as US or DE. A hold can name it.")
    )
    language = forms.CharField(label=_("Language"), max_length=10, initial="en")

    def __init__(self, *args: Any, channel: Channel, account: Account | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._channel = channel
        if account:
            # An account is its handle: with another one it would be another account.
            self.fields["handle"].disabled = True
        for asked in channel.credential_fields:
            self.fields[f"credential_{asked.name}"] = _credential(asked, known=account is not None)

    def credentials(self, stored: Mapping[str, str]) -> dict[str, str]:
        """What was typed, over what is stored: a secret left empty stays as it is. The form must be valid."""
        typed = {asked.name: self.cleaned_data[f"credential_{asked.name}"] for asked in self._channel.credential_fields}
        kept = {asked.name for asked in self._channel.credential_fields if asked.secret and not typed[asked.name]}
        return typed | {name: stored[name] for name in kept if name in stored}


def shown_credentials(channel: Channel, stored: Mapping[str, str]) -> dict[str, str]:
    """What may be shown of stored credentials, as the form's initial values: nothing secret."""
    return {
        f"credential_{asked.name}": stored.get(asked.name, asked.default)
        for asked in channel.credential_fields
        if not asked.secret
    }


def _credential(asked: CredentialField, *, known: bool) -> forms.CharField:
    kept = _("Leave it empty to keep the one that is stored.") if asked.secret and known else ""
    return forms.CharField(
        label=asked.label,
        help_text=" ".join(part for part in (asked.help, str(kept)) if part),
        initial="" if asked.secret else asked.default,
        required=asked.required and not (asked.secret and known),
        strip=not asked.secret,
        max_length=2000,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}) if asked.secret else forms.TextInput(),
    )
