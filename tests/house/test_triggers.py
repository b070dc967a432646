"""What the database itself refuses, whoever asks: raw SQL past every action, on both databases."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from nowroom.clearance.models import Answer, Approval, ApprovalRequest
from nowroom.content.actions import create_asset
from nowroom.content.queries import ImageDraft, VariantDraft
from nowroom.people.queries import actor_for
from nowroom.publishing.models import Delivery
from tests.cast import NO, YES, Cast

_APPEND_ONLY = {
    "audit_entry": ("verb = 'nothing'", "the log is append-only"),
    "content_revision": ("note = 'changed'", "a revision is immutable"),
    "content_variant": ("text = 'changed'", "a variant is immutable"),
    "content_image": ("alt = 'changed'", "a image is immutable"),
    "clearance_answer": ("note = 'changed'", "what was asked and answered stays"),
    "clearance_planned_delivery": ("account_id = account_id + 1", "what was asked and answered stays"),
}
Row = Mapping[str, Any]
_UNAPPROVED = "points at an approval of exactly the revision"
_UNEARNED = "needs a yes from everyone asked"
_ALONE = {
    "request_stays_as_asked",
    "approval_is_earned",
    "approval_stays",
    "delivery_is_approved",
    "delivery_stays_approved",
}


def _refuses(sql: str, says: str, values: Row | None = None) -> None:
    with pytest.raises(DatabaseError, match=says), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values or {})


def _execute(sql: str, values: Row | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, values or {})


def _picture(cast: Cast) -> None:
    """An approved delivery, and an asset with a picture: a row in every append-only table."""
    cast.delivery()
    picture = ImageDraft(b"\x89PNG\r\n\x1a\n", "two runners")
    drafts = [VariantDraft("webhook", "Run!", images=(picture,))]
    create_asset(cast.brand, name="Picture", variants=drafts, by=actor_for(cast.creator), now=cast.now)


def _insert(table: str, row: Row) -> str:
    columns = [name for name in row if name != "id"]
    return f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({', '.join(f'%({c})s' for c in columns)})"


def _raw(table: str, pk: int) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} WHERE id = %s", [pk])
        return dict(zip([c[0] for c in cursor.description], cursor.fetchone(), strict=True))


@pytest.mark.parametrize("table", _APPEND_ONLY)
def test_it_refuses_to_change_or_delete_what_is_on_the_record(cast: Cast, table: str) -> None:
    _picture(cast)
    change, says = _APPEND_ONLY[table]
    _refuses(f"UPDATE {table} SET {change}", says)
    _refuses(f"DELETE FROM {table}", says)


@pytest.mark.parametrize("column", ["valid_until", "digest", "revision_id"])
def test_a_request_stays_as_asked(cast: Cast, column: str) -> None:
    request = cast.delivery().approval.request
    values = {"valid_until": "2030-01-01 00:00:00+00:00", "digest": "f" * 64, "revision_id": cast.asset("Other").pk}
    _refuses(
        f"UPDATE clearance_request SET {column} = %(value)s WHERE id = {request.pk}",
        "stays as asked",
        {"value": values[column]},
    )


def test_an_approval_can_only_be_revoked(cast: Cast) -> None:
    approval = cast.delivery().approval
    later = f"UPDATE clearance_approval SET valid_until = '2030-01-01 00:00:00+00:00' WHERE id = {approval.pk}"
    _refuses(later, "can only be revoked")
    _execute(f"UPDATE clearance_approval SET revoked_at = granted_at WHERE id = {approval.pk}")


def test_a_delivery_keeps_what_was_approved(cast: Cast) -> None:
    delivery, other = cast.delivery(), cast.delivery()
    changes = [f"{column} = {getattr(other, column)}" for column in ("approval_id", "variant_id", "planned_id")]
    for change in (*changes, f"account_id = {cast.webhook.pk}", f"brand_id = {cast.other_brand.pk}", "key = 'another'"):
        _refuses(f"UPDATE publishing_delivery SET {change} WHERE id = {delivery.pk}", "keeps its approval")


def _unsent(cast: Cast) -> dict[str, Any]:
    """A row that the table would take: of an approved plan whose delivery was erased, passage and all."""
    row = _raw("publishing_delivery", cast.delivery().pk)
    _execute(f"DELETE FROM publishing_delivery WHERE id = {row['id']}")
    return row


def test_the_row_of_the_next_tests_is_sound_but_for_what_they_change(cast: Cast) -> None:
    row = _unsent(cast)
    _execute(_insert("publishing_delivery", row), row)
    assert Delivery.objects.for_brand(cast.brand).count() == 1


@pytest.mark.parametrize("column", ["approval_id", "planned_id", "variant_id", "account_id", "brand_id"])
def test_it_refuses_a_delivery_without_an_approval_of_exactly_what_it_sends(cast: Cast, column: str) -> None:
    row, other = _unsent(cast), cast.delivery()
    changed: dict[str, Any] = {
        "approval_id": other.approval_id,
        "planned_id": cast.request([cast.plan(cast.asset("Asked"))]).planned.get().pk,
        "variant_id": other.variant_id,
        "account_id": cast.webhook.pk,
        "brand_id": cast.other_brand.pk,
    }
    row |= {column: changed[column]}
    _refuses(_insert("publishing_delivery", row), _UNAPPROVED, row)


def test_it_refuses_a_delivery_under_no_approval_at_all(cast: Cast) -> None:
    row = _unsent(cast) | {"approval_id": 999_999}
    _refuses(_insert("publishing_delivery", row), _UNAPPROVED, row)


def _approval_of(request: ApprovalRequest, **changes: object) -> dict[str, Any]:
    return {
        "brand_id": request.brand_id,
        "request_id": request.pk,
        "revision_id": request.revision_id,
        "valid_from": request.valid_from,
        "valid_until": request.valid_until,
        "digest": request.digest,
        "granted_at": request.asked_at,
        "revoked_at": None,
    } | changes


def _set_approved(request: ApprovalRequest) -> None:
    _execute(f"UPDATE clearance_request SET state = 'approved' WHERE id = {request.pk}")


def _answer(request: ApprovalRequest, cast: Cast, *, digest: str, yes: bool = True) -> None:
    verdict = YES if yes else NO
    Answer.objects.create(
        brand=cast.brand,
        ask=request.asks.order_by("pk")[0],
        yes=verdict.yes,
        no_unneeded_risk=verdict.no_unneeded_risk,
        hurts_nobody=verdict.hurts_nobody,
        grandmother_may_read=verdict.grandmother_may_read,
        digest=digest,
        at=cast.now + timedelta(minutes=1),
    )


@pytest.mark.parametrize("why", ["nobody answered", "one of two", "a no", "another digest", "still open"])
def test_it_refuses_an_approval_that_nobody_earned(cast: Cast, why: str) -> None:
    approvers = [cast.legal, cast.press] if why == "one of two" else [cast.legal]
    request = cast.request([cast.plan(cast.asset())], approvers=approvers)
    if why != "nobody answered":
        _answer(request, cast, digest="f" * 64 if why == "another digest" else request.digest, yes=why != "a no")
    if why != "still open":
        _set_approved(request)
    row = _approval_of(request)
    _refuses(_insert("clearance_approval", row), _UNEARNED, row)
    assert not Approval.objects.for_brand(cast.brand).exists()


def test_it_refuses_an_approval_of_another_revision_than_was_asked_about(cast: Cast) -> None:
    request = cast.request([cast.plan(cast.asset())])
    _answer(request, cast, digest=request.digest)
    _set_approved(request)
    row = _approval_of(request, revision_id=cast.asset("Another").pk)
    _refuses(_insert("clearance_approval", row), _UNEARNED, row)
    good = _approval_of(request)
    _execute(_insert("clearance_approval", good), good)


def test_a_yes_without_the_risk_questions_is_no_row(cast: Cast) -> None:
    cast.delivery()
    answer = _raw("clearance_answer", Answer.objects.for_brand(cast.brand).get().pk)
    second = cast.request([cast.plan(cast.asset("Second"))]).asks.get()
    row = answer | {"hurts_nobody": False, "ask_id": second.pk}
    _refuses(_insert("clearance_answer", row), "yes_answers_the_risk_questions", row)


def test_every_trigger_is_there(db: None) -> None:
    """A table that SQLite rebuilds loses its triggers; the migration that alters it must add them again."""
    lists = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(lists[connection.vendor])
        names = {name for (name,) in cursor.fetchall()}
    assert names == _ALONE | {f"{table}_no_{on}" for table in _APPEND_ONLY for on in ("update", "delete")}
