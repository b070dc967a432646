"""What people type about themselves and each other."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from nowroom.people.actions import Founding
from nowroom.people.models import Person, Role


def _zones() -> list[tuple[str, str]]:
    """Every zone that is named after a place, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


def _zone_field(**options: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=_("Time zone"), choices=_zones, **options)


class FoundingForm(forms.Form):
    """The first-run page."""

    organization = forms.CharField(label=_("Company or agency"), max_length=120)
    brand = forms.CharField(
        label=_("First brand"), max_length=80, help_text=_("What speaks. More brands can follow later.")
    )
    time_zone = _zone_field(
        help_text=_("The brand's and yours. Both can be changed."),
        widget=forms.Select(attrs={"data-guess-zone": ""}),
    )
    name = forms.CharField(label=_("Your name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(label=_("Your email address"), widget=forms.EmailInput(attrs={"autocomplete": "username"}))
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least 12 characters. A few words that do not belong together are easiest to keep."),
    )

    def clean(self) -> dict[str, Any]:
        """Judge the password with the name and address at hand."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("password"):
            person = Person(email=cleaned.get("email", ""), name=cleaned.get("name", ""))
            try:
                validate_password(cleaned["password"], person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return cleaned

    def founding(self) -> Founding:
        """What was typed, as the action takes it."""
        return Founding(**self.cleaned_data)


class InvitationForm(forms.Form):
    """Who joins the brand, and as what."""

    name = forms.CharField(label=_("Name"), max_length=120)
    email = forms.EmailField(label=_("Email address"))
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices)
    time_zone = _zone_field(help_text=_("Theirs, so that they read times on their own clock."))


THEMES = [("system", _("As the device has it")), ("light", _("Light")), ("dark", _("Dark"))]
DENSITIES = [("comfortable", _("Comfortable")), ("compact", _("Compact"))]


class OwnSettingsForm(forms.Form):
    """How I am called, and how I see the desk. Theme and density belong to this device, the rest to me."""

    name = forms.CharField(label=_("Name"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    time_zone = _zone_field(help_text=_("Every time is also shown on this clock."))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    theme = forms.ChoiceField(label=_("Theme on this device"), choices=THEMES)
    density = forms.ChoiceField(label=_("Lists on this device"), choices=DENSITIES)

    @staticmethod
    def typed_before(person: Person, cookies: Mapping[str, str]) -> dict[str, str]:
        """What the form shows before anything is typed."""
        return {
            "name": person.name,
            "time_zone": person.time_zone,
            "language": person.language,
            "theme": cookies.get("theme", "system"),
            "density": cookies.get("density", "comfortable"),
        }
