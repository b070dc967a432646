"""The fence: placing a hold, passing the gate, releasing, lifting.

Placing a hold and starting a passage both lock the brand's gate first (PostgreSQL: the gate's row; SQLite: the
immediate transaction that every write is), so they have one order. Lock order everywhere: gate, then the audit chain.
"""

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from nowroom.audit.actions import lock_chain, record
from nowroom.lib.actor import Actor, ActorKind, rule
from nowroom.lib.errors import Refused
from nowroom.lib.precedence import precedence
from nowroom.listening.actions import answer_alert
from nowroom.listening.models import AlertAnswer, Signal, Verdict
from nowroom.people.models import Brand
from nowroom.people.queries import Permission, require
from nowroom.safety.models import (
    Gate,
    Hold,
    HoldTerm,
    Passage,
    PassageKey,
    PassageState,
    Policy,
    Release,
    ThreatPolicy,
)
from nowroom.safety.queries import (
    Term,
    concern,
    distinct,
    hold_to_widen,
    in_scope,
    is_covered,
    is_held,
    threat_policy,
    undecided,
)

THREAT_POLICY = rule("threat policy")


@dataclass(frozen=True, slots=True)
class Placement:
    """The answer to placing a hold: what it stops, and exactly what had already started at that instant."""

    hold: Hold
    stopped: list[Passage]
    in_flight: list[Passage]


@precedence()
@transaction.atomic(durable=True)
def place_hold(
    brand: Brand, *, scope: Iterable[Term], reason: str, by: Actor, now: datetime, signal: Signal | None = None
) -> Placement:
    """Stop everything in scope. When this returns, nothing in scope starts any more, on any process.

    Durable: it must be the outermost transaction, or "returned" would not mean "committed".

    Args:
        brand: whose queue.
        scope: any of these keys stops a passage.
        reason: one sentence that the hold shows.
        by: the person, or the rule that acts on `signal`.
        now: when.
        signal: what was heard, when a signal set it off; a signal has at most one standing hold.

    Raises:
        Refused: no permission, an empty scope, or the signal's hold already stands.
    """
    require(by, Permission.HOLD, brand)
    return _place(brand, distinct(scope), reason, by, now, signal, uuid.uuid4())


@precedence()
@transaction.atomic(durable=True)
def place_hold_everywhere(
    brands: Iterable[Brand], *, scope: Iterable[Term], reason: str, by: Actor, now: datetime
) -> list[Placement]:
    """Place one hold of the same scope on several brands at one instant; gates are locked in key order.

    Raises:
        Refused: no permission on one of them, or an empty scope; nothing is then held.
    """
    incident, terms = uuid.uuid4(), distinct(scope)
    ordered = sorted(brands, key=lambda brand: brand.pk)
    for brand in ordered:
        require(by, Permission.HOLD, brand)
        lock_gate(brand.pk)
    return [_place(brand, terms, reason, by, now, None, incident) for brand in ordered]


def _place(
    brand: Brand,
    scope: Sequence[Term],
    reason: str,
    by: Actor,
    now: datetime,
    signal: Signal | None,
    incident: uuid.UUID,
) -> Placement:
    if not scope:
        raise Refused("hold.empty_scope", _("A hold needs a scope. Choose what it stops, or hold the whole brand."))
    lock_gate(brand.pk)
    if signal and Hold.objects.for_brand(brand).filter(signal=signal, lifted_at__isnull=True).exists():
        raise Refused("hold.stands", _("A hold for this signal already stands. Nothing was changed."))
    hold = Hold.objects.create(
        brand=brand,
        incident=incident,
        reason=reason.replace("\0", "")[:300],
        signal=signal,
        placed_at=now,
        placed_by=by.name,
        by_rule=by.kind is not ActorKind.PERSON,
    )
    _add_terms(hold, scope)
    # Outcomes are logged in the transaction that settles them and take no gate: behind the chain's end, what is read as
    # in flight is exactly what the log says is in flight.
    lock_chain(brand.pk)
    concerned = in_scope(brand, scope).order_by("pk")
    in_flight = list(concerned.filter(state=PassageState.IN_FLIGHT))
    stopped = list(concerned.filter(state=PassageState.WAITING))
    hold.in_flight.set(in_flight)
    facts = {
        "reason": hold.reason,
        "scope": _written(scope),
        "stopped": [p.pk for p in stopped],
        "in_flight": [p.pk for p in in_flight],
        "signal": signal.pk if signal else None,
    }
    record("hold.placed", hold, brand_id=brand.pk, by=by, now=now, facts=facts)
    return Placement(hold, stopped, in_flight)


