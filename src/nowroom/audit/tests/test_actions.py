from datetime import timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nowroom.audit.actions import record
from nowroom.audit.models import GENESIS, Entry
from nowroom.audit.queries import breaks, entries_since, last_number
from nowroom.lib.actor import system
from nowroom.people.queries import actor_for
from tests.cast import Cast

SYSTEM = system("test")
_LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(-1e12, 1e12)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))
)
_FACTS = st.dictionaries(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=9),
    st.recursive(_LEAVES, lambda inner: st.lists(inner, max_size=3), max_leaves=5),
    max_size=4,
)


def test_an_entry_says_who_when_what_and_what_they_saw(cast: Cast) -> None:
    by = actor_for(cast.duty_editor)
    entry = record("brand.seen", cast.brand, brand_id=cast.brand.pk, by=by, now=cast.now, facts={"seen": "all"})
    kept = Entry.objects.for_brand(cast.brand).get(pk=entry.pk)
    assert (kept.actor_kind, kept.actor_id, kept.actor_name) == ("person", str(cast.duty_editor.pk), "Dana")
    assert (kept.at, kept.verb, kept.object_type, kept.object_id) == (
        cast.now,
        "brand.seen",
        "people.brand",
        str(cast.brand.pk),
    )
    assert kept.facts == {"seen": "all"}


def test_entries_are_numbered_without_gaps_and_each_holds_the_digest_before(cast: Cast) -> None:
    entries = list(entries_since(cast.brand.pk, 0))
    assert [e.number for e in entries] == list(range(1, len(entries) + 1))
    assert [e.previous for e in entries] == [GENESIS, *(e.digest for e in entries[:-1])]
    assert last_number(cast.brand.pk) == len(entries)


def test_an_entry_goes_away_with_the_transaction_that_failed(cast: Cast) -> None:
    before = last_number(cast.brand.pk)
    with transaction.atomic():
        record("brand.seen", cast.brand, brand_id=cast.brand.pk, by=SYSTEM, now=cast.now)
        transaction.set_rollback(True)  # as an exception in the caller would
    assert last_number(cast.brand.pk) == before
    assert not list(breaks())


def test_each_brand_has_a_chain_of_its_own(cast: Cast) -> None:
    before = last_number(cast.other_brand.pk)
    record("brand.seen", cast.brand, brand_id=cast.brand.pk, by=SYSTEM, now=cast.now)
    assert last_number(cast.other_brand.pk) == before


def test_a_clock_that_jumps_back_keeps_the_order(cast: Cast) -> None:
    for now in (cast.now, cast.now - timedelta(days=1)):
        record("brand.seen", cast.brand, brand_id=cast.brand.pk, by=SYSTEM, now=now)
    later, earlier = entries_since(cast.brand.pk, last_number(cast.brand.pk) - 2)
    assert later.at > earlier.at
    assert not list(breaks())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=40)
@given(facts=_FACTS)
def test_whatever_facts_are_kept_the_chain_holds_when_read_back(cast: Cast, facts: dict[str, object]) -> None:
    record("brand.seen", cast.brand, brand_id=cast.brand.pk, by=SYSTEM, now=cast.now, facts=facts)
    assert not list(breaks())
