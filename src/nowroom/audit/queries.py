"""Reading the log, and checking that nobody has changed it."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import QuerySet

from nowroom.audit.models import GENESIS, Chain, Entry
from nowroom.audit.rules import digest


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


def breaks() -> Iterator[Break]:
    """The first break of every chain that has one; nothing where the log is whole."""
    for chain in Chain.objects.order_by("brand_id"):
        broken = _first_break(chain)
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
