"""Occasions and the ways they can go."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from nowroom.lib.scoping import BrandManager
from nowroom.people.models import Brand


class Sensitivity(models.TextChoices):
    """Why a moment may be a bad one for a joke."""

    NONE = "none", _("None")
    MEMORIAL = "memorial", _("Memorial")
    TRAGEDY = "tragedy", _("Tragedy")
    POLITICS = "politics", _("Politics")


class MomentState(models.TextChoices):
    """How far a moment is; `passed` is a decision not to take part."""

    IDEA = "idea", _("Idea")
    PLANNED = "planned", _("Planned")
    READY = "ready", _("Ready")
    LIVE = "live", _("Live")
    CLOSED = "closed", _("Closed")
    PASSED = "passed", _("Passed")


class Moment(models.Model):
    """One occasion."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="moments")
    name = models.CharField(max_length=120)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    time_zone = models.CharField(max_length=60)
    places = models.JSONField(default=list, blank=True)
    tags = models.JSONField(default=list, blank=True)
    hashtags = models.JSONField(default=list, blank=True)
    sensitivity = models.CharField(max_length=10, choices=Sensitivity, default=Sensitivity.NONE)
    state = models.CharField(max_length=10, choices=MomentState, default=MomentState.IDEA)

    _rows = models.Manager["Moment"]()
    objects = BrandManager["Moment"]()

    class Meta:
        db_table = "planning_moment"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(ends_at__gt=models.F("starts_at")), name="moment_ends_after_start"
            ),
            models.CheckConstraint(condition=models.Q(state__in=MomentState.values), name="moment_state_is_known"),
        ]
        indexes = [models.Index(fields=["brand", "starts_at"], name="moment_by_start")]

    def __str__(self) -> str:
        return self.name


class Scenario(models.Model):
    """One way a moment can go: "we win", "the lights go out", "nothing happens"."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="scenarios")
    moment = models.ForeignKey(Moment, models.PROTECT, related_name="scenarios")
    name = models.CharField(max_length=120)

    _rows = models.Manager["Scenario"]()
    objects = BrandManager["Scenario"]()

    class Meta:
        db_table = "planning_scenario"
        constraints = [models.UniqueConstraint(fields=["moment", "name"], name="scenario_once_per_moment")]

    def __str__(self) -> str:
        return self.name
