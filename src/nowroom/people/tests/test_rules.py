import pytest

from nowroom.lib.actor import Actor, ActorKind, rule, system
from nowroom.people.models import Role
from nowroom.people.rules import GRANTS, Permission, granted, known_zone
from tests.asserts import refused

SOMEBODY = Actor(ActorKind.PERSON, "1", "Somebody")


def test_every_role_may_look_and_hold() -> None:
    assert set(GRANTS) == set(Role)
    assert all({Permission.VIEW, Permission.HOLD} <= grants for grants in GRANTS.values())


def test_only_approvers_and_brand_leads_say_yes() -> None:
    assert {role for role in Role if Permission.APPROVE in GRANTS[role]} == {Role.APPROVER, Role.BRAND_LEAD}


def test_only_the_brand_lead_releases() -> None:
    assert {role for role in Role if Permission.RELEASE in GRANTS[role]} == {Role.BRAND_LEAD}


def test_an_executive_does_nothing_but_look_and_hold() -> None:
    assert GRANTS[Role.EXECUTIVE] == {Permission.VIEW, Permission.HOLD}


def test_an_outsider_may_nothing() -> None:
    assert granted(SOMEBODY, frozenset()) == frozenset()


def test_roles_add_up() -> None:
    both = granted(SOMEBODY, frozenset({Role.APPROVER, Role.ADMINISTRATOR}))
    assert both == GRANTS[Role.APPROVER] | GRANTS[Role.ADMINISTRATOR]


@pytest.mark.parametrize("permission", [Permission.APPROVE, Permission.RELEASE, Permission.GO])
def test_neither_a_rule_nor_the_system_decides_for_people(permission: Permission) -> None:
    everything = frozenset(Role)
    assert permission not in granted(rule("threat policy"), everything)
    assert permission not in granted(system("send"), everything)


def test_a_rule_may_hold() -> None:
    assert Permission.HOLD in granted(rule("threat policy"), frozenset())


def test_a_known_zone_is_given_back() -> None:
    assert known_zone("America/New_York") == "America/New_York"


@pytest.mark.parametrize("name", ["Mars/Olympus", "", "../etc/localtime", "berlin"])
def test_it_refuses_an_unknown_zone(name: str) -> None:
    with refused("zone.unknown"):
        known_zone(name)
