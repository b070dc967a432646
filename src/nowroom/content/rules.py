"""What somebody typed, before it is a revision."""

from dataclasses import dataclass

import regex
from django.utils.translation import gettext as _

from nowroom.lib.errors import Refused
from nowroom.planning.models import Moment, Scenario

_HASHTAG = regex.compile(r"(?<![\w#＃])[#＃](\w*[\p{L}_]\w*)")
_MAGIC = {
    b"\x89PNG\r\n\x1a\n": "image/png",
    b"\xff\xd8\xff": "image/jpeg",
    b"GIF87a": "image/gif",
    b"GIF89a": "image/gif",
}


@dataclass(frozen=True, slots=True)
class ImageDraft:
    """A picture and its alt text; `body` is the file as uploaded."""

    body: bytes
    alt: str


@dataclass(frozen=True, slots=True)
class VariantDraft:
    """The text for one channel and language."""

    channel: str
    text: str
    language: str = "en"
    subject: str = ""
    link: str = ""
    images: tuple[ImageDraft, ...] = ()


@dataclass(frozen=True, slots=True)
class About:
    """What an asset is called and belongs to."""

    name: str
    moment: Moment | None = None
    scenario: Scenario | None = None
    tags: tuple[str, ...] = ()
    places: tuple[str, ...] = ()


def hashtags(text: str) -> list[str]:
    """The hashtags in a text without their sign, in order, each once."""
    return list(dict.fromkeys(match.group(1) for match in _HASHTAG.finditer(text)))


def image_mime(body: bytes) -> str:
    """The media type by the file's own first bytes, never by its name.

    Raises:
        Refused: it is no picture that channels take.
    """
    for magic, mime in _MAGIC.items():
        if body.startswith(magic):
            return mime
    if body[:4] == b"RIFF" and body[8:12] == b"WEBP":
        return "image/webp"
    raise Refused("image.kind", _("This file is not a PNG, JPEG, GIF or WebP picture. The text was kept."))


def words(listed: str) -> list[str]:
    """Comma-separated words as a list, trimmed, each once whatever its case."""
    parts = (part.strip().lstrip("#") for part in listed.split(","))
    return list({part.casefold(): part for part in parts if part}.values())
