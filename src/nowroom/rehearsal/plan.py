"""The plan of a rehearsal, as docs/reference/cli.md describes PLAN.toml."""

import re
import tomllib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, cast, get_args

ThreatChoice = Literal["hold", "ask", "off"]
_WINDOW = re.compile(r"(\d{1,5})\s*([smhd])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}


class PlanError(ValueError):
    """The plan cannot be rehearsed; the message says where and what was expected."""


@dataclass(frozen=True, slots=True)
class PlannedSource:
    """What is known of the stream as a whole."""

    name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class PlannedTopic:
    """A standing query beside the derived ones."""

    name: str
    query: str


@dataclass(frozen=True, slots=True)
class Planned:
    """One delivery of the plan; `due` is aware."""

    id: str
    channel: str
    handle: str
    text: str
    due: datetime
    window: timedelta
    region: str = ""
    places: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that a rehearsal sets up."""

    brand: str
    places: tuple[str, ...]
    sources: tuple[PlannedSource, ...]
    topics: tuple[PlannedTopic, ...]
    deliveries: tuple[Planned, ...]
    threat: ThreatChoice = "hold"


def read_plan(path: Path) -> Plan:
    """Read and check a plan.

    Raises:
        PlanError: it cannot be read, is no TOML, or lacks or misspells something.
    """
    try:
        return plan_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise PlanError(f"The plan {path} cannot be read: {error.strerror}.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise PlanError(f"The plan {path} is no TOML: {error}.") from error


def plan_from(data: dict[str, Any]) -> Plan:
    """The plan in parsed TOML.

    Raises:
        PlanError: something is missing, of the wrong kind, or impossible.
    """
    brand = _part(data, "brand", "plan")
    deliveries = tuple(_delivery(row, number) for number, row in enumerate(_rows(data, "delivery"), start=1))
    if not deliveries:
        raise PlanError("The plan has no [[delivery]]: there is nothing to rehearse.")
    ids = [planned.id for planned in deliveries]
    repeated = next((i for i in ids if ids.count(i) > 1), None)
    if repeated:
        raise PlanError(f"Two deliveries have the id “{repeated}”.")
    return Plan(
        brand=_text(brand, "name", "[brand]"),
        places=_words(brand, "places", "[brand]"),
        sources=tuple(
            PlannedSource(_text(row, "name", "[[source]]"), str(row.get("place", ""))) for row in _rows(data, "source")
        ),
        topics=tuple(
            PlannedTopic(_text(row, "name", "[[topic]]"), _text(row, "query", "[[topic]]"))
            for row in _rows(data, "topic")
        ),
        deliveries=deliveries,
        threat=_threat(data),
    )


def _delivery(row: dict[str, Any], number: int) -> Planned:
    where = f"[[delivery]] {row.get('id', number)}"
    account = _text(row, "account", where)
    channel, colon, handle = account.partition(":")
    if not (channel and colon and handle):
        raise PlanError(f"{where}: account is “{account}”, expected channel:handle as in bluesky:stride.")
    due = row.get("due")
    if not isinstance(due, datetime) or due.tzinfo is None:
        raise PlanError(f"{where}: due needs a time with a zone, as in 2013-04-15T19:00:00Z.")
    return Planned(
        id=_text(row, "id", where),
        channel=channel,
        handle=handle,
        text=_text(row, "text", where),
        due=due,
        window=_window(str(row.get("window", "30m")), where),
        region=str(row.get("region", "")),
        places=_words(row, "places", where),
        tags=_words(row, "tags", where),
    )


def _window(text: str, where: str) -> timedelta:
    match = _WINDOW.fullmatch(text.strip())
    if match is None or int(match[1]) == 0:
        raise PlanError(f"{where}: window is “{text}”, expected a length such as 20m, 2h or 90s.")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def _threat(data: dict[str, Any]) -> ThreatChoice:
    choice = _part(data, "policy", "plan").get("threat", "hold") if "policy" in data else "hold"
    if choice not in get_args(ThreatChoice):
        raise PlanError(f"[policy]: threat is “{choice}”, expected hold, ask or off.")
    return cast("ThreatChoice", choice)


def _part(data: dict[str, Any], name: str, where: str) -> dict[str, Any]:
    part = data.get(name)
    if not isinstance(part, dict):
        raise PlanError(f"The {where} has no [{name}].")
    return part


def _rows(data: dict[str, Any], name: str) -> list[dict[str, Any]]:
    rows = data.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise PlanError(f"{name} is a list of tables: write [[{name}]].")
    return rows


def _text(row: dict[str, Any], name: str, where: str) -> str:
    value = row.get(name)
    if not isinstance(value, str) or not value.strip():
        raise PlanError(f"{where}: {name} is missing.")
    return value


def _words(row: dict[str, Any], name: str, where: str) -> tuple[str, ...]:
    value = row.get(name, [])
    if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
        raise PlanError(f"{where}: {name} is a list of words.")
    return tuple(value)
