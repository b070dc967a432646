"""The log's tables. Rows are only ever added: a database trigger refuses changes and deletions."""

from django.db import models

from nowroom.lib.scoping import BrandManager

GENESIS = "0" * 64


class Chain(models.Model):
    """The end of one brand's chain; its row is locked while an entry is added, so entries have one order.

    `brand_id` 0 is the installation's own chain: sign-ins, organizations, first run.
    """

    brand_id = models.BigIntegerField(primary_key=True)
    length = models.PositiveBigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        db_table = "audit_chain"

    def __str__(self) -> str:
        return f"chain of brand {self.brand_id}, {self.length} entries"


class Entry(models.Model):
    """One decision or event: who, when, what, and what they saw."""

    brand_id = models.BigIntegerField()
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=100)
    actor_name = models.CharField(max_length=200)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    facts = models.JSONField(default=dict)
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)

    _rows = models.Manager["Entry"]()
    objects = BrandManager["Entry"]()

    class Meta:
        db_table = "audit_entry"
        constraints = [models.UniqueConstraint(fields=["brand_id", "number"], name="audit_entry_number")]
        indexes = [models.Index(fields=["brand_id", "object_type", "object_id"], name="audit_entry_object")]
        ordering = ["brand_id", "number"]

    def __str__(self) -> str:
        return f"{self.number} {self.actor_name} {self.verb} {self.object_type} {self.object_id}"
