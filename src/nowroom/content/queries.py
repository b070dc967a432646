"""Reading content, and what the channels say of it."""

from django.db.models import Exists, Max, OuterRef, QuerySet

from nowroom.accounts.queries import channel
from nowroom.channels.base import Finding, Image, Level, Link, Message
from nowroom.content.models import Asset, Revision, Variant
from nowroom.content.rules import About, ImageDraft, VariantDraft, hashtags, image_mime, words
from nowroom.people.models import Brand

__all__ = [
    "About", "ImageDraft", "VariantDraft", "blocking", "findings", "hashtags", "is_newest", "library", "message_of",
    "message_of_draft", "newest_revision", "says", "words",
]  # fmt: skip


def library(brand: Brand) -> QuerySet[Asset]:
    """The brand's assets with the number of their newest revision, by name."""
    rows = Asset.objects.for_brand(brand).select_related("moment", "scenario")
    return rows.annotate(newest=Max("revisions__number")).order_by("name", "pk")


def says(text: str) -> Exists:
    """The condition, on assets, that some revision's text holds this."""
    written = Variant.objects.everywhere().filter(brand_id=OuterRef("brand_id"), revision__asset=OuterRef("pk"))
    return Exists(written.filter(text__icontains=text))


def newest_revision(asset: Asset) -> Revision:
    """The asset's newest revision with its variants and their images."""
    rows = Revision.objects.for_brand(asset.brand_id).filter(asset=asset)
    return rows.prefetch_related("variants__images").latest("number")


def is_newest(revision: Revision) -> bool:
    """Whether nobody has edited the asset since."""
    later = Revision.objects.for_brand(revision.brand_id).filter(asset_id=revision.asset_id)
    return not later.filter(number__gt=revision.number).exists()


def message_of(variant: Variant) -> Message:
    """The variant as channels take it."""
    return Message(
        text=variant.text,
        language=variant.language,
        links=(Link(variant.link),) if variant.link else (),
        images=tuple(Image(bytes(i.body), i.mime, i.alt) for i in variant.images.all()),
        subject=variant.subject,
    )


def message_of_draft(draft: VariantDraft) -> Message:
    """The draft as channels would take it.

    Raises:
        Refused: an image's file is no picture.
    """
    return Message(
        text=draft.text,
        language=draft.language,
        links=(Link(draft.link),) if draft.link else (),
        images=tuple(Image(i.body, image_mime(i.body), i.alt) for i in draft.images),
        subject=draft.subject,
    )


def findings(draft: VariantDraft) -> list[Finding]:
    """What the draft's channel says of it: limits, missing alt text, doubtful links.

    Raises:
        Refused: an image's file is no picture, or there is no such channel.
    """
    return channel(draft.channel).check(message_of_draft(draft))


def blocking(found: list[Finding]) -> list[Finding]:
    """Those of the findings that keep it from being published."""
    return [f for f in found if f.level is Level.BLOCK]
