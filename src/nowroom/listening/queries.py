"""What is listened for and what was heard."""

from datetime import datetime, timedelta

from django.db.models import OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from nowroom.listening.models import Alert, EngineState, Mention, Signal, Source, Topic, TopicCount, Verdict
from nowroom.listening.rules import PLACE_ORIGIN, Watch, parsed, spell, watch_for, watch_for_place
from nowroom.people.models import Brand

__all__ = [
    "PLACE_ORIGIN",
    "Watch",
    "active_sources",
    "active_topics",
    "alerts_open",
    "all_active_sources",
    "counts_per_minute",
    "latest_mentions",
    "parsed",
    "saved_state",
    "signals_since",
    "spell",
    "telling",
    "threats_open",
    "topic_volumes",
    "watch_for",
    "watch_for_place",
]  # fmt: skip


def active_topics(brand: Brand) -> QuerySet[Topic]:
    """What the brand listens for, its own topics before derived ones."""
    return Topic.objects.for_brand(brand).filter(is_active=True).order_by("origin", "pk")


def active_sources(brand: Brand) -> QuerySet[Source]:
    """Where the brand listens."""
    return Source.objects.for_brand(brand).filter(is_active=True).order_by("pk")


def all_active_sources() -> QuerySet[Source]:
    """Where any brand listens: for the listen worker."""
    return Source.objects.everywhere().filter(is_active=True).select_related("brand").order_by("pk")


def saved_state(brand: Brand) -> bytes | None:
    """The detectors' snapshot, or None before the first."""
    row = EngineState.objects.for_brand(brand).first()
    return bytes(row.snapshot) if row else None


def latest_mentions(brand: Brand, *, topic: Topic | None = None) -> QuerySet[Mention]:
    """The newest posts that matched."""
    rows = Mention.objects.for_brand(brand).select_related("source")
    if topic is not None:
        rows = rows.filter(topics=topic)
    return rows.order_by("-at", "-pk")


def signals_since(brand: Brand, since: datetime) -> QuerySet[Signal]:
    """Signals noticed since then, the newest first, with their evidence."""
    rows = Signal.objects.for_brand(brand).filter(noticed_at__gte=since)
    return rows.select_related("topic", "alert").prefetch_related("evidence").order_by("-at", "-pk")


def alerts_open(brand: Brand) -> QuerySet[Alert]:
    """Alerts that nobody has answered, threats before opportunities, the oldest first."""
    rows = Alert.objects.for_brand(brand).filter(answer="").select_related("signal__topic", "signal__brand")
    return rows.prefetch_related("signal__evidence").order_by("-signal__verdict", "raised_at", "pk")


def telling(signal: Signal) -> list[Mention]:
    """The signal's evidence, the most telling first: for a threat the surest, for anything else the newest."""
    posts = sorted(signal.evidence.all(), key=lambda post: (post.at, post.pk), reverse=True)
    if signal.verdict == Verdict.THREAT:
        posts.sort(key=lambda post: post.sensitive_score, reverse=True)
    return posts


def threats_open(brand: Brand) -> QuerySet[Alert]:
    """Open alerts about threats."""
    return alerts_open(brand).filter(signal__verdict=Verdict.THREAT)


def counts_per_minute(topic: Topic, *, until: datetime, span: timedelta) -> list[tuple[datetime, int, int]]:
    """(minute, posts, sensitive posts) of a topic in event time; minutes without posts are left out."""
    rows = TopicCount.objects.for_brand(topic.brand_id).filter(topic=topic, minute__gt=until - span, minute__lte=until)
    return list(rows.order_by("minute").values_list("minute", "posts", "sensitive"))


def topic_volumes(brand: Brand, *, until: datetime, span: timedelta) -> QuerySet[Topic]:
    """Active topics with `posts` and `sensitive` heard in the span, the loudest first."""
    lately = TopicCount.objects.for_brand(brand).filter(
        topic=OuterRef("pk"), minute__gt=until - span, minute__lte=until
    )
    # One look into the index per topic: a join would read every minute that was ever counted.
    sums = lately.order_by().values("topic")
    rows = active_topics(brand).annotate(
        posts=Coalesce(Subquery(sums.annotate(n=Sum("posts")).values("n")), 0),
        sensitive=Coalesce(Subquery(sums.annotate(n=Sum("sensitive")).values("n")), 0),
    )
    return rows.order_by("-posts", "name", "pk")
