"""Rows of a recorded file: CSV or JSON lines, perhaps compressed, with the line number of each."""

import csv
import gzip
import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO, cast

from nowroom.channels.sources.base import Problem, SourceRefusedError

_UNREADABLE = (OSError, EOFError, zlib.error)


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its line in the file, from 1, and its values by column. Missing and empty values are left out."""

    line: int
    values: Mapping[str, str]


def read_rows(path: Path, required: tuple[str, ...]) -> Iterator[Row | Problem]:
    """The rows of a file in order; a bad one is a `Problem` with its line.

    The file as a whole is looked at by this call itself, before the first row is asked for.

    Raises:
        SourceRefusedError: there is no such file, or it is not CSV or JSON lines with the required columns.
    """
    first = _first_line(path)
    is_json = first.startswith("{")
    columns = _json_columns(path, first) if is_json else next(csv.reader([first]))
    missing = [name for name in required if name not in columns]
    if missing:
        raise SourceRefusedError(f"{path.name} has no column “{missing[0]}”. It needs {' and '.join(required)}.")
    return _rows(path, required, is_json=is_json)


def _first_line(path: Path) -> str:
    try:
        with _open(path) as text:
            first = text.readline()
    except _UNREADABLE as error:
        raise SourceRefusedError(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error
    if not first.strip():
        raise SourceRefusedError(f"{path.name} is empty, or begins with an empty line.")
    if not _is_clean(first):
        raise SourceRefusedError(f"{path.name} is not text in UTF-8.")
    return first


def _json_columns(path: Path, first: str) -> list[str]:
    try:
        return list(json.loads(first))
    except (ValueError, RecursionError) as error:
        raise SourceRefusedError(f"{path.name} begins like JSON lines, but its first line is not JSON.") from error


def _open(path: Path) -> TextIO:
    """The file as text. Bytes that are not UTF-8 become surrogates, so that only their row is bad."""
    opener = gzip.open if path.suffix == ".gz" else open
    return cast("TextIO", opener(path, "rt", encoding="utf-8-sig", errors="surrogateescape", newline=""))


def _rows(path: Path, required: tuple[str, ...], *, is_json: bool) -> Iterator[Row | Problem]:
    """All rows; a file that breaks off ends in a problem instead of an error, with what came before kept."""
    line = 0
    with _open(path) as text:
        try:
            for found in _json_rows(text) if is_json else _csv_rows(text):
                line = found.line or line
                yield _complete(found, required) if isinstance(found, Row) else found
        except _UNREADABLE as error:
            yield Problem(f"{path.name} breaks off: {error}.", line=line + 1, lasting=True)


def _json_rows(text: TextIO) -> Iterator[Row | Problem]:
    for line, content in enumerate(text, start=1):
        if not content.strip():
            continue
        try:
            values = json.loads(content)
        except (ValueError, RecursionError):  # recursion: brackets without end
            yield Problem("The line is not JSON.", line=line)
            continue
        if isinstance(values, dict):
            yield Row(line, {name: str(value) for name, value in values.items() if value is not None and value != ""})
        else:
            yield Problem("The line is not a JSON object.", line=line)


def _csv_rows(text: TextIO) -> Iterator[Row | Problem]:
    reader = csv.reader(text)
    header = next(reader)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(f"The row is not CSV: {error}.", line=reader.line_num)
            continue
        if len(cells) == len(header):
            yield Row(reader.line_num, {name: cell for name, cell in zip(header, cells, strict=True) if cell})
        elif cells:
            yield Problem(f"The row has {len(cells)} values for {len(header)} columns.", line=reader.line_num)


def _complete(row: Row, required: tuple[str, ...]) -> Row | Problem:
    for name in required:
        if not row.values.get(name, "").strip():
            return Problem(f"The row has no “{name}”.", line=row.line)
    if not all(_is_clean(value) for value in row.values.values()):
        return Problem("The row is not text in UTF-8.", line=row.line)
    return row


def _is_clean(text: str) -> bool:
    return "\0" not in text and not any("\ud800" <= character <= "\udfff" for character in text)
