"""The asset editor: what is typed, what it would look like, and what saving it would undo."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from django.forms import FileField, Form
from django.http import HttpRequest
from django.utils.translation import gettext as _

from nowroom.accounts.queries import channel, usable_accounts
from nowroom.channels import registry
from nowroom.clearance.models import Approval, ApprovalRequest, RequestState
from nowroom.content.models import Asset, Revision
from nowroom.content.queries import VariantDraft, message_of, message_of_draft, newest_revision
from nowroom.desk.preparation.forms.asset import AboutForm, VariantForm
from nowroom.desk.preparation.look import Look
from nowroom.people.models import Brand
from nowroom.publishing.models import Delivery, DeliveryState

# A revision in a dozen languages is more than anybody has.
MOST_SECTIONS = 24


@dataclass(frozen=True)
class Section:
    """One channel and language of the editor."""

    form: VariantForm
    look: Look

    @property
    def label(self) -> str:
        """The channel's name."""
        return channel(self.form.slug).label

    @property
    def is_open(self) -> bool:
        """Whether there is anything in it to see."""
        return not self.form.is_blank or bool(self.form.errors if self.form.is_bound else False)


@dataclass(frozen=True)
class Editor:
    """The forms of one asset. `asset` is None for a new one."""

    brand: Brand
    asset: Asset | None
    about: AboutForm
    forms: list[VariantForm]

    @cached_property
    def sections(self) -> list[Section]:
        """The forms, each with what it would look like."""
        return [Section(form, Look(form.draft(), self.brand, tuple(form.kept))) for form in self.forms]

    @property
    def written(self) -> list[VariantForm]:
        """The forms in which something is typed."""
        return [form for form in self.forms if not form.is_blank]

    @property
    def channels(self) -> list[tuple[str, str]]:
        """Every channel by slug and label, to add another language."""
        return [(slug, channel(slug).label) for slug in registry.slugs()]

    def is_valid(self) -> bool:
        """Whether it can be saved; what keeps it from that is said at the fields."""
        valid = self.about.is_valid()
        for form in self.written:
            valid = form.is_valid() and not self._blocked(form) and valid
        if not self.written:
            self.about.add_error(None, _("Write a text for at least one channel. Nothing was saved."))
            return False
        if not valid and not self.about.errors:
            sentence = _("Nothing was saved yet. What you typed is kept; please look at the marked fields.")
            self.about.add_error(None, sentence)
        return valid

    def drafts(self) -> list[VariantDraft]:
        """What is typed, as the action takes it. It must be valid."""
        return [form.saved_draft() for form in self.written]

    def is_unchanged(self) -> bool:
        """Whether saving would make a revision that is the same as the newest one."""
        if self.asset is None:
            return False
        about, asset = self.about.about(), self.asset
        if (about.name.strip(), about.moment, about.scenario) != (asset.name, asset.moment, asset.scenario):
            return False
        if (list(about.tags), list(about.places)) != (asset.tags, asset.places):
            return False
        before = {(v.channel, v.language): message_of(v) for v in newest_revision(asset).variants.all()}
        return before == {(d.channel, d.language): message_of_draft(d) for d in self.drafts()}

    def _blocked(self, form: VariantForm) -> bool:
        look = Look(form.saved_draft(), self.brand)
        beside = {remark.text for remark in Look(form.draft(), self.brand).remarks}
        for remark in look.remarks:
            if remark.tone == "red" and remark.text not in beside:
                form.add_error("text", remark.text)  # about a new picture, which the preview beside cannot show
        if look.blocks and not form.has_error("text"):
            form.add_error("text", _("This cannot be published as it is; see beside it why."))
        return look.blocks


@dataclass(frozen=True, slots=True)
class AtStake:
    """What a new revision of an asset would undo."""

    approved: list[Approval]
    waiting: int
    open_requests: int

    def __bool__(self) -> bool:
        return bool(self.approved or self.open_requests)


def at_stake(asset: Asset, now: datetime) -> AtStake:
    """The yeses that stand on the asset, what waits under them, and what is still being asked."""
    brand = asset.brand_id
    standing = Approval.objects.for_brand(brand).filter(revision__asset=asset, revoked_at__isnull=True)
    waits = [DeliveryState.LOADED, DeliveryState.QUEUED]
    waiting = Delivery.objects.for_brand(brand).filter(approval__in=standing, state__in=waits).count()
    asked = ApprovalRequest.objects.for_brand(brand).filter(revision__asset=asset, state=RequestState.OPEN)
    valid = standing.filter(valid_until__gt=now).select_related("revision").order_by("pk")
    return AtStake(list(valid), waiting, asked.filter(valid_until__gt=now).count())


def shown(brand: Brand, asset: Asset | None) -> Editor:
    """The editor before anything is typed: the newest revision, and an empty section for every other channel."""
    revision = newest_revision(asset) if asset else None
    initials = [VariantForm.typed_before(v) for v in revision.variants.all()] if revision else []
    used = {initial["channel"] for initial in initials}
    languages = _languages(brand)
    initials += [_blank(slug, languages) for slug in registry.slugs() if slug not in used]
    forms = [VariantForm(initial=initial, prefix=f"v{n}", brand=brand) for n, initial in enumerate(initials)]
    return Editor(brand, asset, AboutForm(initial=_about_before(asset, revision), brand=brand, asset=asset), forms)


def typed(request: HttpRequest, brand: Brand, asset: Asset | None) -> Editor:
    """The editor as it was posted."""
    post, files = request.POST, request.FILES
    sections = min(int(post["sections"]) if post.get("sections", "").isdecimal() else 0, MOST_SECTIONS)
    forms = [VariantForm(post, files, prefix=f"v{n}", brand=brand) for n in range(sections)]
    known = [form for form in forms if form.slug in registry.slugs()]
    return Editor(brand, asset, AboutForm(post, brand=brand, asset=asset), known)


def with_another(editor: Editor, slug: str) -> Editor:
    """The same with an empty section for a channel, for another language. What was typed stays."""
    brand, asset = editor.brand, editor.asset
    forms = [VariantForm(initial=_values(form), prefix=form.prefix, brand=brand) for form in editor.forms]
    if slug in registry.slugs() and len(forms) < MOST_SECTIONS:
        initial = {"channel": slug, "language": ""}
        forms.append(VariantForm(initial=initial, prefix=f"v{len(forms)}", brand=brand))
    return Editor(brand, asset, AboutForm(initial=_values(editor.about), brand=brand, asset=asset), forms)


def _values(form: Form) -> dict[str, Any]:
    """What is typed in a form, without files, which no browser takes back."""
    return {field.name: field.value() for field in form if not isinstance(field.field, FileField)}


def _languages(brand: Brand) -> dict[str, str]:
    """The language of each channel's first account."""
    return {account.channel: account.language for account in usable_accounts(brand).order_by("-pk")}


def _blank(slug: str, languages: dict[str, str]) -> dict[str, str]:
    return {"channel": slug, "language": languages.get(slug, "en")}


def _about_before(asset: Asset | None, revision: Revision | None) -> dict[str, Any]:
    if asset is None or revision is None:
        return {}
    return {
        "base": revision.number,
        "name": asset.name,
        "moment": asset.moment_id,
        "scenario": asset.scenario_id,
        "tags": ", ".join(asset.tags),
        "places": ", ".join(asset.places),
    }
