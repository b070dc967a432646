"""What is being said: topics by volume in event time, and the newest posts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Max
from django.utils import timezone

from nowroom.engine.enrich.sensitivity import SENSITIVE
from nowroom.listening.models import Mention, Source, Topic, TopicCount
from nowroom.listening.queries import latest_mentions, topic_volumes
from nowroom.people.models import Brand

LATELY = timedelta(minutes=10)
_CHART = timedelta(minutes=30)
_MINUTE = timedelta(minutes=1)
_TOPICS_SHOWN = 5
MENTIONS_SHOWN = 12


@dataclass(frozen=True, slots=True)
class TopicHeard:
    """A topic with its posts lately, and (time, posts) of each minute of the chart."""

    topic: Topic
    posts: int
    sensitive: int
    points: list[tuple[str, float]]


@dataclass(frozen=True, slots=True)
class Heard:
    """The loudest topics; `until` is the event time up to which we have heard."""

    until: datetime
    topics: list[TopicHeard]
    quiet: int


def heard(brand: Brand, *, now: datetime) -> Heard:
    """The loudest topics of the last minutes by the clock of the posts, and how many others are silent."""
    until = heard_until(brand) or now
    known = list(topic_volumes(brand, until=until, span=LATELY))
    loud = [topic for topic in known if topic.posts][:_TOPICS_SHOWN]  # type: ignore[attr-defined] # annotated
    charts = _charts(brand, loud, until)
    topics = [TopicHeard(t, t.posts, t.sensitive, charts[t.pk]) for t in loud]  # type: ignore[attr-defined] # as above
    return Heard(until, topics, len(known) - len(loud))


def heard_until(brand: Brand) -> datetime | None:
    """The event time of the newest post of any source, or None before the first."""
    newest: datetime | None = Source.objects.for_brand(brand).filter(is_active=True).aggregate(at=Max("heard_at"))["at"]
    return newest


def newest_mentions(brand: Brand, *, after: int = 0) -> list[Mention]:
    """The newest posts, or those stored after the one with this key; the newest first. Sensitive ones are marked."""
    rows = latest_mentions(brand)
    rows = rows.filter(pk__gt=after).order_by("-pk") if after else rows
    mentions = list(rows[:MENTIONS_SHOWN])
    for mention in mentions:
        mention.is_sensitive = mention.sensitive_score >= SENSITIVE  # type: ignore[attr-defined] # for the template
    return mentions


def _charts(brand: Brand, topics: list[Topic], until: datetime) -> dict[int, list[tuple[str, float]]]:
    """(wall-clock minute, posts) of every minute of the chart, silent ones too, by topic."""
    last = until.replace(second=0, microsecond=0)
    rows = TopicCount.objects.for_brand(brand).filter(topic__in=topics, minute__gt=last - _CHART, minute__lte=last)
    posts = {(topic, minute): count for topic, minute, count in rows.values_list("topic_id", "minute", "posts")}
    minutes = [last - _MINUTE * back for back in reversed(range(_CHART // _MINUTE))]
    return {
        topic.pk: [(timezone.localtime(m).strftime("%H:%M"), float(posts.get((topic.pk, m), 0))) for m in minutes]
        for topic in topics
    }
