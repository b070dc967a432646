"""A draft as its channel and its public would see it: findings, counts against limits, preview."""

from dataclasses import dataclass
from functools import cache, cached_property

import regex
from django.urls import reverse

from nowroom.accounts.models import Account
from nowroom.accounts.queries import channel, usable_accounts
from nowroom.channels.base import Finding, Level, Message
from nowroom.channels.limits import load_limits
from nowroom.content.models import Image
from nowroom.content.queries import VariantDraft, blocking, findings
from nowroom.desk.preparation.sheet import Picture
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand

_GRAPHEME = regex.compile(r"\X")
# How much of the text around a finding is shown to tell where it is.
_AROUND, _INSIDE = 24, 80
_TONES = {Level.BLOCK: "red", Level.WARN: "amber", Level.NOTE: "neutral"}


@cache
def takes_subject(slug: str) -> bool:
    """Whether a channel asks for a subject: whether it would find one missing."""
    return any(finding.code.startswith("subject.") for finding in channel(slug).check(Message(text="x")))


@dataclass(frozen=True, slots=True)
class Count:
    """How much of a limit is used; `kind` is what is counted."""

    kind: str
    used: int
    limit: int

    @property
    def tone(self) -> str:
        """Red above the limit, amber near it."""
        if self.used > self.limit:
            return "red"
        return "amber" if self.used * 10 > self.limit * 9 else "neutral"


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding in words, with the part of the text that it is about between what stands before and after."""

    tone: str
    text: str
    before: str = ""
    marked: str = ""
    after: str = ""


@dataclass(frozen=True)
class Look:
    """What the page says of one draft, without writing anything. `kept` are the pictures that it has already."""

    draft: VariantDraft
    brand: Brand
    kept: tuple[Image, ...] = ()

    @cached_property
    def findings(self) -> list[Finding]:
        """What the channel says."""
        try:
            return findings(self.draft)
        except Refused as refusal:
            return [Finding(Level.BLOCK, refusal.code, refusal.message)]

    @property
    def blocks(self) -> bool:
        """Whether it cannot be saved as it is."""
        return bool(blocking(self.findings))

    @property
    def remarks(self) -> list[Remark]:
        """The findings, as the page shows them."""
        return [self._remark(finding) for finding in self.findings]

    @property
    def counts(self) -> list[Count]:
        """How much of the channel's limits on the text is used."""
        text = self.draft.text
        used = {"graphemes": len(_GRAPHEME.findall(text)), "characters": len(text), "bytes": len(text.encode())}
        limits = load_limits(f"nowroom.channels.{self.draft.channel}")
        return [
            Count(kind, count, limits[f"text_{kind}"].value) for kind, count in used.items() if f"text_{kind}" in limits
        ]

    @cached_property
    def account(self) -> Account | None:
        """The account that the preview shows it on: the first of its channel."""
        return usable_accounts(self.brand).filter(channel=self.draft.channel).first()

    @property
    def pictures(self) -> list[Picture]:
        """The pictures it has already, with the alt texts as typed."""
        return [
            Picture(reverse("desk:image", args=[self.brand.slug, image.pk]), typed.alt)
            for image, typed in zip(self.kept, self.draft.images, strict=False)
        ]

    def _remark(self, finding: Finding) -> Remark:
        tone, text, start = _TONES[finding.level], self.draft.text, finding.start
        if start is None or finding.end is None:
            return Remark(tone, finding.message)
        inside = text[start : finding.end]
        shown = inside if len(inside) <= _INSIDE else f"{inside[:_INSIDE]}…"
        return Remark(
            tone,
            finding.message,
            before=text[max(0, start - _AROUND) : start],
            marked=shown,
            after=text[finding.end : finding.end + _AROUND],
        )
