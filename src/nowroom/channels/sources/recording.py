"""A recorded stream as a source: CSV or JSON lines with at least a time and a text."""

from collections.abc import Generator, Iterator
from datetime import UTC, datetime
from pathlib import Path

from nowroom.channels.sources.base import Heard, Problem, RawPost
from nowroom.channels.sources.rows import Row, read_rows

REQUIRED = ("ts_utc", "text")


class Recording:
    """Plays a file back in the file's order, as fast as it is asked; the cursor is the last line that was given."""

    def __init__(self, path: Path, *, name: str = "recording", size: int = 500) -> None:
        """`name` is the posts' source where the file has none; `size` is how many posts a helping has."""
        self._path = path
        self._name = name
        self._size = size

    def listen(self, cursor: str | None) -> Generator[Heard, None, None]:
        """See `Listener`. Ends with the file."""
        return self._helpings(read_rows(self._path, REQUIRED), after=int(cursor or 0))

    def _helpings(self, rows: Iterator[Row | Problem], after: int) -> Generator[Heard, None, None]:
        posts: list[RawPost] = []
        problems: list[Problem] = []
        line = after
        for row in rows:
            if (row.line or 0) <= after:
                continue
            line = row.line or line
            found = _post(row, self._name) if isinstance(row, Row) else row
            if isinstance(found, Problem):
                problems.append(found)
            else:
                posts.append(found)
            if len(posts) + len(problems) >= self._size:
                yield Heard(tuple(posts), str(line), tuple(problems))
                posts, problems = [], []
        if posts or problems:
            yield Heard(tuple(posts), str(line), tuple(problems))


def _post(row: Row, name: str) -> RawPost | Problem:
    values = row.values
    try:
        at = datetime.fromisoformat(values["ts_utc"].strip())
        if at.tzinfo is not None:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return Problem(f"“{values['ts_utc']}” is not a time as in 2013-04-15T18:49:43Z.", line=row.line)
    if at.tzinfo is None:
        return Problem(f"“{values['ts_utc']}” has no zone; write it with a Z.", line=row.line)
    return RawPost(
        id=values.get("id") or values.get("tweet_id") or str(row.line),
        ts=at,
        text=values["text"],
        author=values.get("author"),
        place=values.get("place"),
        lang=values.get("lang"),
        source=values.get("source") or name,
        url=None,
    )
