"""Who acts: a person, a rule or the system, always as a value and never as separate functions."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """The three kinds of actor that the record knows."""

    PERSON = "person"
    RULE = "rule"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts.

    `id` is the person's primary key for persons and the rule's or worker's name otherwise; `name` is what pages show.
    """

    kind: ActorKind
    id: str
    name: str

    @property
    def person_id(self) -> int | None:
        """The person's primary key, or None when a rule or the system acts."""
        return int(self.id) if self.kind is ActorKind.PERSON else None


def rule(name: str) -> Actor:
    """The actor for a standing rule, e.g. the brand's threat policy."""
    return Actor(ActorKind.RULE, name, name)


def system(name: str) -> Actor:
    """The actor for one of our own loops, e.g. ``system("send")``."""
    return Actor(ActorKind.SYSTEM, name, name)
