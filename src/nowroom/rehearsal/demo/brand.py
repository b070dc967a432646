"""The made-up brand, set up by the actions that its people would have used."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from typing import Any

from nowroom.accounts.actions import AccountFacts, connect
from nowroom.accounts.models import Account
from nowroom.clearance.actions import ask_for_approval
from nowroom.clearance.models import Cue
from nowroom.clearance.queries import Plan
from nowroom.content.actions import create_asset
from nowroom.content.models import Revision
from nowroom.content.queries import VariantDraft
from nowroom.lib.actor import Actor
from nowroom.listening.actions import add_source, add_topic
from nowroom.listening.models import Source, SourceKind
from nowroom.people.actions import Founding, found, invite, paint, set_places
from nowroom.people.models import Brand, Person, Role
from nowroom.people.queries import actor_for, brands_of
from nowroom.planning.actions import move_moment, plan_moment
from nowroom.planning.models import Moment, MomentState, Scenario
from nowroom.publishing.actions import decide
from nowroom.rehearsal.demo import stream
from nowroom.rehearsal.stage import YES

PASSWORD = "light up the night"  # noqa: S105 - of made-up people on a throw-away database
WINDOW = timedelta(minutes=20)
VALID = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Cast:
    """Who and what the demo needs to go on."""

    brand: Brand
    duty_editor: Person
    sources: dict[str, Source]


@dataclass(frozen=True, slots=True)
class _Studio:
    """What building assets takes: who writes, who clears, where to, and since when."""

    brand: Brand
    writer: Actor
    approver: Person
    accounts: Mapping[str, Account]
    moments: Mapping[str, Moment]
    now: datetime


def set_up(*, now: datetime) -> Cast:
    """Set the made-up brand up in an empty database; times count from `now`."""
    data = tomllib.loads(files(__package__).joinpath("brand.toml").read_text(encoding="utf-8"))
    administrator = found(
        Founding(
            data["organization"], data["brand"], data["time_zone"], "Ada Novak", "ada@northlight.example", PASSWORD
        ),
        now=now,
    )
    brand, admin = brands_of(administrator).get(), actor_for(administrator)
    paint(brand, color=data["color"], by=admin, now=now)
    set_places(brand, places=data["places"], by=admin, now=now)
    people = {row["role"]: _person(brand, row, data["time_zone"], admin, now) for row in data["person"]}
    strategist = actor_for(people["strategist"])
    studio = _Studio(
        brand=brand,
        writer=strategist,
        approver=people["approver"],
        accounts={str(a): a for a in (_account(brand, row, admin, now) for row in data["account"])},
        moments={m.name: m for m in (_moment(brand, row, strategist, now) for row in data["moment"])},
        now=now,
    )
    for row in data["asset"]:
        _asset(studio, row)
    _leave_one_open(studio)
    return Cast(brand, people["duty_editor"], _sources(brand, admin, now))


def _person(brand: Brand, row: dict[str, Any], zone: str, by: Actor, now: datetime) -> Person:
    member = invite(
        brand,
        email=row["email"],
        name=row["name"],
        role=Role(row["role"]),
        password=PASSWORD,
        time_zone=zone,
        by=by,
        now=now,
    )
    return member.person


def _account(brand: Brand, row: dict[str, Any], by: Actor, now: datetime) -> Account:
    return connect(
        brand,
        AccountFacts(
            channel=row["channel"],
            handle=row["handle"],
            name=row["name"],
            language=row.get("language", "en"),
            region=row["region"],
            time_zone=row["time_zone"],
            credentials={"handle": row["handle"]},
        ),
        by=by,
        now=now,
    )


def _moment(brand: Brand, row: dict[str, Any], by: Actor, now: datetime) -> Moment:
    starts, ends = (now + timedelta(minutes=row[name]) for name in ("starts", "ends"))
    moment = plan_moment(
        brand,
        name=row["name"],
        starts_at=starts,
        ends_at=ends,
        time_zone=row["time_zone"],
        scenarios=row["scenarios"],
        places=row["places"],
        tags=row["tags"],
        hashtags=row["hashtags"],
        by=by,
        now=now,
    )
    if starts <= now:
        move_moment(moment, to=MomentState.LIVE, by=by, now=now)
        moment.refresh_from_db()
    return moment


def _asset(studio: _Studio, row: dict[str, Any]) -> None:
    """One asset with its approval; what is timed is queued, what waits for a go is loaded."""
    timed: dict[str, float] = row.get("at", {})
    waiting: list[str] = row.get("go", [])
    revision = _revision(studio, row, [*timed, *waiting])
    plans = [
        _plan(studio, revision, name, due=studio.now + timedelta(minutes=minutes)) for name, minutes in timed.items()
    ]
    plans += [_plan(studio, revision, name, due=None) for name in waiting]
    request = ask_for_approval(
        revision,
        plans=plans,
        approvers=[studio.approver],
        valid_from=studio.now,
        valid_until=studio.now + VALID,
        scenario=revision.asset.scenario,
        by=studio.writer,
        now=studio.now,
    )
    decide(request.asks.get(), verdict=YES, shown=request.digest, now=studio.now)


def _revision(studio: _Studio, row: dict[str, Any], accounts: list[str]) -> Revision:
    drafts = [
        VariantDraft(channel=channel, text=row["text"], subject=row.get("subject", ""))
        for channel in dict.fromkeys(studio.accounts[name].channel for name in accounts)
    ]
    moment = studio.moments.get(row.get("moment", ""))
    return create_asset(
        studio.brand,
        name=row["name"],
        variants=drafts,
        moment=moment,
        scenario=_scenario(moment, row.get("scenario")),
        tags=row.get("tags", []),
        places=row.get("places", []),
        by=studio.writer,
        now=studio.now,
    )


def _scenario(moment: Moment | None, name: str | None) -> Scenario | None:
    if moment is None or name is None:
        return None
    return Scenario.objects.for_brand(moment.brand_id).get(moment=moment, name=name)


def _plan(studio: _Studio, revision: Revision, account: str, *, due: datetime | None) -> Plan:
    connected = studio.accounts[account]
    variant = revision.variants.get(channel=connected.channel)
    return Plan(variant, connected, Cue.TIME if due else Cue.GO, due, WINDOW)


def _leave_one_open(studio: _Studio) -> None:
    """One request that still waits for its yes, so that the approver has something to look at."""
    row = {
        "name": "Thank you, Averin",
        "moment": "Averin Lantern Run",
        "places": ["Averin"],
        "tags": ["running"],
        "text": "Thank you, Averin. See you next year. #AverinLanternRun",
    }
    account = "bluesky:northlight.example"
    revision = _revision(studio, row, [account])
    due = studio.now + timedelta(minutes=50)
    ask_for_approval(
        revision,
        plans=[_plan(studio, revision, account, due=due)],
        approvers=[studio.approver],
        valid_from=studio.now,
        valid_until=due + WINDOW,
        reason="Closes the evening, when everyone is home.",
        by=studio.writer,
        now=studio.now,
    )


def _sources(brand: Brand, by: Actor, now: datetime) -> dict[str, Source]:
    add_topic(brand, name="Northlight", query='northlight OR @northlight.example OR "headlamp"', by=by, now=now)
    places = {stream.WORLD: "", stream.TOWN: "Averin"}
    return {
        name: add_source(brand, kind=SourceKind.REPLAY, name=name, address="demo", place=place, by=by, now=now)
        for name, place in places.items()
    }
