"""What is listened for and what was heard, each brand its own."""

from datetime import timedelta

from nowroom.listening import actions, queries
from nowroom.listening.models import Alert, AlertAnswer, Mention, Signal, Source, SourceKind, Topic, TopicCount, Verdict
from nowroom.people.models import Brand
from nowroom.people.queries import actor_for
from tests.cast import Cast

MINUTE = timedelta(minutes=1)


def _heard(cast: Cast, brand: Brand, verdict: Verdict, minutes: int, *, text: str = "coffee") -> Signal:
    """A signal of so many minutes ago, with one mention and its count."""
    at = cast.now - minutes * MINUTE
    source, _made = Source.objects.everywhere().get_or_create(
        brand=brand, name="town", defaults={"kind": SourceKind.FEED, "address": "x"}
    )
    topic, _made = Topic.objects.everywhere().get_or_create(brand=brand, name="coffee", query="coffee")
    mention = Mention.objects.create(brand=brand, source=source, external_id=f"{text}{minutes}", at=at, text=text)
    mention.topics.add(topic)
    TopicCount.objects.create(brand=brand, topic=topic, minute=at, posts=minutes, sensitive=1)
    signal = Signal.objects.create(
        brand=brand, topic=topic, kind="burst", verdict=verdict, at=at, noticed_at=at, count=1, expected=0.1, odds=9.0,
        sentence="Something.",
    )  # fmt: skip
    signal.evidence.add(mention)
    if verdict is not Verdict.NOISE:
        Alert.objects.create(brand=brand, signal=signal, raised_at=at)
    return signal


def test_alerts_that_wait_are_threats_first_then_the_oldest(cast: Cast) -> None:
    joy = _heard(cast, cast.brand, Verdict.OPPORTUNITY, 30)
    late = _heard(cast, cast.brand, Verdict.THREAT, 10)
    early = _heard(cast, cast.brand, Verdict.THREAT, 20)
    _heard(cast, cast.brand, Verdict.NOISE, 5)
    assert [alert.signal for alert in queries.alerts_open(cast.brand)] == [early, late, joy]
    assert [alert.signal for alert in queries.threats_open(cast.brand)] == [early, late]
    actions.answer_alert(early.alert, answer=AlertAnswer.PASS, by=actor_for(cast.duty_editor), now=cast.now)
    assert [alert.signal for alert in queries.threats_open(cast.brand)] == [late]


def test_signals_and_mentions_are_the_newest_first(cast: Cast) -> None:
    old, new = (_heard(cast, cast.brand, Verdict.NOISE, minutes) for minutes in (50, 5))
    assert list(queries.signals_since(cast.brand, cast.now - 60 * MINUTE)) == [new, old]
    assert list(queries.signals_since(cast.brand, cast.now - 10 * MINUTE)) == [new]
    assert [mention.at for mention in queries.latest_mentions(cast.brand)] == [new.at, old.at]
    other = actions.add_topic(cast.brand, name="tea", query="tea", by=actor_for(cast.duty_editor), now=cast.now)
    assert list(queries.latest_mentions(cast.brand, topic=other)) == []


def test_counts_are_of_the_span_and_by_minute(cast: Cast) -> None:
    topic = _heard(cast, cast.brand, Verdict.NOISE, 3).topic
    for minutes in (1, 60):
        _heard(cast, cast.brand, Verdict.NOISE, minutes)
    counted = queries.counts_per_minute(topic, until=cast.now, span=10 * MINUTE)
    assert counted == [(cast.now - 3 * MINUTE, 3, 1), (cast.now - MINUTE, 1, 1)]
    quiet = actions.add_topic(cast.brand, name="tea", query="tea", by=actor_for(cast.duty_editor), now=cast.now)
    volumes = queries.topic_volumes(cast.brand, until=cast.now, span=10 * MINUTE)
    assert [(row, row.posts, row.sensitive) for row in volumes] == [(topic, 4, 2), (quiet, 0, 0)]  # type: ignore[attr-defined] # annotated


def test_nothing_of_one_brand_is_seen_from_another(cast: Cast) -> None:
    _heard(cast, cast.brand, Verdict.THREAT, 1)
    other = cast.other_brand
    seen = [
        queries.active_topics(other),
        queries.active_sources(other),
        queries.alerts_open(other),
        queries.threats_open(other),
        queries.latest_mentions(other),
        queries.signals_since(other, cast.now - 60 * MINUTE),
        queries.topic_volumes(other, until=cast.now, span=60 * MINUTE),
    ]
    assert [list(rows) for rows in seen] == [[]] * len(seen)
    assert queries.saved_state(other) is None
    assert queries.all_active_sources().count() == 1
