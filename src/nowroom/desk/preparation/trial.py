"""Trying a query on what was heard lately, before anybody listens for it."""

from dataclasses import dataclass

from nowroom.engine.batch import posts
from nowroom.engine.matcher import Matcher
from nowroom.engine.query import QuerySyntaxError, parse
from nowroom.listening.models import Mention
from nowroom.listening.queries import latest_mentions
from nowroom.people.models import Brand

# On how many of the newest mentions a query is tried, and how many that match are shown.
TRIED, SHOWN = 2_000, 3


@dataclass(frozen=True, slots=True)
class Mistake:
    """Why a query cannot be read, with the place marked in the line that it is on."""

    sentence: str
    before: str
    marked: str
    after: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How a query does on recent mentions; `mistake` where it cannot be read."""

    tried: int = 0
    matched: int = 0
    newest: tuple[Mention, ...] = ()
    mistake: Mistake | None = None


def try_query(brand: Brand, text: str) -> Trial:
    """Match the query against the brand's newest mentions. Nothing is stored."""
    try:
        query = parse(text)
    except QuerySyntaxError as error:
        return Trial(mistake=_mistake(text, error))
    columns = ("pk", "at", "text", "author", "place", "language", "source__name", "url")
    rows = list(latest_mentions(brand).values_list(*columns)[:TRIED])
    names = ("id", "ts", "text", "author", "place", "lang", "source", "url")
    batch = posts({**dict(zip(names, row, strict=True)), "id": str(row[0])} for row in rows)
    matcher = Matcher()
    matcher.add("tried", query)
    matched = [rows[post][0] for post in matcher.match(batch)["post"].to_list()]
    newest = latest_mentions(brand).filter(pk__in=matched[:SHOWN])
    return Trial(len(rows), len(matched), tuple(newest))


def _mistake(text: str, error: QuerySyntaxError) -> Mistake:
    lines = text.splitlines() or [""]
    line = lines[min(error.line, len(lines)) - 1]
    start = error.column - 1
    # The mark ends with the word; at the end of the line there is nothing to mark but the end itself.
    length = len(line[start:].split(maxsplit=1)[0]) if line[start:].strip() else 0
    marked = line[start : start + length] or "␣"
    return Mistake(str(error), line[:start], marked, line[start + length :])
