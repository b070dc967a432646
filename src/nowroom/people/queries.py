"""Who may do what where."""

from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter

from django.db.models import QuerySet

from nowroom.lib.actor import Actor, ActorKind
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand, Member, Person, Role
from nowroom.people.rules import GRANTS, Permission, granted, known_zone

__all__ = [
    "Permission",
    "actor_for",
    "brand_to_open",
    "brands_of",
    "known_zone",
    "members_with",
    "permissions",
    "require",
    "roles_of",
    "team",
]


def actor_for(person: Person) -> Actor:
    """The person as one who acts."""
    return Actor(ActorKind.PERSON, str(person.pk), person.name)


def brands_of(person: Person) -> QuerySet[Brand]:
    """The brands on which the person has any role, by name."""
    ids = Member.objects.everywhere().filter(person=person, is_active=True).values("brand_id")
    return Brand.objects.filter(pk__in=ids).select_related("organization").order_by("name")


def brand_to_open(person: Person, last: str | None) -> Brand | None:
    """The brand that the start page leads to: the one with the slug `last`, else the first by name, else none."""
    brands = brands_of(person)
    return brands.filter(slug=last).first() or brands.first()


def roles_of(actor: Actor, brand: Brand) -> frozenset[Role]:
    """The actor's roles on the brand; none for rules and the system."""
    if actor.person_id is None:
        return frozenset()
    rows = Member.objects.for_brand(brand).filter(person_id=actor.person_id, is_active=True, person__is_active=True)
    return frozenset(Role(role) for role in rows.values_list("role", flat=True))


def permissions(actor: Actor, brand: Brand) -> frozenset[Permission]:
    """All that the actor may do on the brand; empty for an outsider."""
    return granted(actor, roles_of(actor, brand))


def require(actor: Actor, permission: Permission, brand: Brand) -> None:
    """Do nothing when the actor may.

    Raises:
        Refused: the actor's roles do not grant the permission on this brand.
    """
    if permission not in permissions(actor, brand):
        raise Refused(
            "permission.missing",
            f"{actor.name} may not do this on {brand.name}: it needs “{permission.value.replace('_', ' ')}”. "
            "Nothing was changed. An administrator can give the role.",
        )


@dataclass(frozen=True, slots=True)
class Teammate:
    """A person on a brand with all their memberships of it."""

    person: Person
    memberships: tuple[Member, ...]


def team(brand: Brand) -> list[Teammate]:
    """Everybody on the brand, by name, each once."""
    rows = Member.objects.for_brand(brand).filter(is_active=True).select_related("person")
    ordered = sorted(rows, key=lambda member: (member.person.name.casefold(), member.person_id, member.pk))
    return [Teammate(person, tuple(memberships)) for person, memberships in groupby(ordered, key=attrgetter("person"))]


def members_with(brand: Brand, permission: Permission) -> QuerySet[Person]:
    """The active persons whose role on the brand grants the permission, by name."""
    roles = _roles_granting(permission)
    ids = Member.objects.for_brand(brand).filter(role__in=roles, is_active=True).values("person_id")
    return Person.objects.filter(pk__in=ids, is_active=True).order_by("name")


def _roles_granting(permission: Permission) -> tuple[Role, ...]:
    return tuple(role for role, grants in GRANTS.items() if permission in grants)
