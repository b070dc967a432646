"""Every write about content."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from nowroom.audit.actions import record
from nowroom.content.models import (
    LONGEST_ALT,
    LONGEST_LINK,
    LONGEST_SUBJECT,
    Asset,
    Image,
    Revision,
    Variant,
)
from nowroom.content.queries import blocking, findings
from nowroom.content.rules import About, VariantDraft, image_mime
from nowroom.lib.actor import Actor
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand
from nowroom.people.queries import Permission, require
from nowroom.planning.models import Moment, Scenario


@transaction.atomic
def create_asset(
    brand: Brand,
    *,
    name: str,
    variants: Sequence[VariantDraft],
    moment: Moment | None = None,
    scenario: Scenario | None = None,
    tags: Sequence[str] = (),
    places: Sequence[str] = (),
    expires_at: datetime | None = None,
    by: Actor,
    now: datetime,
) -> Revision:
    """Create an asset with its first revision.

    Raises:
        Refused: no permission, no name, no variant, another brand's moment, or a variant that cannot be kept.
    """
    require(by, Permission.WRITE, brand)
    _check_about(About(name, moment, scenario), brand.pk)
    asset = Asset.objects.create(
        brand=brand,
        name=name.strip(),
        moment=moment,
        scenario=scenario,
        tags=list(tags),
        places=list(places),
        expires_at=expires_at,
    )
    record("asset.created", asset, brand_id=brand.pk, by=by, now=now, facts={"name": asset.name})
    return _add_revision(asset, 1, variants, "", by=by, now=now)


@transaction.atomic
def revise(
    asset: Asset,
    *,
    variants: Sequence[VariantDraft],
    about: About | None = None,
    base: int | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> Revision:
    """Make a new revision. A yes on an earlier one does not cover it.

    Args:
        asset: what is edited.
        variants: all texts of the new revision.
        about: what the asset is called and belongs to from now on; None leaves that as it is.
        base: the number of the revision that the editor started from; None does not ask.
        note: what changed, in a few words.
        by: who edits.
        now: when.

    Raises:
        Refused: no permission, no variant, a variant that cannot be kept, no name, another brand's moment, or somebody
            made a newer revision than `base` meanwhile.
    """
    require(by, Permission.WRITE, asset.brand)
    locked = Asset.objects.for_brand(asset.brand_id).select_for_update().get(pk=asset.pk)
    newest = Revision.objects.for_brand(asset.brand_id).filter(asset=locked).order_by("-number").first()
    number = newest.number if newest else 0
    if base is not None and base != number:
        raise Refused("revision.newer", _("Somebody made a newer revision while you were writing. Nothing was saved."))
    if about is not None:
        _describe(locked, about, by=by, now=now)
    return _add_revision(locked, number + 1, variants, note, by=by, now=now)


def _check_about(about: About, brand_id: int) -> None:
    if not about.name.strip():
        raise Refused("asset.name", _("The asset needs a name."))
    if any(part.brand_id != brand_id for part in (about.moment, about.scenario) if part):
        raise Refused("moment.foreign", _("This moment is not one of this brand. Choose another."))


def _describe(asset: Asset, about: About, *, by: Actor, now: datetime) -> None:
    _check_about(about, asset.brand_id)
    facts = {"name": about.name.strip(), "tags": list(about.tags), "places": list(about.places)}
    rows = Asset.objects.for_brand(asset.brand_id).filter(pk=asset.pk)
    rows.update(**facts, moment=about.moment, scenario=about.scenario)
    record("asset.revised", asset, brand_id=asset.brand_id, by=by, now=now, facts=facts)


def _add_revision(
    asset: Asset, number: int, variants: Sequence[VariantDraft], note: str, *, by: Actor, now: datetime
) -> Revision:
    if not variants:
        raise Refused("asset.empty", _("An asset needs at least one text for one channel."))
    if len({(draft.channel, draft.language) for draft in variants}) < len(variants):
        raise Refused("variant.twice", _("There are two texts for one channel and language. Keep one of them."))
    revision = Revision.objects.create(
        brand_id=asset.brand_id, asset=asset, number=number, made_by_id=by.person_id, made_at=now, note=note[:200]
    )
    for draft in variants:
        _add_variant(revision, draft)
    facts = {"asset": asset.pk, "number": number, "channels": [draft.channel for draft in variants]}
    record("revision.made", revision, brand_id=asset.brand_id, by=by, now=now, facts=facts)
    return revision


def _check_draft(draft: VariantDraft) -> None:
    if not draft.text.strip():
        raise Refused("variant.empty", _("The text for %(channel)s is empty.") % {"channel": draft.channel})
    blocked = blocking(findings(draft))
    if blocked:
        raise Refused(blocked[0].code, blocked[0].message)
    if not all(image.alt.strip() for image in draft.images):
        raise Refused("image.no_alt", _("A picture needs a description for those who cannot see it."))
    parts = [(_("subject"), draft.subject, LONGEST_SUBJECT), (_("link"), draft.link, LONGEST_LINK)]
    parts += [(_("description of a picture"), image.alt, LONGEST_ALT) for image in draft.images]
    for part, text, most in parts:
        if len(text.strip()) > most:
            facts = {"part": part, "most": most}
            raise Refused("variant.too_long", _("The %(part)s is longer than %(most)s characters.") % facts)


def _add_variant(revision: Revision, draft: VariantDraft) -> None:
    _check_draft(draft)
    variant = Variant.objects.create(
        brand_id=revision.brand_id,
        revision=revision,
        channel=draft.channel,
        language=draft.language,
        subject=draft.subject.strip(),
        text=draft.text.strip(),
        link=draft.link.strip(),
    )
    Image.objects.bulk_create(
        Image(
            brand_id=revision.brand_id,
            variant=variant,
            position=position,
            mime=image_mime(image.body),
            body=image.body,
            alt=image.alt.strip(),
        )
        for position, image in enumerate(draft.images)
    )
