"""Asking for a yes: where, when, how long, and whom."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from nowroom.accounts.models import Account
from nowroom.accounts.queries import usable_accounts
from nowroom.clearance.queries import MOST_APPROVERS
from nowroom.content.models import Revision
from nowroom.desk.preparation.times import Local, Timing, local_times
from nowroom.people.models import Person
from nowroom.people.queries import Permission, members_with
from nowroom.planning.models import Scenario

_TIMINGS = [
    (Timing.INSTANT, _("At one time")),
    (Timing.LOCAL, _("At the same clock time in each account’s zone")),
    (Timing.GO, _("When somebody says go")),
]
_CLOCK = "%Y-%m-%dT%H:%M"
_FIELD_OF_REFUSAL = {
    "plan.none": "accounts",
    "plan.channel": "accounts",
    "plan.past": "at",
    "plan.window": "window",
    "plan.validity": "valid_until",
    "approvers.count": "approvers",
    "approvers.self": "approvers",
    "zone.unknown": "zone",
}


def _clock_widget() -> forms.DateTimeInput:
    return forms.DateTimeInput(format=_CLOCK, attrs={"type": "datetime-local"})


class _AccountsField(forms.ModelMultipleChoiceField[Account]):
    def label_from_instance(self, obj: Account) -> str:
        return f"{obj.name} · {obj.channel} · {obj.time_zone.rpartition('/')[2].replace('_', ' ')}"


class _PeopleField(forms.ModelMultipleChoiceField[Person]):
    def label_from_instance(self, obj: Person) -> str:
        return obj.name


class AskForm(forms.Form):
    """Where a revision goes and who says yes. Wall-clock times are naive until a zone is applied."""

    accounts = _AccountsField(
        label=_("Accounts"),
        queryset=Account.objects.for_brand(0),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one account.")},
    )
    timing = forms.ChoiceField(label=_("When"), choices=_TIMINGS, widget=forms.RadioSelect, initial=Timing.INSTANT)
    at = forms.CharField(label=_("Date and time"), required=False, widget=_clock_widget())
    zone = forms.ChoiceField(
        label=_("On the clocks of"),
        choices=lambda: [(name, name.replace("_", " ")) for name in sorted(available_timezones())],
        required=False,
        help_text=_("Counts for “at one time” only."),
        error_messages={
            "invalid_choice": _("“%(value)s” is not a time zone. Choose one such as Europe/Berlin or America/New_York.")
        },
    )
    window = forms.IntegerField(
        label=_("Publish window, in minutes"),
        initial=30,
        help_text=_("How long after its time it is still worth publishing. Later it does not go out at all."),
    )
    valid_until = forms.CharField(
        label=_("Answer needed, and the yes valid, until"),
        required=False,
        widget=_clock_widget(),
        help_text=_("On your clock. Empty: until the last publish window ends, or for a day on a go."),
    )
    scenario = forms.ModelChoiceField(
        label=_("Only if"), queryset=Scenario.objects.for_brand(0), required=False, empty_label=_("However it goes")
    )
    approvers = _PeopleField(
        label=_("Who says yes"),
        queryset=Person.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        help_text=_("One, two or three people; all of them must say yes. One is quickest."),
        error_messages={"required": _("Choose who is to say yes.")},
    )
    reason = forms.CharField(
        label=_("Why now"), max_length=300, required=False, help_text=_("The first thing that they read.")
    )
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, revision: Revision, asker: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._asker = asker
        brand = revision.asset.brand
        fields: dict[str, Any] = self.fields
        slugs = [variant.channel for variant in revision.variants.all()]
        fields["accounts"].queryset = usable_accounts(brand).filter(channel__in=slugs)
        fields["scenario"].queryset = Scenario.objects.for_brand(brand).filter(moment=revision.asset.moment_id)
        everybody = members_with(brand, Permission.APPROVE)
        fields["approvers"].queryset = everybody
        # Oneself is not offered, yet who tries is told why.
        fields["approvers"].widget.choices = [(p.pk, p.name) for p in everybody if p.pk != asker]

    def clean_at(self) -> datetime | None:
        """The wall-clock time as typed."""
        return self._wall_clock("at")

    def clean_valid_until(self) -> datetime | None:
        """The end of the validity as an instant, typed on the viewer's clock."""
        typed = self._wall_clock("valid_until")
        return timezone.make_aware(typed) if typed else None

    def clean_window(self) -> timedelta:
        """The publish window."""
        minutes = int(self.cleaned_data["window"])
        if not 0 < minutes <= 7 * 24 * 60:
            raise forms.ValidationError(_("The publish window ends before the due time, or is longer than seven days."))
        return timedelta(minutes=minutes)

    def clean_approvers(self) -> list[Person]:
        """One to three others."""
        chosen = list(self.cleaned_data["approvers"])
        if len(chosen) > MOST_APPROVERS:
            raise forms.ValidationError(_("Ask one, two or three people. A longer chain comes too late to matter."))
        if any(person.pk == self._asker for person in chosen):
            raise forms.ValidationError(_("Ask somebody else: nobody clears what they ask for themselves."))
        return chosen

    def clean(self) -> dict[str, Any]:
        """A time where one is needed, and a zone for it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        timing = cleaned.get("timing")
        if timing and timing != Timing.GO and not cleaned.get("at") and not self.has_error("at"):
            self.add_error("at", _("Choose a date and time, or let it wait for a go."))
        if timing == Timing.INSTANT and not cleaned.get("zone") and not self.has_error("zone"):
            self.add_error("zone", _("Choose on whose clocks this time is meant."))
        return cleaned

    def local_times(self) -> list[Local]:
        """When it would go to each chosen account; none while what is typed does not say so yet."""
        self.is_valid()
        typed = self.cleaned_data
        accounts: Iterable[Account] = typed.get("accounts") or []
        timing = typed.get("timing")
        if not timing or (timing != Timing.GO and not typed.get("at")):
            return []
        if timing == Timing.INSTANT and not typed.get("zone"):
            return []
        return local_times(accounts, Timing(timing), typed=typed.get("at"), zone=typed.get("zone", ""))

    def show_refusal(self, code: str, message: str) -> None:
        """Say a refusal at the field that it is about."""
        self.add_error(_FIELD_OF_REFUSAL.get(code), message)

    def _wall_clock(self, name: str) -> datetime | None:
        typed = self.cleaned_data[name]
        if not typed:
            return None
        try:
            return datetime.fromisoformat(typed).replace(tzinfo=None, second=0, microsecond=0)
        except ValueError:
            raise forms.ValidationError(_("This is not a date and time such as 2026-07-04 19:00.")) from None
