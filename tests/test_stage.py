"""The stage itself: the cast, the flush, the home."""

import os
from datetime import timedelta

import pytest
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from nowroom.audit.models import Entry
from nowroom.people.models import Organization, Role
from nowroom.people.queries import actor_for, brands_of, roles_of
from nowroom.publishing.models import DeliveryState
from tests.cast import Cast, assemble


def test_everyone_has_one_role_and_the_outsider_none(cast: Cast) -> None:
    roles = [roles_of(actor_for(person), cast.brand) for person in cast.members.values()]
    assert {role for one in roles for role in one} == set(Role)
    assert all(len(one) == 1 for one in roles)
    assert list(brands_of(cast.outsider)) == [cast.other_brand]
    assert list(brands_of(cast.administrator)) == [cast.brand]


def test_a_queue_is_due_one_after_the_other(cast: Cast) -> None:
    queue = cast.queue(3)
    assert [d.state for d in queue] == [DeliveryState.QUEUED] * 3
    assert [d.due_at for d in queue] == [cast.now + timedelta(minutes=10 * n) for n in (1, 2, 3)]


@pytest.mark.django_db(transaction=True)
def test_a_flush_empties_append_only_tables_and_leaves_their_triggers(cast: Cast) -> None:
    call_command("flush", verbosity=0, interactive=False)
    assert not Organization.objects.exists()
    assert not Entry.objects.everywhere().exists()
    again = assemble(cast.now)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM audit_entry WHERE brand_id = %s", [again.brand.pk])


def test_the_home_is_not_the_operators(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert str(settings.HOME) == os.path.realpath(os.environ["NOWROOM_HOME"])
    assert "nowroom-tests-" in str(settings.HOME)
