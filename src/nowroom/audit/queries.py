"""Reading the log, and checking that nobody has changed it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from nowroom.audit.models import GENESIS, Chain, Entry
from nowroom.audit.rules import digest
from nowroom.audit.words import sentence

__all__ = [
    "Break",
    "Narrowing",
    "areas",
    "break_of",
    "breaks",
    "entries_matching",
    "entries_since",
    "last_number",
    "sentence",
]


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold."""

    brand_id: int
    number: int
    reason: str


def entries_since(brand_id: int, number: int) -> QuerySet[Entry]:
    """A brand's entries after the given number, oldest first."""
    return Entry.objects.for_brand(brand_id).filter(number__gt=number).order_by("number")


def last_number(brand_id: int) -> int:
    """The number of the brand's newest entry, 0 where there is none."""
    chain = Chain.objects.filter(brand_id=brand_id).only("length").first()
    return chain.length if chain else 0


@dataclass(frozen=True, slots=True)
class Narrowing:
    """Which entries to show; an empty part narrows nothing. `day` is a day in the current time zone."""

    area: str = ""
    kind: str = ""
    name: str = ""
    day: date | None = None


def entries_matching(brand_id: int, narrowing: Narrowing, *, before: int | None = None) -> QuerySet[Entry]:
    """A brand's entries that match, newest first, from below the number `before` where one is given."""
    entries = Entry.objects.for_brand(brand_id).order_by("-number")
    if narrowing.area:
        entries = entries.filter(verb__startswith=f"{narrowing.area}.")
    if narrowing.kind:
        entries = entries.filter(actor_kind=narrowing.kind)
    if narrowing.name:
        entries = entries.filter(actor_name__icontains=narrowing.name)
    if narrowing.day:
        entries = entries.filter(at__date=narrowing.day)
    return entries if before is None else entries.filter(number__lt=before)


def areas(brand_id: int) -> list[str]:
    """The areas that the brand's entries are about, by name: what stands before the dot of their verbs."""
    verbs = Entry.objects.for_brand(brand_id).order_by("verb").values_list("verb", flat=True).distinct()
    return sorted({verb.partition(".")[0] for verb in verbs})


def break_of(brand_id: int) -> Break | None:
    """The first place where the brand's chain does not hold, or None where it is whole."""
    # A chain that is gone leaves one of no entries to compare with.
    return _first_break(Chain.objects.filter(brand_id=brand_id).first() or Chain(brand_id=brand_id))


def breaks() -> Iterator[Break]:
    """The first break of every chain that has one; nothing where the log is whole."""
    # Entries whose chain was deleted are a break, too: both tables are asked which chains there are.
    entries = Entry.objects.everywhere().order_by().values_list("brand_id", flat=True).distinct()
    for brand_id in sorted({*entries, *Chain.objects.values_list("brand_id", flat=True)}):
        broken = break_of(brand_id)
        if broken:
            yield broken


def _first_break(chain: Chain) -> Break | None:
    previous, number = GENESIS, 0
    for entry in Entry.objects.for_brand(chain.brand_id).order_by("number").iterator(chunk_size=2000):
        number += 1
        if entry.number != number:
            return Break(chain.brand_id, number, "entry is missing")
        if entry.previous != previous or entry.digest != digest(entry):
            return Break(chain.brand_id, number, "entry was changed")
        previous = entry.digest
    if (number, previous) != (chain.length, chain.digest):
        return Break(chain.brand_id, number + 1, "entries were cut off at the end")
    return None
