from datetime import UTC, datetime, timedelta, timezone

import pytest

from nowroom.engine.batch import SCHEMA, BatchError, posts, validated

ROW = {"id": "1", "ts": datetime(2024, 1, 1, tzinfo=UTC), "text": "hello", "source": "s"}


def test_it_fills_missing_values_with_null_and_turns_times_into_utc() -> None:
    paris = datetime(2024, 1, 1, 2, tzinfo=timezone(timedelta(hours=2)))
    batch = posts([{**ROW, "ts": paris}])
    assert batch.schema == SCHEMA
    assert batch.row(0, named=True) == {**ROW, "author": None, "place": None, "lang": None, "url": None}


def test_an_empty_batch_has_the_schema() -> None:
    assert validated(posts([])).schema == SCHEMA


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"ts": datetime(2024, 1, 1)}, "time zone"),  # noqa: DTZ001 - a naive time is what must be refused
        ({"text": None}, "'text' is missing"),
        ({"lang": 7}, "'lang' must be text, not int"),
        ({"likes": "3"}, "unknown column 'likes'"),
    ],
)
def test_it_refuses_a_row_that_does_not_fit_and_says_why(change: dict[str, object], said: str) -> None:
    with pytest.raises(BatchError, match=said) as refusal:
        posts([ROW, {**ROW, **change}])
    assert "Row 1" in str(refusal.value)


def test_a_lone_surrogate_does_not_break_a_batch() -> None:
    assert posts([{**ROW, "text": "a\ud800b"}])["text"][0] == "a?b"


def test_it_refuses_a_frame_with_other_columns() -> None:
    with pytest.raises(BatchError, match="columns"):
        validated(posts([ROW]).drop("url"))
