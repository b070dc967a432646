"""Deliveries: one variant to one account."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from nowroom.accounts.models import Account
from nowroom.clearance.models import Approval, Cue, PlannedDelivery
from nowroom.content.models import Variant
from nowroom.lib.scoping import BrandManager
from nowroom.people.models import Brand
from nowroom.safety.models import Passage


class DeliveryState(models.TextChoices):
    """Each state means one thing. Held is not among them: a hold is a row of its own."""

    LOADED = "loaded", _("Locked and loaded")
    QUEUED = "queued", _("Queued")
    SENDING = "sending", _("Being sent")
    UNKNOWN = "unknown", _("Sent, answer lost")
    PUBLISHED = "published", _("Published")
    FAILED = "failed", _("Refused by the channel")
    EXPIRED = "expired", _("Missed its window")
    DROPPED = "dropped", _("Dropped")
    REMOVING = "removing", _("Being taken down")
    TAKEN_DOWN = "taken_down", _("Taken down")


class Delivery(models.Model):
    """One variant to one account, under an approval of exactly its revision (a trigger refuses anything else)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="deliveries")
    approval = models.ForeignKey(Approval, models.PROTECT, related_name="deliveries")
    planned = models.OneToOneField(PlannedDelivery, models.PROTECT, related_name="delivery")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="deliveries")
    account = models.ForeignKey(Account, models.PROTECT, related_name="deliveries")
    passage = models.OneToOneField(Passage, models.PROTECT, related_name="delivery")
    cue = models.CharField(max_length=10, choices=Cue)
    due_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    not_before = models.DateTimeField(null=True, blank=True, help_text="a channel asked us to wait until then")
    state = models.CharField(max_length=12, choices=DeliveryState)
    key = models.CharField(max_length=40, unique=True, help_text="the idempotency key, chosen before the first try")
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=80, blank=True, default="")
    lease_until = models.DateTimeField(null=True, blank=True)
    published_at = models.DateTimeField(null=True, blank=True)
    remote_id = models.CharField(max_length=300, blank=True, default="")
    remote_url = models.URLField(max_length=500, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="", help_text="a sentence about how it went")

    _rows = models.Manager["Delivery"]()
    objects = BrandManager["Delivery"]()

    class Meta:
        db_table = "publishing_delivery"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=DeliveryState.values), name="delivery_state_is_known"),
            models.CheckConstraint(
                condition=models.Q(state=DeliveryState.LOADED)
                | models.Q(state=DeliveryState.DROPPED)
                | models.Q(state=DeliveryState.EXPIRED)
                | models.Q(due_at__isnull=False, expires_at__isnull=False),
                name="delivery_has_a_window",
            ),
            models.CheckConstraint(
                condition=models.Q(due_at__isnull=True) | models.Q(expires_at__gt=models.F("due_at")),
                name="delivery_expires_after_due",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DeliveryState.SENDING) | models.Q(lease_until__isnull=False),
                name="sending_has_a_lease",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=DeliveryState.PUBLISHED) | models.Q(published_at__isnull=False),
                name="published_has_a_time",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="delivery_by_due"),
            models.Index(fields=["brand", "state", "due_at"], name="delivery_by_brand_due"),
            models.Index(fields=["state", "lease_until"], name="delivery_by_lease"),
            models.Index(fields=["brand", "due_at"], name="delivery_by_brand_any_due"),
            models.Index(fields=["brand", "published_at"], name="delivery_by_published"),
        ]

    def __str__(self) -> str:
        return self.passage.label
