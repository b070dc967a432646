"""Every write about people."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from nowroom.audit.actions import lock_chain, record
from nowroom.lib.actor import Actor
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand, Member, Organization, Person, Role
from nowroom.people.queries import actor_for, members_with, permissions, require
from nowroom.people.rules import Permission, known_zone

INSTALLATION = 0


@dataclass(frozen=True, slots=True)
class Founding:
    """What the first-run page asks for."""

    organization: str
    brand: str
    time_zone: str
    name: str
    email: str
    password: str


@transaction.atomic
def found(founding: Founding, *, now: datetime) -> Person:
    """Create the organization, its first brand and the administrator, once per installation.

    Raises:
        Refused: somebody was here first, or the time zone is unknown.
    """
    lock_chain(INSTALLATION)  # two first visitors: the second waits here, and then finds the first
    if Organization.objects.exists():
        raise Refused("founding.done", _("This installation already has an organization. Sign in instead."))
    known_zone(founding.time_zone)
    person = _create_person(founding.email, founding.name, founding.password, founding.time_zone)
    actor = actor_for(person)
    organization = Organization.objects.create(name=founding.organization)
    record("organization.founded", organization, brand_id=INSTALLATION, by=actor, now=now)
    brand = _create_brand(organization, founding.brand, founding.time_zone, by=actor, now=now)
    for role in (Role.ADMINISTRATOR, Role.BRAND_LEAD):
        _enrol(brand, person, role, by=actor, now=now)
    return person


@transaction.atomic
def add_brand(organization: Organization, *, name: str, time_zone: str, by: Actor, now: datetime) -> Brand:
    """Add a brand; the person who adds it becomes its administrator.

    Raises:
        Refused: the actor administers no brand of the organization, or the time zone is unknown.
    """
    administers = any(Permission.ADMINISTER in permissions(by, sibling) for sibling in organization.brands.all())
    if not administers or by.person_id is None:
        raise Refused("permission.missing", _("Only an administrator of the organization can add a brand."))
    brand = _create_brand(organization, name, known_zone(time_zone), by=by, now=now)
    _enrol(brand, Person.objects.get(pk=by.person_id), Role.ADMINISTRATOR, by=by, now=now)
    return brand


@transaction.atomic
def add_member(brand: Brand, *, person: Person, role: Role, by: Actor, now: datetime) -> Member:
    """Give a person a role on the brand; giving it twice changes nothing.

    Raises:
        Refused: the actor may not administer the brand.
    """
    require(by, Permission.ADMINISTER, brand)
    return _enrol(brand, person, role, by=by, now=now)


@transaction.atomic
def invite(
    brand: Brand,
    *,
    email: str,
    name: str,
    role: Role,
    password: str | None,
    time_zone: str,
    by: Actor,
    now: datetime,
) -> Member:
    """Make the person known, if they are not yet, and give them the role.

    Without a password they can answer signed links and set one by the password-reset letter.

    Raises:
        Refused: the actor may not administer the brand, or the time zone is unknown.
    """
    require(by, Permission.ADMINISTER, brand)
    known_zone(time_zone)
    person = Person.objects.filter(email=email.strip().lower()).first()
    if person is None:
        person = _create_person(email, name, password, time_zone)
    return _enrol(brand, person, role, by=by, now=now)


@transaction.atomic
def remove_member(member: Member, *, by: Actor, now: datetime) -> None:
    """Take a role away; the row stays, for the record.

    Raises:
        Refused: the actor may not administer the brand, or it would be left without an administrator.
    """
    require(by, Permission.ADMINISTER, member.brand)
    others = members_with(member.brand, Permission.ADMINISTER).exclude(pk=member.person_id)
    if member.role == Role.ADMINISTRATOR and not others.exists():
        raise Refused("member.last_administrator", _("A brand needs an administrator. Name another one first."))
    if Member.objects.for_brand(member.brand).filter(pk=member.pk, is_active=True).update(is_active=False):
        record("member.removed", member, brand_id=member.brand_id, by=by, now=now, facts={"role": member.role})


@transaction.atomic
def change_own_settings(person: Person, *, name: str, time_zone: str, language: str, by: Actor, now: datetime) -> None:
    """Change how a person is called and in which zone and language they see the desk. Only they may.

    Raises:
        Refused: somebody else acts, or the time zone is unknown.
    """
    if by.person_id != person.pk:
        raise Refused("permission.missing", _("Only you can change your own settings. Nothing was changed."))
    known_zone(time_zone)
    Person.objects.filter(pk=person.pk).update(name=name, time_zone=time_zone, language=language)
    facts = {"name": name, "time_zone": time_zone, "language": language}
    record("person.changed", person, brand_id=INSTALLATION, by=by, now=now, facts=facts)


@transaction.atomic
def set_places(brand: Brand, *, places: Sequence[str], by: Actor, now: datetime) -> None:
    """Say where the brand is active: what is heard from there concerns it.

    Raises:
        Refused: the actor may not administer the brand.
    """
    require(by, Permission.ADMINISTER, brand)
    brand.places = list(places)
    Brand.objects.filter(pk=brand.pk).update(places=brand.places)
    record("brand.places_set", brand, brand_id=brand.pk, by=by, now=now, facts={"places": brand.places})


@transaction.atomic
def paint(brand: Brand, *, color: str, by: Actor, now: datetime) -> None:
    """Give the brand the colour of its band, as ``#rrggbb``.

    Raises:
        Refused: the actor may not administer the brand, or it is no such colour.
    """
    require(by, Permission.ADMINISTER, brand)
    if not re.fullmatch(r"#[0-9a-f]{6}", color):
        raise Refused("brand.color", _("A colour is written as #0d74ce."))
    brand.color = color
    Brand.objects.filter(pk=brand.pk).update(color=color)
    record("brand.painted", brand, brand_id=brand.pk, by=by, now=now, facts={"color": color})


def _create_person(email: str, name: str, password: str | None, time_zone: str) -> Person:
    person = Person(email=email.strip().lower(), name=name, time_zone=time_zone)
    person.set_password(password)
    person.save(force_insert=True)
    return person


def _create_brand(organization: Organization, name: str, time_zone: str, *, by: Actor, now: datetime) -> Brand:
    brand = Brand.objects.create(organization=organization, name=name, slug=_free_slug(name), time_zone=time_zone)
    record("brand.added", brand, brand_id=brand.pk, by=by, now=now, facts={"name": name})
    return brand


def _free_slug(name: str) -> str:
    base = slugify(name)[:32] or "brand"
    taken = set(Brand.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return base if base not in taken else next(s for n in range(2, 10_000) if (s := f"{base}-{n}") not in taken)


def _enrol(brand: Brand, person: Person, role: Role, *, by: Actor, now: datetime) -> Member:
    member, fresh = Member.objects.everywhere().get_or_create(brand=brand, person=person, role=role)
    if fresh or not member.is_active:
        Member.objects.everywhere().filter(pk=member.pk).update(is_active=True)
        facts = {"person": person.pk, "name": person.name, "role": role}
        record("member.added", member, brand_id=brand.pk, by=by, now=now, facts=facts)
    return member
