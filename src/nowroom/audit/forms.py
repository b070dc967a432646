"""Narrowing the record down."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from nowroom.audit.queries import Narrowing, areas
from nowroom.audit.words import area_label

_ACTORS = [("", _("Everybody")), ("person", _("People")), ("rule", _("Rules")), ("system", _("The system"))]


class EntryFilter(forms.Form):
    """What to show of a brand's record."""

    area = forms.ChoiceField(label=_("About"), required=False)
    kind = forms.ChoiceField(label=_("Done by"), choices=_ACTORS, required=False)
    name = forms.CharField(
        label=_("Name"), max_length=80, required=False, widget=forms.TextInput(attrs={"data-search": ""})
    )
    day = forms.DateField(label=_("Day"), required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, brand_id: int, **options: Any) -> None:
        super().__init__(*args, **options)
        known = [(area, area_label(area)) for area in areas(brand_id)]
        cast("forms.ChoiceField", self.fields["area"]).choices = [("", _("Everything")), *known]

    def narrowing(self) -> Narrowing:
        """What was chosen; nothing where the form does not hold."""
        return Narrowing(**self.cleaned_data) if self.is_valid() else Narrowing()
