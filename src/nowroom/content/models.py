"""What can be published: assets, their immutable revisions, and a revision's variants per channel and language."""

from django.db import models

from nowroom.lib.scoping import BrandManager
from nowroom.people.models import Brand, Person
from nowroom.planning.models import Moment, Scenario

LONGEST_SUBJECT = 200
LONGEST_LINK = 500
LONGEST_ALT = 2000


class Asset(models.Model):
    """A piece of content that lives through its revisions."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="assets")
    name = models.CharField(max_length=120)
    moment = models.ForeignKey(Moment, models.PROTECT, null=True, blank=True, related_name="assets")
    scenario = models.ForeignKey(Scenario, models.PROTECT, null=True, blank=True, related_name="assets")
    tags = models.JSONField(default=list, blank=True)
    places = models.JSONField(default=list, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    _rows = models.Manager["Asset"]()
    objects = BrandManager["Asset"]()

    class Meta:
        db_table = "content_asset"
        indexes = [models.Index(fields=["brand", "name"], name="asset_by_name")]

    def __str__(self) -> str:
        return self.name


class Revision(models.Model):
    """One immutable version of an asset. A trigger refuses any change."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    asset = models.ForeignKey(Asset, models.PROTECT, related_name="revisions")
    number = models.PositiveIntegerField()
    made_by = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    made_at = models.DateTimeField()
    note = models.CharField(max_length=200, blank=True, default="")

    _rows = models.Manager["Revision"]()
    objects = BrandManager["Revision"]()

    class Meta:
        db_table = "content_revision"
        constraints = [models.UniqueConstraint(fields=["asset", "number"], name="revision_number")]

    def __str__(self) -> str:
        return f"{self.asset}, revision {self.number}"


class Variant(models.Model):
    """A revision for one channel and language. Immutable like its revision."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    revision = models.ForeignKey(Revision, models.PROTECT, related_name="variants")
    channel = models.SlugField(max_length=30)
    language = models.CharField(max_length=10, default="en")
    subject = models.CharField(max_length=LONGEST_SUBJECT, blank=True, default="")
    text = models.TextField()
    link = models.URLField(max_length=LONGEST_LINK, blank=True, default="")

    _rows = models.Manager["Variant"]()
    objects = BrandManager["Variant"]()

    class Meta:
        db_table = "content_variant"
        constraints = [
            models.UniqueConstraint(fields=["revision", "channel", "language"], name="variant_once_per_channel"),
            models.CheckConstraint(condition=~models.Q(text=""), name="variant_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.revision} for {self.channel} ({self.language})"


class Image(models.Model):
    """A picture of a variant, with the alt text that every channel needs. Immutable like its revision."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    variant = models.ForeignKey(Variant, models.PROTECT, related_name="images")
    position = models.PositiveSmallIntegerField(default=0)
    mime = models.CharField(max_length=40)
    body = models.BinaryField()
    alt = models.CharField(max_length=LONGEST_ALT)

    _rows = models.Manager["Image"]()
    objects = BrandManager["Image"]()

    class Meta:
        db_table = "content_image"
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["variant", "position"], name="image_position"),
            models.CheckConstraint(condition=~models.Q(alt=""), name="image_has_alt_text"),
        ]

    def __str__(self) -> str:
        return self.alt