def lock_gate(brand_id: int) -> None:
    """Wait for the brand's gate and keep it until the transaction ends. Always before the audit chain."""
    gates = Gate.objects.everywhere().select_for_update().filter(brand_id=brand_id)
    if gates.first() is None:
        Gate.objects.everywhere().get_or_create(brand_id=brand_id)
        gates.get()


@transaction.atomic
def register_passage(brand: Brand, *, label: str, keys: Iterable[Term]) -> Passage:
    """Make something that may leave known to the fence, with every key it can be stopped by."""
    passage = Passage.objects.create(brand=brand, label=label[:300])
    add_keys(passage, keys=keys)
    return passage


@transaction.atomic
def add_keys(passage: Passage, *, keys: Iterable[Term]) -> None:
    """Let a passage be stopped by these keys, too. None is ever taken away: a hold that stops it goes on doing so."""
    lock_gate(passage.brand_id)
    PassageKey.objects.bulk_create(
        [PassageKey(brand_id=passage.brand_id, passage=passage, kind=t.kind, value=t.value) for t in distinct(keys)],
        ignore_conflicts=True,
    )


@transaction.atomic
def enter(passage: Passage) -> None:
    """Start to leave: the last look at the fence, under the gate. Commit before the first byte goes out.

    Raises:
        Refused: a hold stands over it (`hold.in_place`), or it has already started (`passage.started`).
    """
    lock_gate(passage.brand_id)
    if is_held(passage):
        raise Refused("hold.in_place", _("A hold stands over this. It stays in the queue until somebody releases it."))
    if not _move(passage, PassageState.WAITING, PassageState.IN_FLIGHT):
        raise Refused("passage.started", _("This has already started."))


@transaction.atomic
def settle(passage: Passage) -> None:
    """It is over, one way or the other; holds do not concern it any more."""
    Passage.objects.for_brand(passage.brand_id).filter(pk=passage.pk).update(state=PassageState.SETTLED)


@transaction.atomic
def step_back(passage: Passage) -> None:
    """It certainly did not leave and may try again later; from now on holds stop it again."""
    lock_gate(passage.brand_id)
    _move(passage, PassageState.IN_FLIGHT, PassageState.WAITING)


@transaction.atomic
def release(hold: Hold, *, passage: Passage, by: Actor, now: datetime) -> Release:
    """Let one passage go although the hold stands.

    Raises:
        Refused: no permission, the hold is lifted, or the passage is not held by it.
    """
    require(by, Permission.RELEASE, hold.brand)
    lock_gate(hold.brand_id)
    if not undecided(hold).filter(pk=passage.pk).exists():
        raise Refused("release.not_held", _("This hold does not stop that delivery any more. Nothing was changed."))
    released = Release.objects.create(
        brand=hold.brand, hold=hold, passage=passage, released_by=by.name, released_at=now
    )
    facts = {"hold": hold.pk, "label": passage.label}
    record("hold.released", passage, brand_id=hold.brand_id, by=by, now=now, facts=facts)
    return released


@transaction.atomic
def lift(hold: Hold, *, by: Actor, now: datetime) -> None:
    """End the hold, once everything it stopped was released, rescheduled, dropped or has expired.

    Raises:
        Refused: no permission, something is still undecided, or it was lifted already.
    """
    require(by, Permission.RELEASE, hold.brand)
    lock_gate(hold.brand_id)
    waiting = undecided(hold).count()
    if waiting:
        raise Refused(
            "hold.undecided",
            _("%(count)s held deliveries still need a decision. Release, reschedule or drop each of them first.")
            % {"count": waiting},
        )
    changed = Hold.objects.for_brand(hold.brand_id).filter(pk=hold.pk, lifted_at__isnull=True)
    if not changed.update(lifted_at=now, lifted_by=by.name):
        raise Refused("hold.lifted", _("This hold was lifted already."))
    record("hold.lifted", hold, brand_id=hold.brand_id, by=by, now=now, facts={"reason": hold.reason})


