"""Asking for a yes, answering, and the approval that a delivery points at."""

from datetime import timedelta

from django.db import models
from django.utils.translation import gettext_lazy as _

from nowroom.accounts.models import Account
from nowroom.content.models import Revision, Variant
from nowroom.lib.scoping import BrandManager
from nowroom.people.models import Brand, Person
from nowroom.planning.models import Scenario


class RequestState(models.TextChoices):
    """Where a request is; only `open` can be answered."""

    OPEN = "open", _("Waiting for a yes")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    LAPSED = "lapsed", _("Nobody answered in time")
    WITHDRAWN = "withdrawn", _("Withdrawn")


class Cue(models.TextChoices):
    """What sets a delivery off."""

    TIME = "time", _("At a time")
    GO = "go", _("On a person's go")


class ApprovalRequest(models.Model):
    """A request for a yes on exactly one revision, with its variants, scenario, accounts and validity window."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="approval_requests")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="approval_requests")
    scenario = models.ForeignKey(Scenario, models.PROTECT, null=True, blank=True, related_name="+")
    asked_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    reason = models.CharField(max_length=300, blank=True, default="")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=RequestState, default=RequestState.OPEN)
    digest = models.CharField(max_length=64)

    _rows = models.Manager["ApprovalRequest"]()
    objects = BrandManager["ApprovalRequest"]()

    class Meta:
        db_table = "clearance_request"
        constraints = [
            models.CheckConstraint(condition=models.Q(valid_until__gt=models.F("valid_from")), name="request_window"),
            models.CheckConstraint(condition=models.Q(state__in=RequestState.values), name="request_state_is_known"),
        ]
        indexes = [models.Index(fields=["brand", "state"], name="request_by_state")]

    def __str__(self) -> str:
        return f"request for {self.revision}"


class PlannedDelivery(models.Model):
    """What a yes would let out: one variant to one account, at one time or on a go. Immutable once asked."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="planned")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    cue = models.CharField(max_length=10, choices=Cue)
    due_at = models.DateTimeField(null=True, blank=True)
    window = models.DurationField(default=timedelta(minutes=30))

    _rows = models.Manager["PlannedDelivery"]()
    objects = BrandManager["PlannedDelivery"]()

    class Meta:
        db_table = "clearance_planned_delivery"
        constraints = [
            models.UniqueConstraint(fields=["request", "variant", "account", "due_at"], name="planned_once"),
            models.CheckConstraint(
                condition=models.Q(cue=Cue.TIME, due_at__isnull=False) | models.Q(cue=Cue.GO, due_at__isnull=True),
                name="planned_time_has_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.variant} to {self.account}"


class Ask(models.Model):
    """One approver asked, with the hash of their single-use link."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    request = models.ForeignKey(ApprovalRequest, models.PROTECT, related_name="asks")
    approver = models.ForeignKey(Person, models.PROTECT, related_name="asks")
    # null, not empty, until the first letter: the column is unique
    token_hash = models.CharField(max_length=64, unique=True, null=True)  # noqa: DJ001 - see above
    expires_at = models.DateTimeField()
    asked_at = models.DateTimeField()
    letter_at = models.DateTimeField(null=True, blank=True)

    _rows = models.Manager["Ask"]()
    objects = BrandManager["Ask"]()

    class Meta:
        db_table = "clearance_ask"
        constraints = [models.UniqueConstraint(fields=["request", "approver"], name="ask_once_per_approver")]

    def __str__(self) -> str:
        return f"{self.approver} asked about {self.request}"


class Answer(models.Model):
    """A yes or no with the three risk questions answered, bound to the digest of what was shown."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    ask = models.OneToOneField(Ask, models.PROTECT, related_name="answer")
    yes = models.BooleanField()
    no_unneeded_risk = models.BooleanField()
    hurts_nobody = models.BooleanField()
    grandmother_may_read = models.BooleanField()
    note = models.CharField(max_length=500, blank=True, default="")
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    _rows = models.Manager["Answer"]()
    objects = BrandManager["Answer"]()

    class Meta:
        db_table = "clearance_answer"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(yes=False)
                | models.Q(no_unneeded_risk=True, hurts_nobody=True, grandmother_may_read=True),
                name="yes_answers_the_risk_questions",
            )
        ]

    def __str__(self) -> str:
        return f"{'yes' if self.yes else 'no'} by {self.ask.approver}"


class Approval(models.Model):
    """Every approver said yes. Exists only for an approved request, of the same revision: see the triggers."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    request = models.OneToOneField(ApprovalRequest, models.PROTECT, related_name="approval")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="approvals")
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    digest = models.CharField(max_length=64)
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)

    _rows = models.Manager["Approval"]()
    objects = BrandManager["Approval"]()

    class Meta:
        db_table = "clearance_approval"

    def __str__(self) -> str:
        return f"approval of {self.revision}"
