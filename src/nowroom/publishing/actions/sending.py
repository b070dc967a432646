"""What senders do with deliveries: claim, and write down how it went.

A sender claims under the brand's gate, commits, and only then talks to the channel. Everything after the claim may be
lost with the process: the lease ends, the delivery is `unknown`, and the channel is read back before anything else.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils.translation import gettext as _

from nowroom.accounts.models import Health
from nowroom.audit.actions import record
from nowroom.channels.base import Receipt
from nowroom.content.queries import is_newest
from nowroom.lib.actor import Actor
from nowroom.lib.errors import Refused
from nowroom.lib.precedence import gives_way
from nowroom.publishing.actions.moves import move, move_from_any
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.publishing.queries import due_deliveries, missed_deliveries, with_everything
from nowroom.publishing.rules import LEASE, back_off, refuse_to_send
from nowroom.safety import actions as safety

S = DeliveryState
# Where the answer may still come from: an answer that arrives after the lease proves that the post is out.
_MAY_BE_OUT = (S.SENDING, S.UNKNOWN, S.QUEUED, S.EXPIRED, S.DROPPED, S.FAILED)


@gives_way
@transaction.atomic(durable=True)
def claim_next(brand_id: int, *, by: Actor, now: datetime, lease: timedelta = LEASE) -> Delivery | None:
    """Claim the brand's next due delivery that passes the last look; None when there is none.

    Durable: when it returns the claim is committed, and only then may the caller send. What fails the last look ends
    in the state that says why, and the next one is tried.

    Args:
        brand_id: whose queue.
        by: the sender.
        now: when.
        lease: how long the sender may take before it is presumed dead.

    """
    safety.lock_gate(brand_id)
    due = due_deliveries(now).filter(brand_id=brand_id).values_list("pk", flat=True)
    # One that fails the last look has left the queue, so the loop ends.
    while first := due.first():
        candidate = with_everything(Delivery.objects.for_brand(brand_id)).get(pk=first)
        if _pass_last_look(candidate, by=by, now=now):
            safety.enter(candidate.passage)
            if not _begin(candidate, by, now + lease):
                raise Refused("delivery.started", _("This is not waiting in the queue any more."))
            _log("delivery.started", candidate, by, now, attempt=candidate.attempts)
            return candidate
    return None


@gives_way
@transaction.atomic
def note_published(delivery: Delivery, receipt: Receipt, *, by: Actor, now: datetime) -> None:
    """It is out. Accepted late, too: an answer after the lease is still the truth."""
    moved = move_from_any(
        delivery,
        _MAY_BE_OUT,
        S.PUBLISHED,
        published_at=receipt.at or now,
        remote_id=receipt.remote_id[:300],
        remote_url=receipt.url[:500],
        lease_until=None,
        not_before=None,
        note="",
    )
    if moved:
        safety.settle(delivery.passage)
        _log("delivery.published", delivery, by, now, remote_id=delivery.remote_id, url=delivery.remote_url)


@gives_way
@transaction.atomic
def note_rejected(delivery: Delivery, *, message: str, by: Actor, now: datetime) -> None:
    """The channel refused it for good; a person sees it on the queue."""
    if move(delivery, S.SENDING, S.FAILED, attempt=delivery.attempts, note=message[:300], lease_until=None):
        safety.settle(delivery.passage)
        _log("delivery.rejected", delivery, by, now, reason=message[:300])


@gives_way
@transaction.atomic
def note_try_again(delivery: Delivery, *, after: timedelta, message: str, by: Actor, now: datetime) -> None:
    """It certainly did not go out and may be tried again while its window is open."""
    wait = now + back_off(delivery.attempts, after)
    if move(
        delivery, S.SENDING, S.QUEUED, attempt=delivery.attempts, not_before=wait, note=message[:300], lease_until=None
    ):
        safety.step_back(delivery.passage)
        _log("delivery.put_off", delivery, by, now, reason=message[:300])


@gives_way
@transaction.atomic
def note_unknown(delivery: Delivery, *, message: str, by: Actor, now: datetime) -> None:
    """The answer was lost: it may be out. It is never sent again before the channel was read back."""
    # The lease stays: until it is over, the request may still be on its way to the channel.
    if move(delivery, S.SENDING, S.UNKNOWN, attempt=delivery.attempts, note=message[:300], not_before=now):
        _log("delivery.answer_lost", delivery, by, now, reason=message[:300])


@gives_way
@transaction.atomic
def recover(delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """Its sender never came back: as `note_unknown`, once the lease is over."""
    if delivery.lease_until is not None and delivery.lease_until <= now:
        note_unknown(delivery, message=_("The sender stopped before it heard the answer."), by=by, now=now)


@gives_way
@transaction.atomic
def note_absent(delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """The channel was read back and has no such post: queued again within its window, expired after it.

    Believed only after the lease, when no request of the lost try can still be on its way; until then it stays
    unknown and is looked at again.
    """
    if delivery.lease_until is not None and now < delivery.lease_until:
        note_unclear(delivery, after=delivery.lease_until - now, message=delivery.note, by=by, now=now)
        return
    if delivery.expires_at is not None and now >= delivery.expires_at:
        note = _("It did not go out, and its window is over.")
        if move(delivery, S.UNKNOWN, S.EXPIRED, attempt=delivery.attempts, note=note, lease_until=None):
            safety.settle(delivery.passage)
            _log("delivery.expired", delivery, by, now)
    elif move(delivery, S.UNKNOWN, S.QUEUED, attempt=delivery.attempts, note="", not_before=None, lease_until=None):
        safety.step_back(delivery.passage)
        _log("delivery.requeued", delivery, by, now)


@gives_way
@transaction.atomic
def note_unclear(delivery: Delivery, *, after: timedelta, message: str, by: Actor, now: datetime) -> None:
    """The channel could not tell; look again after a while. Logged when the reason changes."""
    changed = delivery.note != message[:300]
    again = {"not_before": now + after, "note": message[:300]}
    if move(delivery, S.UNKNOWN, S.UNKNOWN, attempt=delivery.attempts, **again) and changed:
        _log("delivery.still_unknown", delivery, by, now, reason=message[:300])


@gives_way
@transaction.atomic
def expire(delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """It missed its window, or its yes ended, while it waited. Nothing catches up later."""
    safety.lock_gate(delivery.brand_id)
    # Looked at again under the gate: somebody may have given it another time since it was found to be late.
    if not missed_deliveries(now).filter(pk=delivery.pk).exists():
        return
    if move_from_any(delivery, (S.QUEUED, S.LOADED), S.EXPIRED, note=_("It missed its publish window.")):
        safety.settle(delivery.passage)
        _log("delivery.expired", delivery, by, now)


@gives_way
@transaction.atomic
def note_removed(delivery: Delivery, *, by: Actor, now: datetime) -> None:
    """It is taken down."""
    if move(delivery, S.REMOVING, S.TAKEN_DOWN, note="", not_before=None):
        _log("delivery.taken_down", delivery, by, now)


@gives_way
@transaction.atomic
def note_not_removed(delivery: Delivery, *, message: str, after: timedelta | None, by: Actor, now: datetime) -> None:
    """The channel did not take it down: tried again after a while, or given back to a person where `after` is None."""
    if after is not None:
        move(delivery, S.REMOVING, S.REMOVING, not_before=now + after, note=message[:300])
    elif move(delivery, S.REMOVING, S.PUBLISHED, note=message[:300], not_before=None):
        _log("delivery.takedown_failed", delivery, by, now, reason=message[:300])


def _begin(delivery: Delivery, by: Actor, lease_until: datetime) -> bool:
    return move(
        delivery,
        S.QUEUED,
        S.SENDING,
        claimed_by=by.id,
        lease_until=lease_until,
        attempts=delivery.attempts + 1,
        note="",
    )


def _pass_last_look(delivery: Delivery, *, by: Actor, now: datetime) -> bool:
    account = delivery.account
    usable = account.is_active and account.health != Health.BROKEN
    try:
        refuse_to_send(delivery, is_newest=is_newest(delivery.variant.revision), usable=usable, now=now)
    except Refused as refusal:
        _turn_away(delivery, refusal, by=by, now=now)
        return False
    return True


def _turn_away(delivery: Delivery, refusal: Refused, *, by: Actor, now: datetime) -> None:
    if refusal.code == "account.broken":
        return
    over = refusal.code in {"window.missed", "approval.over"}
    if move(delivery, S.QUEUED, S.EXPIRED if over else S.DROPPED, note=refusal.message[:300]):
        safety.settle(delivery.passage)
        _log("delivery.turned_away", delivery, by, now, reason=refusal.code)


def _log(verb: str, delivery: Delivery, by: Actor, now: datetime, **facts: object) -> None:
    everything = {"label": delivery.passage.label, **facts}
    record(verb, delivery, brand_id=delivery.brand_id, by=by, now=now, facts=everything)
