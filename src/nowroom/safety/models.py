"""The fence: one gate per brand, holds with their scopes, and the passages that they stop.

A hold is a row with a scope, never a status of what it stops. A passage is anything that may leave: it carries the
scope keys it can be stopped by. "Held" is one query over both (`queries.held`).
"""

import uuid

from django.db import models
from django.utils.translation import gettext_lazy as _

from nowroom.lib.scoping import BrandManager
from nowroom.listening.models import Signal
from nowroom.people.models import Brand


class ScopeKind(models.TextChoices):
    """What a hold can name. Values are compared casefolded."""

    BRAND = "brand", _("Whole brand")
    CHANNEL = "channel", _("Channel")
    ACCOUNT = "account", _("Account")
    MOMENT = "moment", _("Moment")
    REGION = "region", _("Region")
    PLACE = "place", _("Place")
    TAG = "tag", _("Tag")
    ASSET = "asset", _("Asset")
    DELIVERY = "delivery", _("Delivery")


class ThreatPolicy(models.TextChoices):
    """What a threat does by itself."""

    HOLD = "hold", _("Hold what it concerns")
    ASK = "ask", _("Ask the duty editor")
    OFF = "off", _("Do nothing")


class Policy(models.Model):
    """What signals may do on a brand without a person."""

    brand = models.OneToOneField(Brand, models.PROTECT, primary_key=True, related_name="policy")
    threat = models.CharField(max_length=10, choices=ThreatPolicy, default=ThreatPolicy.HOLD)

    _rows = models.Manager["Policy"]()
    objects = BrandManager["Policy"]()

    class Meta:
        db_table = "safety_policy"
        constraints = [
            models.CheckConstraint(condition=models.Q(threat__in=ThreatPolicy.values), name="policy_threat_is_known")
        ]

    def __str__(self) -> str:
        return f"{self.brand}: threat → {self.threat}"


class Gate(models.Model):
    """The one lock per brand on which placing a hold and starting a passage meet."""

    brand = models.OneToOneField(Brand, models.PROTECT, primary_key=True, related_name="gate")

    _rows = models.Manager["Gate"]()
    objects = BrandManager["Gate"]()

    class Meta:
        db_table = "safety_gate"

    def __str__(self) -> str:
        return f"gate of {self.brand}"


class PassageState(models.TextChoices):
    """Whether something has started to leave. Settled things are past holding."""

    WAITING = "waiting", _("Waiting")
    IN_FLIGHT = "in_flight", _("In flight")
    SETTLED = "settled", _("Settled")


class Passage(models.Model):
    """One thing that must pass the fence to leave."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    label = models.CharField(max_length=300)
    state = models.CharField(max_length=10, choices=PassageState, default=PassageState.WAITING)

    _rows = models.Manager["Passage"]()
    objects = BrandManager["Passage"]()

    class Meta:
        db_table = "safety_passage"
        constraints = [
            models.CheckConstraint(condition=models.Q(state__in=PassageState.values), name="passage_state_is_known")
        ]
        indexes = [models.Index(fields=["brand", "state"], name="passage_by_state")]

    def __str__(self) -> str:
        return self.label


class PassageKey(models.Model):
    """One scope key of a passage, e.g. (`place`, ``boston``)."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    passage = models.ForeignKey(Passage, models.CASCADE, related_name="keys")
    kind = models.CharField(max_length=10, choices=ScopeKind)
    value = models.CharField(max_length=120)

    _rows = models.Manager["PassageKey"]()
    objects = BrandManager["PassageKey"]()

    class Meta:
        db_table = "safety_passage_key"
        constraints = [models.UniqueConstraint(fields=["passage", "kind", "value"], name="passage_key_once")]
        indexes = [models.Index(fields=["brand", "kind", "value"], name="passage_key_by_value")]

    def __str__(self) -> str:
        return f"{self.kind}={self.value}"


class Hold(models.Model):
    """While it is not lifted, nothing in its scope starts to leave."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="holds")
    incident = models.UUIDField(
        default=uuid.uuid4, help_text="shared by the holds that one press placed on several brands"
    )
    reason = models.CharField(max_length=300)
    signal = models.ForeignKey(Signal, models.PROTECT, null=True, blank=True, related_name="holds")
    placed_at = models.DateTimeField()
    placed_by = models.CharField(max_length=200)
    by_rule = models.BooleanField(default=False)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.CharField(max_length=200, blank=True, default="")
    in_flight = models.ManyToManyField(Passage, related_name="+", help_text="what had already started at that instant")

    _rows = models.Manager["Hold"]()
    objects = BrandManager["Hold"]()

    class Meta:
        db_table = "safety_hold"
        constraints = [
            models.UniqueConstraint(
                fields=["signal"],
                condition=models.Q(lifted_at__isnull=True, signal__isnull=False),
                name="one_hold_per_signal",
            )
        ]
        indexes = [
            models.Index(fields=["brand"], condition=models.Q(lifted_at__isnull=True), name="hold_active_by_brand"),
        ]

    def __str__(self) -> str:
        return self.reason


class HoldTerm(models.Model):
    """One part of a hold's scope; a passage is in scope when it has any of the keys."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="terms")
    kind = models.CharField(max_length=10, choices=ScopeKind)
    value = models.CharField(max_length=120)
    label = models.CharField(max_length=150)

    _rows = models.Manager["HoldTerm"]()
    objects = BrandManager["HoldTerm"]()

    class Meta:
        db_table = "safety_hold_term"
        constraints = [models.UniqueConstraint(fields=["hold", "kind", "value"], name="hold_term_once")]
        indexes = [models.Index(fields=["brand", "kind", "value"], name="hold_term_by_value")]

    def __str__(self) -> str:
        return self.label


class Release(models.Model):
    """The brand lead's word that one passage may go although this hold stands."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    hold = models.ForeignKey(Hold, models.PROTECT, related_name="releases")
    passage = models.ForeignKey(Passage, models.PROTECT, related_name="releases")
    released_by = models.CharField(max_length=200)
    released_at = models.DateTimeField()

    _rows = models.Manager["Release"]()
    objects = BrandManager["Release"]()

    class Meta:
        db_table = "safety_release"
        constraints = [models.UniqueConstraint(fields=["hold", "passage"], name="release_once")]

    def __str__(self) -> str:
        return f"{self.passage} released by {self.released_by}"
