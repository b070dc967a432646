from dataclasses import replace

import pytest

from nowroom.lib.actor import Actor, rule, system
from nowroom.people import actions
from nowroom.people.models import Brand, Member, Organization, Person, Role
from nowroom.people.queries import actor_for, brands_of, roles_of
from tests.asserts import refused, verbs
from tests.cast import NOW, PASSWORD, Cast

FOUNDING = actions.Founding("Stride Group", "Stride", "Europe/Berlin", "Ada", " Ada@Stride.test ", PASSWORD)


def test_founding_makes_organization_brand_and_administrator(db: None) -> None:
    person = actions.found(FOUNDING, now=NOW)
    brand = Brand.objects.get()
    assert (person.email, brand.name, brand.organization.name) == ("ada@stride.test", "Stride", "Stride Group")
    assert person.check_password(PASSWORD)
    assert roles_of(actor_for(person), brand) == {Role.ADMINISTRATOR, Role.BRAND_LEAD}


def test_an_installation_is_founded_once(cast: Cast) -> None:
    with refused("founding.done"):
        actions.found(FOUNDING, now=cast.now)


def test_a_founding_with_an_unknown_zone_leaves_nothing_behind(db: None) -> None:
    with refused("zone.unknown"):
        actions.found(replace(FOUNDING, time_zone="Mars/Olympus"), now=NOW)
    assert not Organization.objects.exists()
    assert not Person.objects.exists()


def test_only_an_administrator_adds_members(cast: Cast) -> None:
    for name, person in cast.members.items():
        if name == "administrator":
            continue
        with refused("permission.missing"):
            actions.add_member(cast.brand, person=person, role=Role.BRAND_LEAD, by=actor_for(person), now=cast.now)


def test_an_outsider_adds_nobody_here_although_they_administer_elsewhere(cast: Cast) -> None:
    outsider = actor_for(cast.outsider)
    with refused("permission.missing"):
        actions.add_member(cast.brand, person=cast.outsider, role=Role.EXECUTIVE, by=outsider, now=cast.now)
    assert cast.brand not in brands_of(cast.outsider)


def test_a_role_given_twice_is_one_row_and_one_entry(cast: Cast) -> None:
    admin = actor_for(cast.administrator)
    for _again in range(2):
        actions.add_member(cast.brand, person=cast.creator, role=Role.STRATEGIST, by=admin, now=cast.now)
    assert verbs(cast.brand)[-1] == "member.added"
    assert Member.objects.for_brand(cast.brand).filter(person=cast.creator).count() == 2


def test_an_invited_person_known_already_gets_the_role_and_keeps_their_password(cast: Cast) -> None:
    member = actions.invite(
        cast.brand,
        email="OTTO@glide.test",
        name="Somebody else",
        role=Role.EXECUTIVE,
        password="another one entirely",
        time_zone="UTC",
        by=actor_for(cast.administrator),
        now=cast.now,
    )
    assert member.person == cast.outsider
    assert Person.objects.get(pk=cast.outsider.pk).check_password(PASSWORD)


def test_somebody_invited_without_a_password_cannot_sign_in_with_one(cast: Cast) -> None:
    member = actions.invite(
        cast.brand,
        email="new@stride.test",
        name="New",
        role=Role.APPROVER,
        password=None,
        time_zone="UTC",
        by=actor_for(cast.administrator),
        now=cast.now,
    )
    assert not member.person.has_usable_password()


def test_a_removed_member_may_nothing_and_stays_on_record(cast: Cast) -> None:
    member = Member.objects.for_brand(cast.brand).get(person=cast.creator)
    actions.remove_member(member, by=actor_for(cast.administrator), now=cast.now)
    assert roles_of(actor_for(cast.creator), cast.brand) == frozenset()
    assert Member.objects.for_brand(cast.brand).filter(pk=member.pk).exists()
    assert verbs(cast.brand)[-1] == "member.removed"


def test_a_removed_member_can_come_back(cast: Cast) -> None:
    admin = actor_for(cast.administrator)
    member = Member.objects.for_brand(cast.brand).get(person=cast.creator)
    actions.remove_member(member, by=admin, now=cast.now)
    actions.add_member(cast.brand, person=cast.creator, role=Role.CREATOR, by=admin, now=cast.now)
    assert roles_of(actor_for(cast.creator), cast.brand) == {Role.CREATOR}


def test_the_last_administrator_stays(cast: Cast) -> None:
    member = Member.objects.for_brand(cast.brand).get(person=cast.administrator, role=Role.ADMINISTRATOR)
    with refused("member.last_administrator"):
        actions.remove_member(member, by=actor_for(cast.administrator), now=cast.now)


def test_an_administrator_who_cannot_sign_in_does_not_count_as_another(cast: Cast) -> None:
    admin = actor_for(cast.administrator)
    actions.add_member(cast.brand, person=cast.creator, role=Role.ADMINISTRATOR, by=admin, now=cast.now)
    Person.objects.filter(pk=cast.creator.pk).update(is_active=False)
    member = Member.objects.for_brand(cast.brand).get(person=cast.administrator, role=Role.ADMINISTRATOR)
    with refused("member.last_administrator"):
        actions.remove_member(member, by=admin, now=cast.now)


def test_whoever_administers_any_brand_of_the_organization_adds_another(cast: Cast) -> None:
    brand = actions.add_brand(
        cast.organization, name="Stride", time_zone="UTC", by=actor_for(cast.outsider), now=cast.now
    )
    assert brand.slug == "stride-2"
    assert roles_of(actor_for(cast.outsider), brand) == {Role.ADMINISTRATOR}


@pytest.mark.parametrize("actor", [rule("threat policy"), system("send")])
def test_no_machine_adds_a_brand(cast: Cast, actor: Actor) -> None:
    with refused("permission.missing"):
        actions.add_brand(cast.organization, name="X", time_zone="UTC", by=actor, now=cast.now)


def test_nobody_else_adds_a_brand(cast: Cast) -> None:
    with refused("permission.missing"):
        actions.add_brand(cast.organization, name="X", time_zone="UTC", by=actor_for(cast.brand_lead), now=cast.now)


def test_a_name_of_no_latin_letters_still_has_an_address(cast: Cast) -> None:
    brand = actions.add_brand(
        cast.organization, name="株式会社", time_zone="Asia/Tokyo", by=actor_for(cast.administrator), now=cast.now
    )
    assert brand.slug == "brand"
