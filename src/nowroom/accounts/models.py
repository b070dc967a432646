"""Connected channel accounts."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from nowroom.lib.scoping import BrandManager
from nowroom.people.models import Brand


class Health(models.TextChoices):
    """Whether an account can publish, as last seen."""

    UNTRIED = "untried", _("Not tried yet")
    HEALTHY = "healthy", _("Healthy")
    BROKEN = "broken", _("Cannot publish")


class Account(models.Model):
    """One handle, page or mailing list, with its language, region and time zone."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="accounts")
    channel = models.SlugField(max_length=30)
    handle = models.CharField(max_length=120)
    name = models.CharField(max_length=120)
    language = models.CharField(max_length=10, default="en")
    region = models.CharField(max_length=10, blank=True, default="")
    time_zone = models.CharField(max_length=60, default="UTC")
    sealed_credentials = models.BinaryField(default=bytes)
    health = models.CharField(max_length=10, choices=Health, default=Health.UNTRIED)
    health_note = models.CharField(max_length=300, blank=True, default="")
    health_at = models.DateTimeField(null=True, blank=True)
    is_active = models.BooleanField(default=True)

    _rows = models.Manager["Account"]()
    objects = BrandManager["Account"]()

    class Meta:
        db_table = "accounts_account"
        constraints = [
            models.UniqueConstraint(fields=["brand", "channel", "handle"], name="account_once_per_brand"),
            models.CheckConstraint(condition=models.Q(health__in=Health.values), name="account_health_is_known"),
        ]

    def __str__(self) -> str:
        return f"{self.channel}:{self.handle}"