@precedence()
@transaction.atomic(durable=True)
def widen(hold: Hold, *, scope: Sequence[Term], by: Actor, now: datetime, signal: Signal) -> None:
    """Let a standing hold stop this scope, too: what comes back from flight, and what is loaded from now on.

    Raises:
        Refused: no permission, or the hold was lifted.
    """
    require(by, Permission.HOLD, hold.brand)
    lock_gate(hold.brand_id)
    if not Hold.objects.for_brand(hold.brand_id).filter(pk=hold.pk, lifted_at__isnull=True).exists():
        raise Refused("hold.lifted", _("This hold was lifted already."))
    _add_terms(hold, scope)
    lock_chain(hold.brand_id)
    hold.in_flight.add(*in_scope(hold.brand, scope).filter(state=PassageState.IN_FLIGHT))
    facts = {"scope": _written(scope), "signal": signal.pk, "reason": signal.sentence}
    record("hold.widened", hold, brand_id=hold.brand_id, by=by, now=now, facts=facts)


def act_on_threat(signal: Signal, *, now: datetime) -> Placement | None:
    """Do what the brand's policy says about a threat: place the hold and answer the alert, or leave it to a person.

    None where the policy asks or is off, where the topic concerns nothing that can be named, and where a standing hold
    covers all of it already or is widened to. Two transactions: the fence stands before the paperwork is done.
    """
    scope = concern(signal)
    if signal.verdict != Verdict.THREAT or threat_policy(signal.brand) is not ThreatPolicy.HOLD or not scope:
        return None
    placement = None
    if not is_covered(signal.brand, scope):
        standing = hold_to_widen(signal.brand, scope)
        if standing is None:
            placement = _fence_off(signal, scope, now)
        else:
            widen(standing, scope=scope, by=THREAT_POLICY, now=now, signal=signal)
    try:
        answer_alert(signal.alert, answer=AlertAnswer.HOLD, by=THREAT_POLICY, now=now)
    except Refused as refusal:
        if refusal.code != "alert.answered":  # a person was quicker
            raise
    return placement


@transaction.atomic
def set_threat_policy(brand: Brand, *, threat: ThreatPolicy, by: Actor, now: datetime) -> Policy:
    """Say what a threat does by itself on this brand.

    Raises:
        Refused: the actor may not administer the brand.
    """
    require(by, Permission.ADMINISTER, brand)
    policy, _fresh = Policy.objects.everywhere().update_or_create(brand=brand, defaults={"threat": threat})
    record("policy.set", policy, brand_id=brand.pk, by=by, now=now, facts={"threat": threat})
    return policy


def _fence_off(signal: Signal, scope: Sequence[Term], now: datetime) -> Placement | None:
    """The policy's hold, or None where a person placed one for this signal first."""
    try:
        return place_hold(signal.brand, scope=scope, reason=signal.sentence, by=THREAT_POLICY, now=now, signal=signal)
    except Refused as refusal:
        if refusal.code != "hold.stands":
            raise
        return None


def _add_terms(hold: Hold, scope: Sequence[Term]) -> None:
    """Let the hold name these; what it names already stays as it is."""
    rows = [HoldTerm(brand_id=hold.brand_id, hold=hold, kind=t.kind, value=t.value, label=t.label) for t in scope]
    HoldTerm.objects.bulk_create(rows, ignore_conflicts=True)


def _written(scope: Sequence[Term]) -> list[str]:
    """A scope as the log has it."""
    return [f"{t.kind}={t.value}" for t in scope]


def _move(passage: Passage, old: PassageState, new: PassageState) -> bool:
    rows = Passage.objects.for_brand(passage.brand_id).filter(pk=passage.pk, state=old)
    return rows.update(state=new) == 1
