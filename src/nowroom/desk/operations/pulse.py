"""How a brand's state is known to have changed: by the length of its record, and by its newest mention."""

from dataclasses import dataclass

from nowroom.audit.queries import entries_since, last_number
from nowroom.listening.models import Mention

# Which fragments of open pages an entry of the record makes old, by the area before the dot of its verb.
_FRAGMENTS: dict[str, frozenset[str]] = {
    "account": frozenset({"next", "stuck"}),
    "alert": frozenset({"glance", "fire", "chances"}),
    "approval": frozenset({"glance", "mine", "loaded"}),
    "asset": frozenset({"queue", "next", "loaded"}),
    "delivery": frozenset({"glance", "queue", "holds", "next", "held", "loaded", "stuck"}),
    "hold": frozenset({"glance", "queue", "holds", "fire", "chances", "next", "held", "loaded"}),
    "moment": frozenset({"loaded"}),
    "signal": frozenset({"glance", "fire", "chances"}),
    "source": frozenset({"sources"}),
    "topic": frozenset({"said"}),
}
_HEARD = frozenset({"said", "mentions", "sources"})
# After so many entries every fragment is old anyway.
_MOST_ENTRIES = 500
FRAGMENTS = frozenset[str]().union(_HEARD, *_FRAGMENTS.values())
"""Every fragment that an event can name."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A point in a brand's life: the number of its newest entry and the key of its newest mention."""

    entry: int
    mention: int

    def __str__(self) -> str:
        return f"{self.entry}-{self.mention}"

    @classmethod
    def parse(cls, text: str) -> "Pulse | None":
        """The pulse that an event's id names, or None where it names none."""
        entry, _dash, mention = text.partition("-")
        return cls(int(entry), int(mention)) if entry.isdecimal() and mention.isdecimal() else None


def read_pulse(brand_id: int, last: Pulse | None = None) -> Pulse:
    """The brand's pulse now. With the last one known, only what came since is read."""
    mentions = Mention.objects.for_brand(brand_id).filter(pk__gt=last.mention if last else 0)
    newest = mentions.order_by("-pk").values_list("pk", flat=True).first()
    return Pulse(last_number(brand_id), newest or (last.mention if last else 0))


def changed(brand_id: int, old: Pulse, new: Pulse) -> frozenset[str]:
    """The fragments that are old after what happened between two pulses."""
    heard = _HEARD if new.mention != old.mention else frozenset[str]()
    if new.entry == old.entry:
        return heard
    if new.entry < old.entry or new.entry - old.entry > _MOST_ENTRIES:
        return FRAGMENTS
    verbs = entries_since(brand_id, old.entry).values_list("verb", flat=True)
    areas = {verb.partition(".")[0] for verb in verbs}
    return heard.union(*(_FRAGMENTS.get(area, frozenset()) for area in areas))
