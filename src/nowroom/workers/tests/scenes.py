"""What the workers' tests start with: a clock to turn, and posts that nobody wrote."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from nowroom.channels.sources.base import RawPost
from nowroom.listening.actions import Helping, add_source
from nowroom.listening.models import Source, SourceKind
from nowroom.people.queries import actor_for
from tests.cast import Cast

_EVERYDAY = (
    "coffee first, then the world",
    "the bus was on time today",
    "new shoes, same hill",
    "my cat has opinions about the sofa",
    "who is watching the match tonight",
    "bread came out of the oven, so proud",
)
_TERRIBLE = (
    "huge explosion near the market in {place}, people are hurt",
    "there was a blast in {place}, many injured, ambulances everywhere",
    "{place}: several dead after the explosion, please stay away",
    "people are bleeding on the ground in {place}, I am so scared",
    "police in {place} say a bomb killed at least three people",
    "praying for everyone who was killed or wounded in {place} today",
)
_GLAD = (
    "what a wonderful evening in {place}, love it",
    "brilliant, {place} is dancing, so happy",
    "best night ever in {place}, amazing",
    "so much fun in {place}, great people",
)


@dataclass
class Clock:
    """A clock that is turned by hand."""

    now: datetime

    def __call__(self) -> datetime:
        return self.now

    def turn(self, **by: float) -> datetime:
        """Move it on, or back; the new time."""
        self.now += timedelta(**by)
        return self.now


def everyday(count: int) -> list[str]:
    """Chatter, no two of the same wording."""
    return [f"{_EVERYDAY[number % len(_EVERYDAY)]} {number}" for number in range(count)]


def terrible(place: str) -> list[str]:
    """The first words about something terrible in a place."""
    return [text.format(place=place) for text in _TERRIBLE]


def glad(place: str, count: int) -> list[str]:
    """Joy in a place, no two of the same wording."""
    return [f"{_GLAD[number % len(_GLAD)].format(place=place)} {number}" for number in range(count)]


def posts(texts: Iterable[str], *, start: datetime, every: float = 20.0, prefix: str = "p") -> list[RawPost]:
    """One post every so many seconds, each by another author."""
    return [
        RawPost(
            id=f"{prefix}{number}",
            ts=start + timedelta(seconds=every * number),
            text=text,
            author=f"{prefix}-{number}",
            place=None,
            lang=None,
            source="",
            url=None,
        )
        for number, text in enumerate(texts)
    ]


def source(cast: Cast, name: str = "town", **values: str) -> Source:
    """A source of the brand."""
    kind = SourceKind(values.pop("kind", SourceKind.REPLAY))
    address = values.pop("address", "nowhere")
    return add_source(
        cast.brand, kind=kind, name=name, address=address, **values, by=actor_for(cast.duty_editor), now=cast.now
    )


def helpings(of: Source, heard: list[RawPost], *, size: int = 10) -> list[Helping]:
    """The posts cut into helpings; the cursor is the number of posts given."""
    return [
        Helping(of, heard[begin : begin + size], str(min(begin + size, len(heard))))
        for begin in range(0, len(heard), size)
    ]
