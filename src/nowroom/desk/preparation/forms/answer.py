"""An approver's answer."""

from django import forms
from django.utils.translation import gettext_lazy as _

from nowroom.clearance.queries import RISK_QUESTIONS, Verdict


class AnswerForm(forms.Form):
    """The three risk questions, never answered beforehand, a note, and the digest of what the page showed."""

    no_unneeded_risk = forms.BooleanField(label=RISK_QUESTIONS[0][1], required=False)
    hurts_nobody = forms.BooleanField(label=RISK_QUESTIONS[1][1], required=False)
    grandmother_may_read = forms.BooleanField(label=RISK_QUESTIONS[2][1], required=False)
    note = forms.CharField(
        label=_("A word to whoever asks, if you like"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    shown = forms.CharField(widget=forms.HiddenInput)
    verdict = forms.ChoiceField(
        choices=[("yes", _("Yes")), ("no", _("No"))],
        error_messages={
            "required": _("Press yes or no. Nothing was decided."),
            "invalid_choice": _("Press yes or no. Nothing was decided."),
        },
    )

    @property
    def questions(self) -> list[forms.BoundField]:
        """The fields of the three risk questions."""
        return [self[name] for name, _sentence in RISK_QUESTIONS]

    def as_verdict(self) -> Verdict:
        """The answer as the action takes it. The form must be valid."""
        typed = self.cleaned_data
        return Verdict(
            yes=typed["verdict"] == "yes",
            note=typed["note"],
            **{name: typed[name] for name, _sentence in RISK_QUESTIONS},
        )
