"""Somebody with a database shell tampers, past the triggers: the chain tells."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from django.db import connection

from nowroom.audit.models import Chain, Entry
from nowroom.audit.queries import breaks
from nowroom.audit.rules import digest
from tests.cast import Cast


@contextmanager
def _without_triggers() -> Iterator[None]:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'audit_entry'")
            for (name,) in cursor.fetchall():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # a table with pending checks cannot be altered
            cursor.execute("ALTER TABLE audit_entry DISABLE TRIGGER USER")
    yield


def _found(brand_id: int) -> list[tuple[int, str]]:
    return [(b.number, b.reason) for b in breaks() if b.brand_id == brand_id]


def test_an_untouched_log_has_no_break(cast: Cast) -> None:
    assert list(breaks()) == []


@pytest.mark.parametrize(
    "change",
    [
        {"actor_name": "Somebody else"},
        {"actor_id": "0"},
        {"actor_kind": "rule"},
        {"verb": "member.forgotten"},
        {"object_id": "0"},
        {"object_type": "people.person"},
        {"facts": {"name": "Nobody"}},
        {"previous": "f" * 64},
        {"digest": "f" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_changed_row_is_found(cast: Cast, change: dict[str, object]) -> None:
    with _without_triggers():
        Entry.objects.for_brand(cast.brand).filter(number=3).update(**change)
    assert _found(cast.brand.pk) == [(3, "entry was changed")]
    assert _found(cast.other_brand.pk) == []


def test_a_changed_time_is_found(cast: Cast) -> None:
    with _without_triggers():
        Entry.objects.for_brand(cast.brand).filter(number=2).update(at=cast.now.replace(year=2020))
    assert _found(cast.brand.pk) == [(2, "entry was changed")]


def test_a_changed_row_with_a_digest_of_its_own_breaks_the_next_one(cast: Cast) -> None:
    entry = Entry.objects.for_brand(cast.brand).get(number=3)
    entry.actor_name = "Somebody else"
    with _without_triggers():
        rows = Entry.objects.for_brand(cast.brand).filter(pk=entry.pk)
        rows.update(actor_name=entry.actor_name, digest=digest(entry))
    assert _found(cast.brand.pk) == [(4, "entry was changed")]


def test_a_deleted_row_is_found(cast: Cast) -> None:
    with _without_triggers():
        Entry.objects.for_brand(cast.brand).filter(number=2).delete()
    assert _found(cast.brand.pk) == [(2, "entry is missing")]


def test_a_cut_off_tail_is_found(cast: Cast) -> None:
    last = Chain.objects.get(brand_id=cast.brand.pk).length
    with _without_triggers():
        Entry.objects.for_brand(cast.brand).filter(number__gt=last - 2).delete()
    assert _found(cast.brand.pk) == [(last - 1, "entries were cut off at the end")]


def test_an_entry_moved_to_another_brand_is_found_on_both(cast: Cast) -> None:
    with _without_triggers():
        Entry.objects.for_brand(cast.brand).filter(number=2).update(brand_id=cast.other_brand.pk, number=999)
    assert _found(cast.brand.pk) == [(2, "entry is missing")]
    assert len(_found(cast.other_brand.pk)) == 1


def test_entries_whose_chain_is_gone_are_found(cast: Cast) -> None:
    Chain.objects.filter(brand_id=cast.brand.pk).delete()
    assert len(_found(cast.brand.pk)) == 1
