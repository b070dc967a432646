"""Setting the stage: a plan becomes a brand with people, accounts, approved content and a queue, by real actions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from nowroom.accounts.actions import AccountFacts, connect
from nowroom.accounts.models import Account
from nowroom.clearance.actions import ask_for_approval
from nowroom.clearance.queries import Plan as Clearing
from nowroom.clearance.queries import Verdict
from nowroom.content.actions import create_asset
from nowroom.content.queries import VariantDraft
from nowroom.lib.actor import Actor
from nowroom.listening.actions import add_source, add_topic
from nowroom.listening.models import Source, SourceKind
from nowroom.people.actions import Founding, found, invite, set_places
from nowroom.people.models import Brand, Person, Role
from nowroom.people.queries import actor_for, brands_of
from nowroom.publishing.actions import decide
from nowroom.publishing.models import Delivery
from nowroom.rehearsal.plan import Plan, Planned, PlannedSource
from nowroom.safety.actions import set_threat_policy
from nowroom.safety.models import ThreatPolicy

DEFAULT_SOURCE = PlannedSource("stream")
YES = Verdict(yes=True, no_unneeded_risk=True, hurts_nobody=True, grandmother_may_read=True)


@dataclass(frozen=True, slots=True)
class Stage:
    """What stands when the stream begins: deliveries by the plan's ids, sources by name."""

    brand: Brand
    sources: dict[str, Source]
    deliveries: dict[str, Delivery]


def set_stage(plan: Plan, *, now: datetime) -> Stage:
    """Set up the plan in an empty database, as its people would have before the first post.

    Raises:
        Refused: the plan breaks a rule, e.g. a malformed query or a text over its channel's limit.
    """
    lead = found(Founding("Rehearsal", plan.brand, "UTC", "Lead", "lead@rehearsal.invalid", ""), now=now)
    brand = brands_of(lead).get()
    by = actor_for(lead)
    set_places(brand, places=plan.places, by=by, now=now)
    set_threat_policy(brand, threat=ThreatPolicy(plan.threat), by=by, now=now)
    approver = invite(
        brand,
        email="approver@rehearsal.invalid",
        name="Approver",
        role=Role.APPROVER,
        password=None,
        time_zone="UTC",
        by=by,
        now=now,
    ).person
    sources = {s.name: _source(brand, s, by, now) for s in plan.sources or (DEFAULT_SOURCE,)}
    for topic in plan.topics:
        add_topic(brand, name=topic.name, query=topic.query, by=by, now=now)
    deliveries = {d.id: _delivery(brand, d, approver, by, now) for d in plan.deliveries}
    return Stage(brand, sources, deliveries)


def _source(brand: Brand, source: PlannedSource, by: Actor, now: datetime) -> Source:
    return add_source(
        brand, kind=SourceKind.REPLAY, name=source.name, address="rehearsal", place=source.place, by=by, now=now
    )


def _delivery(brand: Brand, planned: Planned, approver: Person, by: Actor, now: datetime) -> Delivery:
    account = _account(brand, planned, by, now)
    draft = VariantDraft(channel=planned.channel, text=planned.text, subject=_subject(planned.text))
    revision = create_asset(
        brand, name=planned.id, variants=[draft], tags=planned.tags, places=planned.places, by=by, now=now
    )
    clearing = Clearing(revision.variants.get(), account, due_at=planned.due, window=planned.window)
    return _cleared([clearing], approver, until=planned.due + planned.window + timedelta(seconds=1), by=by, now=now)[0]


def _cleared(
    plans: Sequence[Clearing], approver: Person, *, until: datetime, by: Actor, now: datetime
) -> list[Delivery]:
    revision = plans[0].variant.revision
    request = ask_for_approval(
        revision, plans=plans, approvers=[approver], valid_from=now, valid_until=until, by=by, now=now
    )
    return decide(request.asks.get(), verdict=YES, shown=request.digest, now=now)


def _account(brand: Brand, planned: Planned, by: Actor, now: datetime) -> Account:
    known = Account.objects.for_brand(brand).filter(channel=planned.channel, handle=planned.handle).first()
    return known or connect(
        brand,
        AccountFacts(
            channel=planned.channel,
            handle=planned.handle,
            name=planned.handle,
            language="en",
            region=planned.region,
            time_zone="UTC",
            credentials={"handle": planned.handle},
        ),
        by=by,
        now=now,
    )


def _subject(text: str) -> str:
    """Mail needs a subject, and a plan has only a text: its beginning."""
    return text.splitlines()[0][:80]
