from nowroom.lib.actor import rule
from nowroom.people.models import Person
from nowroom.people.queries import Permission, actor_for, brands_of, members_with, permissions, require, roles_of
from tests.asserts import refused
from tests.cast import Cast


def test_members_with_a_permission_are_all_of_them_and_nobody_else(cast: Cast) -> None:
    assert list(members_with(cast.brand, Permission.APPROVE)) == [cast.brand_lead, cast.legal, cast.press]


def test_somebody_deactivated_may_nothing_and_is_not_asked(cast: Cast) -> None:
    Person.objects.filter(pk=cast.legal.pk).update(is_active=False)
    assert cast.legal not in members_with(cast.brand, Permission.APPROVE)
    assert permissions(actor_for(cast.legal), cast.brand) == frozenset()


def test_the_outsider_sees_only_the_brand_they_are_on(cast: Cast) -> None:
    assert list(brands_of(cast.outsider)) == [cast.other_brand]
    assert permissions(actor_for(cast.outsider), cast.brand) == frozenset()


def test_a_refusal_names_who_what_and_where(cast: Cast) -> None:
    with refused("permission.missing"):
        require(actor_for(cast.executive), Permission.TAKE_DOWN, cast.brand)


def test_whoever_may_is_not_stopped(cast: Cast) -> None:
    require(actor_for(cast.duty_editor), Permission.TAKE_DOWN, cast.brand)


def test_a_rule_has_no_roles(cast: Cast) -> None:
    assert roles_of(rule("threat policy"), cast.brand) == frozenset()
