"""What people do with deliveries: decide, go, drop, reschedule, release, take down, edit."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from nowroom.accounts import actions as accounts
from nowroom.accounts.models import Account
from nowroom.accounts.queries import channel
from nowroom.audit.actions import record
from nowroom.channels.base import Remover
from nowroom.channels.keys import delivery_key
from nowroom.clearance import actions as clearance
from nowroom.clearance.models import Approval, Ask, Cue, PlannedDelivery
from nowroom.clearance.queries import Verdict, planned_deliveries
from nowroom.content import actions as content
from nowroom.content.models import Asset, Revision
from nowroom.content.queries import About, VariantDraft
from nowroom.lib.actor import Actor
from nowroom.lib.errors import Refused
from nowroom.people.models import Brand
from nowroom.people.queries import Permission, actor_for, require
from nowroom.publishing.actions.moves import move
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import with_everything
from nowroom.publishing.rules import WAITING, scope_keys
from nowroom.safety import actions as safety
from nowroom.safety.models import Hold
from nowroom.safety.queries import is_held

S = DeliveryState


@transaction.atomic
def decide(ask: Ask, *, verdict: Verdict, shown: str, now: datetime) -> list[Delivery]:
    """Record an approver's answer; with the last yes, what was asked for is queued or loaded in the same transaction.

    Raises:
        Refused: as `clearance.actions.answer`.
    """
    # The gate before the log: the answer is logged first, and what follows from it passes the gate.
    safety.lock_gate(ask.brand_id)
    approval = clearance.answer(ask, verdict=verdict, shown=shown, now=now)
    return load(approval, by=actor_for(ask.approver), now=now) if approval else []


@transaction.atomic
def load(approval: Approval, *, by: Actor, now: datetime) -> list[Delivery]:
    """Make the deliveries that an approval allows: queued where they have a time, loaded where they wait for a go."""
    safety.lock_gate(approval.brand_id)
    return [_load_one(approval, planned, by=by, now=now) for planned in planned_deliveries(approval.request)]


@transaction.atomic
def go(delivery: Delivery, *, by: Actor, now: datetime) -> Delivery:
    """Say go on something locked and loaded: it is due now, for its window.

    Raises:
        Refused: no permission, its yes is not valid now, or it is not loaded any more.
    """
    require(by, Permission.GO, delivery.brand)
    safety.lock_gate(delivery.brand_id)
    approval = delivery.approval
    if approval.revoked_at or not approval.valid_from <= now < approval.valid_until:
        raise Refused("approval.over", _("The yes for this is not valid now. Ask for a new one."))
    if is_held(delivery.passage):
        raise Refused("hold.in_place", _("A hold stands over this. It cannot go before somebody releases it."))
    window = delivery.planned.window
    if not move(delivery, S.LOADED, S.QUEUED, due_at=now, expires_at=min(now + window, approval.valid_until)):
        raise Refused("delivery.not_loaded", _("This is not waiting for a go any more. Look at the queue."))
    record("delivery.go", delivery, brand_id=delivery.brand_id, by=by, now=now, facts={"label": delivery.passage.label})
    return delivery


@transaction.atomic
def drop(delivery: Delivery, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a waiting delivery out of the queue for good.

    Raises:
        Refused: no permission, or it has started, ended or been dropped already.
    """
    require(by, Permission.ASK, delivery.brand)
    safety.lock_gate(delivery.brand_id)
    _drop(delivery, reason, by=by, now=now)


@transaction.atomic
def reschedule(delivery: Delivery, *, due_at: datetime, by: Actor, now: datetime) -> None:
    """Give a waiting delivery another time within the validity of its yes.

    Raises:
        Refused: no permission, a time that is past or outside the yes, or it is not waiting any more.
    """
    require(by, Permission.GO, delivery.brand)
    approval = delivery.approval
    if due_at <= now:
        raise Refused("plan.past", _("This time has passed already. Choose a later one."))
    if not approval.valid_from <= due_at < approval.valid_until:
        raise Refused("plan.validity", _("The yes is not valid at that time. Ask for a new one."))
    expires = min(due_at + delivery.planned.window, approval.valid_until)
    # Under the gate, or a sender could claim it for the old time after it was found due and before this is committed.
    safety.lock_gate(delivery.brand_id)
    if not move(delivery, S.QUEUED, S.QUEUED, due_at=due_at, expires_at=expires, not_before=None):
        raise Refused("delivery.started", _("This is not waiting in the queue any more. Nothing was changed."))
    facts = {"label": delivery.passage.label, "due_at": due_at.isoformat()}
    record("delivery.rescheduled", delivery, brand_id=delivery.brand_id, by=by, now=now, facts=facts)


@transaction.atomic
def release(hold: Hold, *, delivery: Delivery, by: Actor, now: datetime, due_at: datetime | None = None) -> None:
    """Let one held delivery go, at its time or at a new one.

    Raises:
        Refused: as `safety.actions.release` and `reschedule`.
    """
    safety.release(hold, passage=delivery.passage, by=by, now=now)
    if due_at is not None:
        reschedule(delivery, due_at=due_at, by=by, now=now)


