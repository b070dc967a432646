"""What narrows the library."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from nowroom.people.models import Brand
from nowroom.planning.models import Moment

_USES = [
    ("", _("Any")),
    ("asked", _("Asked about")),
    ("cleared", _("Cleared")),
    ("queued", _("Waiting to go out")),
    ("out", _("Out")),
    ("unused", _("Never used")),
]


class LibraryFilter(forms.Form):
    """All parts are optional; one that is malformed narrows nothing."""

    text = forms.CharField(label=_("Search"), required=False, widget=forms.SearchInput)
    tag = forms.CharField(label=_("Tag"), required=False)
    moment = forms.ModelChoiceField(
        label=_("Moment"), queryset=Moment.objects.for_brand(0), required=False, empty_label=_("Any")
    )
    use = forms.ChoiceField(label=_("Use"), choices=_USES, required=False)

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moments: Any = self.fields["moment"]
        moments.queryset = Moment.objects.for_brand(brand).order_by("-starts_at", "pk")

    def narrowing(self) -> dict[str, Any]:
        """What was chosen, as `shelf.narrowed` takes it."""
        self.is_valid()
        typed = self.cleaned_data
        moment = typed.get("moment")
        return {
            "text": typed.get("text", ""),
            "tag": typed.get("tag", ""),
            "moment": moment.pk if moment else None,
            "use": typed.get("use", ""),
        }
