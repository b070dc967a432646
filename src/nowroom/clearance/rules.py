"""What a yes binds to, and what it takes."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
from django.core import signing
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from nowroom.accounts.models import Account
from nowroom.clearance.models import ApprovalRequest, Cue, PlannedDelivery
from nowroom.content.models import Variant
from nowroom.lib.errors import Refused

MOST_APPROVERS = 3
LONGEST_WINDOW = timedelta(days=7)
RISK_QUESTIONS = (
    ("no_unneeded_risk", gettext_lazy("It puts the brand at no risk that it does not need.")),
    ("hurts_nobody", gettext_lazy("It could not hurt me or the company.")),
    ("grandmother_may_read", gettext_lazy("I would want my grandmother to read it.")),
)
_signer = signing.Signer(salt="nowroom.clearance.link")


@dataclass(frozen=True, slots=True)
class Plan:
    """One thing a yes would let out: `due_at` is aware for `Cue.TIME` and None for `Cue.GO`."""

    variant: Variant
    account: Account
    cue: Cue = Cue.TIME
    due_at: datetime | None = None
    window: timedelta = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Verdict:
    """An approver's answer with the three risk questions, each True where the sentence is agreed to."""

    yes: bool
    no_unneeded_risk: bool = False
    hurts_nobody: bool = False
    grandmother_may_read: bool = False
    note: str = ""

    @property
    def clean(self) -> bool:
        """Whether all three sentences are agreed to."""
        return self.no_unneeded_risk and self.hurts_nobody and self.grandmother_may_read


def digest(request: ApprovalRequest, planned: list[PlannedDelivery]) -> str:
    """The SHA-256, in hex, of everything that a yes binds to: every byte that would be public, where, and when."""
    body = {
        "revision": request.revision_id,
        "scenario": request.scenario_id,
        "valid": [_iso(request.valid_from), _iso(request.valid_until)],
        "planned": sorted((_planned_facts(p) for p in planned), key=orjson.dumps),
    }
    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def check_plan(plan: Plan, *, valid_from: datetime, valid_until: datetime, now: datetime) -> None:
    """Do nothing when the plan can be cleared.

    Raises:
        Refused: wrong channel, a past or missing due time, one beside a go, a bad window, or a time outside the
            validity.
    """
    if plan.account.channel != plan.variant.channel:
        raise Refused("plan.channel", _("%(account)s needs a text for its own channel.") % {"account": plan.account})
    if not timedelta(0) < plan.window <= LONGEST_WINDOW:
        raise Refused("plan.window", _("The publish window ends before the due time, or is longer than seven days."))
    if plan.cue == Cue.GO:
        if plan.due_at is not None:
            raise Refused("plan.go_at_a_time", _("It goes out on a person’s go or at a time, not both. Choose one."))
        return
    if plan.due_at is None or plan.due_at <= now:
        raise Refused("plan.past", _("The due time has passed already. Choose a later one; the text was kept."))
    if not valid_from <= plan.due_at < valid_until:
        raise Refused("plan.validity", _("The due time lies outside the time for which a yes is asked."))


def new_token(nonce: str) -> str:
    """A signed link token around a random nonce."""
    return _signer.sign(nonce)


def token_hash(token: str) -> str:
    """What is stored of a token.

    Raises:
        Refused: the signature is not ours.
    """
    try:
        _signer.unsign(token)
    except signing.BadSignature as error:
        raise Refused("link.forged", _("This link is not complete. Open it again from the letter.")) from error
    return hashlib.sha256(token.encode()).hexdigest()


def _planned_facts(planned: PlannedDelivery) -> list[object]:
    variant = planned.variant
    images = [[i.mime, hashlib.sha256(bytes(i.body)).hexdigest(), i.alt] for i in variant.images.all()]
    content = [variant.channel, variant.language, variant.subject, variant.text, variant.link, images]
    when = [planned.cue, _iso(planned.due_at), planned.window.total_seconds()]
    return [planned.account_id, variant.pk, content, when]


def _iso(moment: datetime | None) -> str:
    return moment.astimezone(UTC).isoformat() if moment else ""
