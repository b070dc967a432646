"""Asking for a yes and answering. Only `publishing.actions.decide` turns the last yes into deliveries."""

import secrets
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from nowroom.audit.actions import record
from nowroom.clearance.models import Answer, Approval, ApprovalRequest, Ask, PlannedDelivery, RequestState
from nowroom.clearance.queries import current_digest
from nowroom.clearance.rules import MOST_APPROVERS, Plan, Verdict, check_plan, digest, new_token, token_hash
from nowroom.content.models import Revision
from nowroom.content.queries import is_newest
from nowroom.lib.actor import Actor
from nowroom.lib.errors import Refused
from nowroom.people.models import Person
from nowroom.people.queries import Permission, actor_for, permissions, require
from nowroom.planning.models import Scenario


@transaction.atomic
def ask_for_approval(
    revision: Revision,
    *,
    plans: Sequence[Plan],
    approvers: Sequence[Person],
    valid_from: datetime,
    valid_until: datetime,
    scenario: Scenario | None = None,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> ApprovalRequest:
    """Ask one to three people for a yes on exactly this. Their letters follow from the tick worker.

    Raises:
        Refused: no permission; nobody, too many, somebody twice, the asker or somebody without authority is to say
            yes; the revision is not the newest; a plan cannot be cleared or is there twice.
    """
    require(by, Permission.ASK, revision.brand)
    if scenario and scenario.brand_id != revision.brand_id:
        raise Refused("moment.foreign", _("This scenario is not one of this brand. Choose another."))
    _check_approvers(revision, approvers, by)
    _check_plans(revision, plans, valid_from, valid_until, now)
    request = ApprovalRequest(
        brand_id=revision.brand_id,
        revision=revision,
        scenario=scenario,
        asked_by_id=by.person_id,
        asked_at=now,
        reason=reason[:300],
        valid_from=valid_from,
        valid_until=valid_until,
    )
    planned = [
        PlannedDelivery(
            brand_id=revision.brand_id,
            request=request,
            variant=plan.variant,
            account=plan.account,
            cue=plan.cue,
            due_at=plan.due_at,
            window=plan.window,
        )
        for plan in plans
    ]
    _save_request(request, planned)
    for person in approvers:
        Ask.objects.create(
            brand_id=revision.brand_id, request=request, approver=person, asked_at=now, expires_at=valid_until
        )
    facts = {"revision": revision.pk, "approvers": [p.pk for p in approvers], "digest": request.digest}
    record("approval.asked", request, brand_id=revision.brand_id, by=by, now=now, facts=facts)
    return request


@transaction.atomic
def issue_link(ask: Ask) -> str:
    """A fresh token for the ask; the link before it stops working. Only its hash is kept."""
    token = new_token(secrets.token_urlsafe(24))
    Ask.objects.for_brand(ask.brand_id).filter(pk=ask.pk).update(token_hash=token_hash(token))
    return token


@transaction.atomic
def note_letter(ask: Ask, *, by: Actor, now: datetime) -> None:
    """Write down that the letter was handed to the mail server."""
    if Ask.objects.for_brand(ask.brand_id).filter(pk=ask.pk, letter_at__isnull=True).update(letter_at=now):
        facts = {"approver": ask.approver_id}
        record("approval.letter_sent", ask, brand_id=ask.brand_id, by=by, now=now, facts=facts)


@transaction.atomic
def send_new_letter(ask: Ask, *, by: Actor, now: datetime) -> None:
    """Have the tick worker send another letter with a fresh link; the link before it stops working then.

    Raises:
        Refused: no permission, or there is nothing left to answer.
    """
    require(by, Permission.ASK, ask.brand)
    asks = Ask.objects.for_brand(ask.brand_id).filter(answer__isnull=True, request__state=RequestState.OPEN)
    if not asks.filter(pk=ask.pk, expires_at__gt=now).update(letter_at=None):
        raise Refused("request.closed", _("There is nothing left to answer here. No letter was sent."))
    facts = {"approver": ask.approver_id}
    record("approval.letter_asked", ask, brand_id=ask.brand_id, by=by, now=now, facts=facts)


@transaction.atomic
def answer(ask: Ask, *, verdict: Verdict, shown: str, now: datetime) -> Approval | None:
    """Record the approver's yes or no; the approval where this was the last yes, else None.

    The approver is who was asked, however they came: by the signed link or signed in.

    Args:
        ask: which question is answered.
        verdict: the answer.
        shown: the digest of what the page showed; a yes to anything else is refused.
        now: when.

    Raises:
        Refused: the request is no longer open, answered already, expired, changed since it was shown, or a yes that is
            without the three risk questions or about a revision that was edited since.
    """
    actor = actor_for(ask.approver)
    require(actor, Permission.APPROVE, ask.brand)
    request = ApprovalRequest.objects.for_brand(ask.brand_id).select_for_update().get(pk=ask.request_id)
    _check_answerable(request, ask, verdict, shown, now)
    Answer.objects.create(
        brand_id=ask.brand_id,
        ask=ask,
        yes=verdict.yes,
        no_unneeded_risk=verdict.no_unneeded_risk,
        hurts_nobody=verdict.hurts_nobody,
        grandmother_may_read=verdict.grandmother_may_read,
        note=verdict.note[:500],
        digest=shown,
        at=now,
    )
    facts = {"yes": verdict.yes, "digest": shown, "note": verdict.note[:500]}
    record("approval.answered", request, brand_id=ask.brand_id, by=actor, now=now, facts=facts)
    if not verdict.yes:
        _close(request, RequestState.REFUSED)
        return None
    return _approval_when_complete(request, by=actor, now=now)


@transaction.atomic
def withdraw(request: ApprovalRequest, *, by: Actor, now: datetime) -> None:
    """Take the question back.

    Raises:
        Refused: no permission, or it was answered or closed already.
    """
    require(by, Permission.ASK, request.brand)
    if not _close(request, RequestState.WITHDRAWN):
        raise Refused("request.closed", _("This request is closed already. Nothing was changed."))
    record("approval.withdrawn", request, brand_id=request.brand_id, by=by, now=now)


@transaction.atomic
def lapse(request: ApprovalRequest, *, by: Actor, now: datetime) -> None:
    """Close a request that nobody answered in time: silence is never a yes."""
    if now >= request.valid_until and _close(request, RequestState.LAPSED):
        record("approval.lapsed", request, brand_id=request.brand_id, by=by, now=now)


@transaction.atomic
def revoke(approval: Approval, *, reason: str, by: Actor, now: datetime) -> None:
    """Take a yes back; what has not gone out under it no longer may.

    Raises:
        Refused: the actor may neither approve nor, by an edit, replace what was approved.
    """
    if Permission.APPROVE not in permissions(by, approval.brand):
        require(by, Permission.WRITE, approval.brand)
    rows = Approval.objects.for_brand(approval.brand_id).filter(pk=approval.pk, revoked_at__isnull=True)
    if rows.update(revoked_at=now):
        record("approval.revoked", approval, brand_id=approval.brand_id, by=by, now=now, facts={"reason": reason})


def _check_approvers(revision: Revision, approvers: Sequence[Person], by: Actor) -> None:
    if not 1 <= len(approvers) <= MOST_APPROVERS:
        raise Refused("approvers.count", _("Ask one, two or three people. A longer chain comes too late to matter."))
    if len({person.pk for person in approvers}) < len(approvers):
        raise Refused("approvers.twice", _("Somebody is asked twice. One answer from each person is enough."))
    for person in approvers:
        if person.pk == by.person_id:
            raise Refused("approvers.self", _("Ask somebody else: nobody clears what they ask for themselves."))
        require(actor_for(person), Permission.APPROVE, revision.brand)


def _check_plans(
    revision: Revision, plans: Sequence[Plan], valid_from: datetime, valid_until: datetime, now: datetime
) -> None:
    if not plans:
        raise Refused("plan.none", _("Choose at least one account and time."))
    if valid_until <= max(valid_from, now):
        raise Refused("plan.validity", _("The time for which a yes is asked is over already."))
    if not is_newest(revision):
        raise Refused("revision.superseded", _("There is a newer revision. Ask for a yes on that one."))
    if len({(plan.variant.pk, plan.account.pk, plan.due_at) for plan in plans}) < len(plans):
        raise Refused("plan.twice", _("The same text would go to the same account twice. Take one of them out."))
    for plan in plans:
        if plan.variant.revision_id != revision.pk or plan.account.brand_id != revision.brand_id:
            raise Refused("plan.foreign", _("A plan is not about this revision and this brand."))
        check_plan(plan, valid_from=valid_from, valid_until=valid_until, now=now)


def _save_request(request: ApprovalRequest, planned: list[PlannedDelivery]) -> None:
    request.digest = digest(request, planned)
    request.save(force_insert=True)
    PlannedDelivery.objects.bulk_create(planned)


def _check_answerable(request: ApprovalRequest, ask: Ask, verdict: Verdict, shown: str, now: datetime) -> None:
    if Answer.objects.for_brand(ask.brand_id).filter(ask=ask).exists():
        raise Refused("link.used", _("This was answered already: the answer is on the record. Nothing was changed."))
    if request.state != RequestState.OPEN:
        raise Refused("request.closed", _("This request is closed. Nothing was changed."))
    if now >= ask.expires_at:
        raise Refused("link.expired", _("The time for this answer is over, and nothing went out."))
    if not (shown == request.digest == current_digest(request)):
        raise Refused("request.changed", _("This is not what you were shown. Look at it again before you answer."))
    if verdict.yes and not is_newest(request.revision):
        raise Refused("revision.superseded", _("It was edited since you were asked. A yes is asked on the new text."))
    if verdict.yes and not verdict.clean:
        raise Refused("risk.open", _("A yes needs all three sentences. Where one does not hold, the answer is no."))


def _approval_when_complete(request: ApprovalRequest, *, by: Actor, now: datetime) -> Approval | None:
    if Ask.objects.for_brand(request.brand_id).filter(request=request, answer__isnull=True).exists():
        return None
    _close(request, RequestState.APPROVED)
    approval = Approval.objects.create(
        brand_id=request.brand_id,
        request=request,
        revision_id=request.revision_id,
        valid_from=request.valid_from,
        valid_until=request.valid_until,
        digest=request.digest,
        granted_at=now,
    )
    record("approval.granted", approval, brand_id=request.brand_id, by=by, now=now, facts={"digest": request.digest})
    return approval


def _close(request: ApprovalRequest, state: RequestState) -> bool:
    rows = ApprovalRequest.objects.for_brand(request.brand_id).filter(pk=request.pk, state=RequestState.OPEN)
    return rows.update(state=state) == 1
