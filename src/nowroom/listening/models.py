"""What is heard: sources, standing queries, the posts that matched, and what was noticed in them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from nowroom.lib.scoping import BrandManager
from nowroom.people.models import Brand


class SourceKind(models.TextChoices):
    """Where posts come from."""

    JETSTREAM = "jetstream", _("Bluesky Jetstream")
    FIREHOSE = "firehose", _("Bluesky firehose")
    FEED = "feed", _("RSS or Atom feed")
    REPLAY = "replay", _("Recorded stream")


class Source(models.Model):
    """One stream or feed of a brand, with where it stopped reading and how it is."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="sources")
    kind = models.CharField(max_length=12, choices=SourceKind)
    name = models.CharField(max_length=120)
    address = models.CharField(max_length=500)
    place = models.CharField(max_length=120, blank=True, default="")
    is_active = models.BooleanField(default=True)
    cursor = models.TextField(blank=True, default="")
    heard_at = models.DateTimeField(null=True, blank=True, help_text="event time of the newest post")
    posts = models.PositiveBigIntegerField(default=0)
    trouble = models.CharField(max_length=300, blank=True, default="")
    trouble_at = models.DateTimeField(null=True, blank=True)

    _rows = models.Manager["Source"]()
    objects = BrandManager["Source"]()

    class Meta:
        db_table = "listening_source"
        constraints = [models.UniqueConstraint(fields=["brand", "name"], name="source_once_per_brand")]

    def __str__(self) -> str:
        return self.name


class Topic(models.Model):
    """A standing Boolean query; derived ones listen for what is queued."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="topics")
    name = models.CharField(max_length=200)
    query = models.TextField()
    origin = models.CharField(max_length=140, blank=True, default="", help_text="what it was derived from, or empty")
    derived = models.TextField(blank=True, default="", help_text="the query as derived; differs where people edited it")
    scope = models.JSONField(default=list, help_text="[kind, value, label] of what a threat on it concerns")
    is_active = models.BooleanField(default=True)
    resting = models.BooleanField(default=False, help_text="inactive because nothing of it is queued")

    _rows = models.Manager["Topic"]()
    objects = BrandManager["Topic"]()

    class Meta:
        db_table = "listening_topic"
        constraints = [
            models.UniqueConstraint(
                fields=["brand", "origin"], condition=~models.Q(origin=""), name="topic_once_per_origin"
            )
        ]

    def __str__(self) -> str:
        return self.name


class Mention(models.Model):
    """A post that matched a topic. Only what matches is kept."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="mentions")
    source = models.ForeignKey(Source, models.PROTECT, related_name="mentions")
    external_id = models.CharField(max_length=300)
    at = models.DateTimeField()
    author = models.CharField(max_length=200, blank=True, default="")
    text = models.TextField()
    url = models.CharField(max_length=500, blank=True, default="")
    place = models.CharField(max_length=120, blank=True, default="")
    language = models.CharField(max_length=10, blank=True, default="")
    tone = models.CharField(max_length=10, blank=True, default="")
    tone_score = models.FloatField(default=0.0)
    sensitive_score = models.FloatField(default=0.0)
    topics = models.ManyToManyField(Topic, related_name="mentions")

    _rows = models.Manager["Mention"]()
    objects = BrandManager["Mention"]()

    class Meta:
        db_table = "listening_mention"
        constraints = [models.UniqueConstraint(fields=["source", "external_id"], name="mention_once")]
        indexes = [models.Index(fields=["brand", "-at"], name="mention_newest")]

    def __str__(self) -> str:
        return self.text[:60]


class TopicCount(models.Model):
    """How many posts matched a topic in one minute of event time."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="+")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="counts")
    minute = models.DateTimeField()
    posts = models.PositiveIntegerField(default=0)
    sensitive = models.PositiveIntegerField(default=0)

    _rows = models.Manager["TopicCount"]()
    objects = BrandManager["TopicCount"]()

    class Meta:
        db_table = "listening_topic_count"
        constraints = [models.UniqueConstraint(fields=["topic", "minute"], name="count_once_per_minute")]

    def __str__(self) -> str:
        return f"{self.posts} at {self.minute:%H:%M}"


class Verdict(models.TextChoices):
    """What a signal means for the brand."""

    THREAT = "threat", _("Threat")
    OPPORTUNITY = "opportunity", _("Opportunity")
    NOISE = "noise", _("Noise")


class Signal(models.Model):
    """Something the engine noticed on a topic, with its evidence."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="signals")
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="signals")
    kind = models.CharField(max_length=20)
    verdict = models.CharField(max_length=12, choices=Verdict)
    at = models.DateTimeField(help_text="event time of the post that set it off")
    noticed_at = models.DateTimeField()
    count = models.PositiveIntegerField()
    expected = models.FloatField()
    odds = models.FloatField()
    sentence = models.CharField(max_length=400)
    evidence = models.ManyToManyField(Mention, related_name="signals")

    _rows = models.Manager["Signal"]()
    objects = BrandManager["Signal"]()

    class Meta:
        db_table = "listening_signal"
        constraints = [models.CheckConstraint(condition=models.Q(verdict__in=Verdict.values), name="verdict_is_known")]
        indexes = [models.Index(fields=["brand", "-at"], name="signal_newest")]

    def __str__(self) -> str:
        return self.sentence


class AlertAnswer(models.TextChoices):
    """What was done about an alert. Every alert ends in one."""

    HOLD = "hold", _("Hold")
    PLAY = "play", _("Play")
    REPLY = "reply", _("Reply")
    PASS = "pass", _("Pass")


class Alert(models.Model):
    """A signal that somebody must look at; the time to the answer is measured."""

    brand = models.ForeignKey(Brand, models.PROTECT, related_name="alerts")
    signal = models.OneToOneField(Signal, models.PROTECT, related_name="alert")
    raised_at = models.DateTimeField()
    answer = models.CharField(max_length=10, choices=AlertAnswer, blank=True, default="")
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.CharField(max_length=200, blank=True, default="")

    _rows = models.Manager["Alert"]()
    objects = BrandManager["Alert"]()

    class Meta:
        db_table = "listening_alert"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(answer="", answered_at__isnull=True)
                | (~models.Q(answer="") & models.Q(answered_at__isnull=False)),
                name="alert_answer_has_a_time",
            )
        ]
        indexes = [models.Index(fields=["brand", "answer"], name="alert_open")]

    def __str__(self) -> str:
        return str(self.signal)


class EngineState(models.Model):
    """The detectors' memory of a brand, so that a restart goes on where it stopped."""

    brand = models.OneToOneField(Brand, models.PROTECT, primary_key=True, related_name="engine_state")
    snapshot = models.BinaryField()
    saved_at = models.DateTimeField()

    _rows = models.Manager["EngineState"]()
    objects = BrandManager["EngineState"]()

    class Meta:
        db_table = "listening_engine_state"

    def __str__(self) -> str:
        return f"engine state of {self.brand}"
