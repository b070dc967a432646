"""What people type while the desk is live."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

from django import forms
from django.utils.translation import gettext_lazy as _

from nowroom.accounts.models import Account
from nowroom.content.queries import words
from nowroom.desk.operations.rows import VIEWS, QueueNarrowing
from nowroom.lib.localtime import instant
from nowroom.people.models import Brand
from nowroom.planning.models import MomentState, Sensitivity
from nowroom.publishing.models import Delivery


def _zones() -> list[tuple[str, str]]:
    """Every zone that is named after a place, and UTC."""
    names = sorted(name for name in available_timezones() if "/" in name and not name.startswith(("Etc/", "SystemV/")))
    return [("UTC", "UTC"), *((name, name.replace("_", " ")) for name in names)]


class WallClockField(forms.DateTimeField):
    """A wall-clock time as it was typed, naive: the zone it belongs to is known elsewhere."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
        super().__init__(widget=widget, **options)

    def prepare_value(self, value: Any) -> Any:
        """The value as it is: no zone is applied."""
        return value

    def to_python(self, value: Any) -> datetime | None:
        """The typed time, without a zone."""
        if value in self.empty_values:
            return None
        try:
            typed = datetime.fromisoformat(str(value).strip())
        except ValueError as error:
            raise forms.ValidationError(self.error_messages["invalid"], code="invalid") from error
        return typed.replace(tzinfo=None)


class QueueFilter(forms.Form):
    """Which deliveries to show."""

    view = forms.ChoiceField(label=_("Show"), choices=list(VIEWS.items()), required=False)
    account = forms.TypedChoiceField(label=_("Account"), coerce=int, required=False, empty_value=None)
    region = forms.ChoiceField(label=_("Region"), required=False)
    text = forms.CharField(
        label=_("Words in it"),
        max_length=80,
        required=False,
        widget=forms.TextInput(attrs={"data-search": "", "type": "search"}),
    )

    def __init__(self, data: Mapping[str, Any] | None, *, brand: Brand) -> None:
        super().__init__(data)
        accounts = list(Account.objects.for_brand(brand).order_by("name", "pk"))
        regions = sorted({account.region for account in accounts if account.region})
        named = [(str(a.pk), f"{a.name} · {a.channel}") for a in accounts]
        cast("forms.ChoiceField", self.fields["account"]).choices = [("", _("All accounts")), *named]
        cast("forms.ChoiceField", self.fields["region"]).choices = [("", _("All regions")), *((r, r) for r in regions)]

    def narrowing(self) -> QueueNarrowing:
        """What was chosen; what still comes where the form does not hold."""
        if not self.is_valid():
            return QueueNarrowing()
        chosen = self.cleaned_data
        return QueueNarrowing(chosen["view"] or "open", chosen["account"], chosen["region"], chosen["text"])


class DueForm(forms.Form):
    """Another time for a delivery, by the clock of its account."""

    at = WallClockField(label=_("New time"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, delivery: Delivery) -> None:
        self._zone = ZoneInfo(delivery.account.time_zone)
        local = delivery.due_at.astimezone(self._zone).replace(tzinfo=None) if delivery.due_at else None
        super().__init__(data, initial={"at": local}, auto_id=f"id_%s_{delivery.pk}")
        city = delivery.account.time_zone.rpartition("/")[2].replace("_", " ")
        self.fields["at"].label = _("New time, by the clock of %(city)s") % {"city": city}

    def instant(self) -> datetime:
        """The typed time as an instant. Only on a valid form."""
        return instant(self.cleaned_data["at"], self._zone)


class MomentForm(forms.Form):
    """A moment for the calendar; its times are by the clock of its place."""

    name = forms.CharField(label=_("What happens"), max_length=120)
    time_zone = forms.ChoiceField(label=_("Clock of"), choices=_zones)
    starts = WallClockField(label=_("From"))
    ends = WallClockField(label=_("Until"))
    places = forms.CharField(label=_("Places, with commas between"), max_length=300, required=False)
    hashtags = forms.CharField(label=_("Hashtags, with commas between"), max_length=300, required=False)
    sensitivity = forms.ChoiceField(label=_("Sensitive because"), choices=Sensitivity.choices)
    scenarios = forms.CharField(
        label=_("Ways it can go, one in each line"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("For example: we win, they win, the lights go out, nothing happens."),
    )

    def planned(self) -> dict[str, Any]:
        """What was typed, as the action takes it. Only on a valid form."""
        typed = self.cleaned_data
        zone = ZoneInfo(typed["time_zone"])
        return {
            "name": typed["name"],
            "time_zone": typed["time_zone"],
            "starts_at": instant(typed["starts"], zone),
            "ends_at": instant(typed["ends"], zone),
            "places": words(typed["places"]),
            "hashtags": words(typed["hashtags"]),
            "sensitivity": Sensitivity(typed["sensitivity"]),
            "scenarios": typed["scenarios"].splitlines(),
        }


class StepForm(forms.Form):
    """Where a moment goes next, and why where it is not taken part in."""

    to = forms.ChoiceField(choices=MomentState.choices)
    reason = forms.CharField(max_length=300, required=False)
