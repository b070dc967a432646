"""The one data type of the engine: a columnar batch of posts.

A batch is a polars DataFrame with exactly the columns of `SCHEMA`, one row per post. Missing values are null.
`id`, `ts`, `text` and `source` are never null; `ts` is the event time in UTC with microseconds.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import polars as pl

SCHEMA = pl.Schema(
    {
        "id": pl.String(),
        "ts": pl.Datetime("us", "UTC"),
        "text": pl.String(),
        "author": pl.String(),
        "place": pl.String(),
        "lang": pl.String(),
        "source": pl.String(),
        "url": pl.String(),
    }
)
REQUIRED = ("id", "ts", "text", "source")


class BatchError(ValueError):
    """The posts do not fit the schema; the message names the row or column."""


def posts(rows: Iterable[Mapping[str, Any]]) -> pl.DataFrame:
    """Build a batch from mappings.

    Optional keys may be missing. Unknown keys, a missing required value, a value of another type and a time
    without a zone raise `BatchError`.
    """
    checked = [_checked_row(number, row) for number, row in enumerate(rows)]
    return pl.DataFrame(checked, schema=SCHEMA, orient="row")


def validated(frame: pl.DataFrame) -> pl.DataFrame:
    """Return `frame` unchanged if it is a batch; raise `BatchError` if not."""
    if frame.schema != SCHEMA:
        raise BatchError(f"A batch has the columns {dict(SCHEMA)}, this frame has {dict(frame.schema)}.")
    for name in REQUIRED:
        if frame[name].null_count():
            raise BatchError(f"Column '{name}' has {frame[name].null_count()} missing values; it may have none.")
    return frame


def _checked_row(number: int, row: Mapping[str, Any]) -> tuple[Any, ...]:
    unknown = sorted(set(row) - set(SCHEMA))
    if unknown:
        raise BatchError(f"Row {number}: unknown column '{unknown[0]}'; known are {', '.join(SCHEMA)}.")
    return tuple(_checked_value(number, name, row.get(name)) for name in SCHEMA)


def _checked_value(number: int, name: str, value: object) -> object:
    if value is None:
        if name in REQUIRED:
            raise BatchError(f"Row {number}: '{name}' is missing.")
        return None
    if name == "ts":
        return _utc(number, value)
    if not isinstance(value, str):
        raise BatchError(f"Row {number}: '{name}' must be text, not {type(value).__name__}.")
    # A lone surrogate has no place in UTF-8, which columnar memory is made of.
    return value.encode("utf-8", "replace").decode()


def _utc(number: int, value: object) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise BatchError(f"Row {number}: 'ts' must be a datetime with a time zone, not {value!r}.")
    return value.astimezone(UTC)