@transaction.atomic
def take_down(delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """Ask for what is out to be deleted; the senders do it at once and the time is measured.

    Raises:
        Refused: no permission, it is not out, or its channel cannot take anything back.
    """
    require(by, Permission.TAKE_DOWN, delivery.brand)
    if not isinstance(channel(delivery.account.channel), Remover):
        raise Refused("channel.cannot_remove", _("What went out by this channel cannot be taken back."))
    if not move(delivery, S.PUBLISHED, S.REMOVING, not_before=None, note=""):
        raise Refused("delivery.not_out", _("This is not out, so there is nothing to take down."))
    facts = {"label": delivery.passage.label}
    record("delivery.takedown_asked", delivery, brand_id=delivery.brand_id, by=by, now=now, facts=facts)


@transaction.atomic
def settle_by_hand(delivery: Delivery, *, is_out: bool, by: Actor, now: datetime) -> None:
    """Say what became of a delivery whose answer was lost, after looking at the channel oneself.

    Raises:
        Refused: no permission, or it is settled already.
    """
    require(by, Permission.TAKE_DOWN, delivery.brand)
    new = S.PUBLISHED if is_out else S.EXPIRED
    note = _("%(name)s looked and said so.") % {"name": by.name}
    if not move(delivery, S.UNKNOWN, new, note=note, published_at=now if is_out else None):
        raise Refused("delivery.settled", _("This is settled already. Nothing was changed."))
    safety.settle(delivery.passage)
    record("delivery.settled_by_hand", delivery, brand_id=delivery.brand_id, by=by, now=now, facts={"is_out": is_out})


@transaction.atomic
def revise(
    asset: Asset,
    *,
    variants: Sequence[VariantDraft],
    about: About | None = None,
    base: int | None = None,
    note: str = "",
    by: Actor,
    now: datetime,
) -> Revision:
    """Edit an asset: a new revision without a yes. What waits under a yes on an older revision is dropped.

    Raises:
        Refused: as `content.actions.revise`.
    """
    safety.lock_gate(asset.brand_id)  # first, because what follows writes to the audit chain before it drops
    revision = content.revise(asset, variants=variants, about=about, base=base, note=note, by=by, now=now)
    rows = Approval.objects.for_brand(asset.brand_id).filter(revision__asset=asset, revoked_at__isnull=True)
    for approval in rows.exclude(revision=revision):
        clearance.revoke(approval, reason=_("edited after the yes"), by=by, now=now)
        waiting = Delivery.objects.for_brand(asset.brand_id).filter(approval=approval, state__in=WAITING)
        for delivery in waiting.select_related("passage", "brand"):
            _drop(delivery, _("It was edited after the yes."), by=by, now=now)
    return revision


@transaction.atomic
def connect(brand: Brand, facts: accounts.AccountFacts, *, by: Actor, now: datetime) -> Account:
    """Connect an account, or change one: what waits for it can from now on be stopped by its new region, too.

    Raises:
        Refused: as `accounts.actions.connect`, or something of the account is being sent or its answer is lost.
    """
    safety.lock_gate(brand.pk)
    _refuse_while_in_doubt(brand, facts)
    account = accounts.connect(brand, facts, by=by, now=now)
    waiting = with_everything(Delivery.objects.for_brand(brand).filter(account=account, state__in=WAITING))
    for delivery in waiting:
        safety.add_keys(delivery.passage, keys=scope_keys(delivery))
    return account


def _refuse_while_in_doubt(brand: Brand, facts: accounts.AccountFacts) -> None:
    """What is being sent, or may be out, is read back and taken down with the credentials that it was sent with."""
    doubtful = Delivery.objects.for_brand(brand).filter(
        account__channel=facts.channel,
        account__handle=facts.handle.strip(),
        state__in=[S.SENDING, S.UNKNOWN, S.REMOVING],
    )
    count = doubtful.count()
    if count:
        raise Refused(
            "account.in_doubt",
            _("%(count)s deliveries of this account are being sent or their answers are lost. Settle them first.")
            % {"count": count},
        )


def _load_one(approval: Approval, planned: PlannedDelivery, *, by: Actor, now: datetime) -> Delivery:
    timed = planned.cue == Cue.TIME and planned.due_at is not None
    delivery = Delivery(
        brand_id=approval.brand_id,
        approval=approval,
        planned=planned,
        variant=planned.variant,
        account=planned.account,
        cue=planned.cue,
        due_at=planned.due_at,
        expires_at=_expiry(approval, planned.due_at, planned.window),
        state=S.QUEUED if timed else S.LOADED,
        key=delivery_key(now, planned.pk),
    )
    label = f"{planned.variant.revision.asset.name} → {planned.account}"
    delivery.passage = safety.register_passage(approval.brand, label=label, keys=scope_keys(delivery))
    delivery.save(force_insert=True)
    facts = {"label": label, "due_at": planned.due_at.isoformat() if planned.due_at else None}
    record("delivery.loaded", delivery, brand_id=approval.brand_id, by=by, now=now, facts=facts)
    return delivery


def _expiry(approval: Approval, due_at: datetime | None, window: timedelta) -> datetime | None:
    return min(due_at + window, approval.valid_until) if due_at else None


def _drop(delivery: Delivery, reason: str, *, by: Actor, now: datetime) -> None:
    state = S(delivery.state)
    if state not in WAITING or not move(delivery, state, S.DROPPED, note=reason[:300]):
        raise Refused("delivery.started", _("This is not waiting in the queue any more. Nothing was changed."))
    safety.settle(delivery.passage)
    facts = {"label": delivery.passage.label, "reason": reason[:300]}
    record("delivery.dropped", delivery, brand_id=delivery.brand_id, by=by, now=now, facts=facts)
