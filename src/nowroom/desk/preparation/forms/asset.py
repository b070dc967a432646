"""What somebody types about an asset: what it is called and belongs to, and its text for each channel."""

from typing import Any

import regex
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from nowroom.channels import registry
from nowroom.content.models import LONGEST_ALT, LONGEST_LINK, LONGEST_SUBJECT, Asset, Image, Variant
from nowroom.content.queries import About, ImageDraft, VariantDraft, words
from nowroom.desk.preparation.look import takes_subject
from nowroom.people.models import Brand
from nowroom.planning.models import Moment, Scenario

# No channel takes more pictures in one post.
MOST_PICTURES = 4
_LANGUAGE = regex.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class _ScenarioField(forms.ModelChoiceField[Scenario]):
    def label_from_instance(self, obj: Scenario) -> str:
        return f"{obj.moment}: {obj}"


class AboutForm(forms.Form):
    """What an asset is called and belongs to, and in a few words what changed."""

    # Not a hidden input: the browser keeps it with the draft, so that a draft remembers what it was typed over.
    base = forms.IntegerField(required=False, widget=forms.TextInput(attrs={"hidden": True}))
    name = forms.CharField(label=_("Name"), max_length=120, help_text=_("What you call it among yourselves."))
    moment = forms.ModelChoiceField(
        label=_("Moment"), queryset=Moment.objects.for_brand(0), required=False, empty_label=_("No moment: evergreen")
    )
    scenario = _ScenarioField(
        label=_("Only if"), queryset=Scenario.objects.for_brand(0), required=False, empty_label=_("However it goes")
    )
    tags = forms.CharField(
        label=_("Tags"), required=False, max_length=400, help_text=_("With commas between. A hold can name them.")
    )
    places = forms.CharField(
        label=_("Places"),
        required=False,
        max_length=400,
        help_text=_("Where it is about or meant for. What is heard from there can hold it."),
    )
    note = forms.CharField(label=_("What changed"), required=False, max_length=200)

    def __init__(self, *args: Any, brand: Brand, asset: Asset | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        moments: Any = self.fields["moment"]
        moments.queryset = Moment.objects.for_brand(brand).order_by("-starts_at", "pk")
        scenarios: Any = self.fields["scenario"]
        scenarios.queryset = Scenario.objects.for_brand(brand).select_related("moment").order_by("moment", "pk")
        if asset is None:
            del self.fields["note"], self.fields["base"]

    def clean(self) -> dict[str, Any]:
        """A scenario belongs to the moment it is a way of."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        moment, scenario = cleaned.get("moment"), cleaned.get("scenario")
        if scenario and moment and scenario.moment_id != moment.pk:
            self.add_error("scenario", _("This is a way that another moment can go."))
        return cleaned

    def about(self) -> About:
        """What was typed, as the action takes it. The form must be valid."""
        typed = self.cleaned_data
        scenario = typed["scenario"]
        moment = typed["moment"] or (scenario.moment if scenario else None)
        return About(typed["name"], moment, scenario, tuple(words(typed["tags"])), tuple(words(typed["places"])))


class VariantForm(forms.Form):
    """The text for one channel and language with its pictures: those it has, and room for new ones."""

    channel = forms.ChoiceField(choices=lambda: [(slug, slug) for slug in registry.slugs()], widget=forms.HiddenInput)
    pictures = forms.CharField(required=False, widget=forms.HiddenInput)
    subject = forms.CharField(label=_("Subject"), required=False, max_length=LONGEST_SUBJECT)
    text = forms.CharField(
        label=_("Text"), required=False, strip=False, widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"})
    )
    link = forms.URLField(
        label=_("Link"), required=False, max_length=LONGEST_LINK, assume_scheme="https", help_text=_("Shown as a card.")
    )
    language = forms.CharField(
        label=_("Language"), max_length=10, initial="en", help_text=_("Such as en, de or pt-BR.")
    )

    def __init__(self, *args: Any, brand: Brand, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.slug = str(self["channel"].value() or "")
        if self.slug not in registry.slugs() or not takes_subject(self.slug):
            del self.fields["subject"]
        self.kept = self._pictures_of(brand)
        for image in self.kept:
            self.fields[f"alt_{image.pk}"] = _alt_field(initial=image.alt)
            self.fields[f"drop_{image.pk}"] = forms.BooleanField(label=_("Remove this picture"), required=False)
        for slot in self.slots:
            self.fields[f"file_{slot}"] = forms.FileField(
                label=_("Picture"), required=False, widget=forms.FileInput(attrs={"accept": "image/*"})
            )
            self.fields[f"new_alt_{slot}"] = _alt_field()

    @staticmethod
    def typed_before(variant: Variant) -> dict[str, str]:
        """What the form shows of a variant before anything is typed."""
        pictures = ",".join(str(image.pk) for image in variant.images.all())
        facts = {name: str(getattr(variant, name)) for name in ("channel", "subject", "text", "link", "language")}
        return facts | {"pictures": pictures}

    @property
    def slots(self) -> range:
        """Numbers of the places for new pictures."""
        return range(MOST_PICTURES - len(self.kept))

    @property
    def picture_fields(self) -> list[tuple[Image, forms.BoundField, forms.BoundField]]:
        """The pictures it has, each with the fields for its alt text and for removing it."""
        return [(image, self[f"alt_{image.pk}"], self[f"drop_{image.pk}"]) for image in self.kept]

    @property
    def new_picture_fields(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The places for new pictures: file and alt text."""
        return [(self[f"file_{slot}"], self[f"new_alt_{slot}"]) for slot in self.slots]

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed: the asset has no text for this channel then."""
        has_file = any(self.files.get(self.add_prefix(f"file_{slot}")) for slot in self.slots)
        return not (self._typed("text").strip() or self._typed("subject").strip() or has_file or self._still_kept())

    def clean_language(self) -> str:
        """A language tag."""
        language = str(self.cleaned_data["language"]).strip()
        if not _LANGUAGE.fullmatch(language):
            raise forms.ValidationError(_("This is not a language tag such as en, de or pt-BR."))
        return language

    def clean(self) -> dict[str, Any]:
        """Every picture that stays has an alt text, and every text has words."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if not cleaned.get("text", "").strip():
            self.add_error("text", _("Write the text, or empty the rest to leave this channel out."))
        staying = [f"alt_{image.pk}" for image in self.kept if not cleaned.get(f"drop_{image.pk}")]
        staying += [f"new_alt_{slot}" for slot in self.slots if cleaned.get(f"file_{slot}")]
        for name in staying:
            if not cleaned.get(name, "").strip():
                self.add_error(name, _("Describe the picture for those who cannot see it."))
        return cleaned

    def draft(self) -> VariantDraft:
        """What was typed as it stands, valid or not, without pictures that are new: what a check while typing sees."""
        return VariantDraft(
            channel=self.slug,
            text=_lines(self._typed("text")),
            language=self._typed("language"),
            subject=self._typed("subject"),
            link=self._typed("link"),
            images=tuple(ImageDraft(bytes(i.body), self._typed(f"alt_{i.pk}")) for i in self._still_kept()),
        )

    def saved_draft(self) -> VariantDraft:
        """What was typed with all its pictures. The form must be valid."""
        typed = self.cleaned_data
        return VariantDraft(
            channel=self.slug,
            text=_lines(typed["text"]).strip(),
            language=typed["language"],
            subject=typed.get("subject", ""),
            link=typed["link"],
            images=(*self.draft().images, *self._new_pictures()),
        )

    def _new_pictures(self) -> list[ImageDraft]:
        uploads = [(slot, self.cleaned_data.get(f"file_{slot}")) for slot in self.slots]
        return [
            ImageDraft(_content(upload), self.cleaned_data[f"new_alt_{slot}"])
            for slot, upload in uploads
            if isinstance(upload, UploadedFile)
        ]

    def _typed(self, name: str) -> str:
        return str(self[name].value() or "") if name in self.fields else ""

    def _still_kept(self) -> list[Image]:
        return [image for image in self.kept if not self[f"drop_{image.pk}"].value()]

    def _pictures_of(self, brand: Brand) -> list[Image]:
        keys = [int(key) for key in self._typed("pictures").split(",") if key.isdecimal()]
        found = Image.objects.for_brand(brand).in_bulk(keys[:MOST_PICTURES])
        return [found[key] for key in keys if key in found]


def _alt_field(initial: str = "") -> forms.CharField:
    return forms.CharField(
        label=_("Alt text"),
        required=False,
        max_length=LONGEST_ALT,
        initial=initial,
        help_text=_("What somebody who cannot see the picture should know."),
    )


def _content(upload: "UploadedFile[bytes]") -> bytes:
    """The whole file, however often it was read before."""
    upload.seek(0)
    return bytes(upload.read())


def _lines(text: str) -> str:
    """The text with line breaks as channels count them; browsers send two characters for each."""
    return text.replace("\r\n", "\n")
