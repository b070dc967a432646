"""Every write about listening."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from nowroom.audit.actions import record
from nowroom.engine.detect import Signal as Heard
from nowroom.engine.enrich.sensitivity import SENSITIVE
from nowroom.lib.actor import Actor, rule
from nowroom.lib.errors import Refused
from nowroom.listening.models import (
    Alert,
    AlertAnswer,
    EngineState,
    Mention,
    Signal,
    Source,
    SourceKind,
    Topic,
    TopicCount,
    Verdict,
)
from nowroom.listening.rules import Watch, parsed, sentence
from nowroom.people.models import Brand
from nowroom.people.queries import Permission, require

LISTENER = rule("listening engine")
_LONGEST_ID = 300


@dataclass(frozen=True, slots=True)
class Helping:
    """Posts of one source in order of arrival, as `engine.batch.posts` takes them, and where to go on after them."""

    source: Source
    posts: Sequence[Mapping[str, Any]]
    cursor: str


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the engine made of one batch of a brand, with topics by the engine's ids."""

    matched: pl.DataFrame
    signals: Sequence[Heard]
    topics: dict[str, Topic]
    snapshot: bytes


@transaction.atomic
def add_source(
    brand: Brand, *, kind: SourceKind, name: str, address: str, place: str = "", by: Actor, now: datetime
) -> Source:
    """Listen to a stream or feed.

    Raises:
        Refused: no permission, or the brand has a source of this name.
    """
    require(by, Permission.LISTEN, brand)
    if Source.objects.for_brand(brand).filter(name=name.strip()).exists():
        raise Refused("source.name", _("There is a source of this name already. Choose another one."))
    source = Source.objects.create(
        brand=brand, kind=kind, name=name.strip(), address=address.strip(), place=place.strip()
    )
    record("source.added", source, brand_id=brand.pk, by=by, now=now, facts={"name": source.name, "kind": kind})
    return source


@transaction.atomic
def set_source_active(source: Source, *, active: bool, by: Actor, now: datetime) -> None:
    """Pause a source or go on with it.

    Raises:
        Refused: no permission.
    """
    require(by, Permission.LISTEN, source.brand)
    rows = Source.objects.for_brand(source.brand_id).filter(pk=source.pk)
    if rows.exclude(is_active=active).update(is_active=active):
        record("source.resumed" if active else "source.paused", source, brand_id=source.brand_id, by=by, now=now)


@transaction.atomic
def correct_source(source: Source, *, address: str, by: Actor, now: datetime) -> None:
    """Listen at another address, from its beginning: where the old one was left off says nothing about it.

    Raises:
        Refused: no permission.
    """
    require(by, Permission.LISTEN, source.brand)
    rows = Source.objects.for_brand(source.brand_id).filter(pk=source.pk).exclude(address=address.strip())
    if rows.update(address=address.strip(), cursor="", trouble="", trouble_at=None):
        facts = {"name": source.name, "address": address.strip()}
        record("source.corrected", source, brand_id=source.brand_id, by=by, now=now, facts=facts)


@transaction.atomic
def add_topic(brand: Brand, *, name: str, query: str, by: Actor, now: datetime) -> Topic:
    """Listen for a standing query.

    Raises:
        Refused: no permission, or the query is malformed.
    """
    require(by, Permission.LISTEN, brand)
    parsed(query)
    topic = Topic.objects.create(brand=brand, name=name.strip(), query=query)
    record("topic.added", topic, brand_id=brand.pk, by=by, now=now, facts={"name": topic.name, "query": query})
    return topic


@transaction.atomic
def edit_topic(topic: Topic, *, query: str, active: bool, by: Actor, now: datetime) -> None:
    """Change what a topic listens for, or stop and go on; derived ones are editable, too.

    One that a person stops does not wake when it is queued again.

    Raises:
        Refused: no permission, or the query is malformed.
    """
    require(by, Permission.LISTEN, topic.brand)
    parsed(query)
    Topic.objects.for_brand(topic.brand_id).filter(pk=topic.pk).update(query=query, is_active=active, resting=False)
    facts = {"query": query, "active": active}
    record("topic.edited", topic, brand_id=topic.brand_id, by=by, now=now, facts=facts)


@transaction.atomic
def watch(brand: Brand, *, watches: Iterable[Watch], now: datetime) -> None:
    """Make the derived topics exactly these: new ones begin, those no longer queued rest, edited ones stay edited."""
    wanted = {w.origin: w for w in watches}
    known = {topic.origin: topic for topic in Topic.objects.for_brand(brand).exclude(origin="")}
    for origin, w in wanted.items():
        if origin in known:
            _follow(known[origin], w)
        else:
            _derive(brand, w, now)
    resting = [topic.pk for origin, topic in known.items() if origin not in wanted and topic.is_active]
    Topic.objects.for_brand(brand).filter(pk__in=resting).update(is_active=False, resting=True)


@transaction.atomic
def hear(brand: Brand, *, helpings: Sequence[Helping], hearing: Hearing, now: datetime) -> list[Signal]:
    """Keep what a batch brought: mentions, counts, signals with alerts, the detectors' state, and the cursors.

    All of it or none: after a crash the sources are read again from their cursors, and a mention heard twice is kept
    once.

    Args:
        brand: whose ear it was.
        helpings: what was heard since the state was saved last, in order of arrival.
        hearing: what the engine made of it.
        now: when.

    """
    sources = {helping.source.name: helping.source for helping in helpings}
    _keep_mentions(brand.pk, sources, hearing)
    _count(brand.pk, hearing)
    signals = [_raise(brand, heard, hearing, now) for heard in hearing.signals]
    EngineState.objects.everywhere().update_or_create(
        brand=brand, defaults={"snapshot": hearing.snapshot, "saved_at": now}
    )
    for name, source in sources.items():
        _note_read(source, [helping for helping in helpings if helping.source.name == name])
    return signals


@transaction.atomic
def note_recovery(source: Source) -> None:
    """The source can be read again. Not logged: what is heard from it says so."""
    rows = Source.objects.for_brand(source.brand_id).filter(pk=source.pk).exclude(trouble="")
    rows.update(trouble="", trouble_at=None)


@transaction.atomic
def note_trouble(source: Source, *, message: str, now: datetime) -> None:
    """Write down that a source cannot be read; logged when the trouble is a new one."""
    rows = Source.objects.for_brand(source.brand_id).filter(pk=source.pk).exclude(trouble=message[:300])
    if rows.update(trouble=message[:300], trouble_at=now):
        facts = {"source": source.name, "trouble": message[:300]}
        record("source.trouble", source, brand_id=source.brand_id, by=LISTENER, now=now, facts=facts)


@transaction.atomic
def answer_alert(alert: Alert, *, answer: AlertAnswer, by: Actor, now: datetime) -> None:
    """Say what was done about an alert.

    Raises:
        Refused: no permission, or somebody answered first.
    """
    require(by, Permission.ANSWER_ALERT, alert.brand)
    rows = Alert.objects.for_brand(alert.brand_id).filter(pk=alert.pk, answer="")
    if not rows.update(answer=answer, answered_at=now, answered_by=by.name):
        raise Refused("alert.answered", _("Somebody answered this alert first. Nothing was changed."))
    facts = {"answer": answer, "seconds": (now - alert.raised_at).total_seconds(), "signal": alert.signal_id}
    record("alert.answered", alert, brand_id=alert.brand_id, by=by, now=now, facts=facts)


def _derive(brand: Brand, w: Watch, now: datetime) -> None:
    topic = Topic.objects.create(
        brand=brand, name=w.name[:200], query=w.query, derived=w.query, origin=w.origin, scope=w.scope
    )
    record("topic.derived", topic, brand_id=brand.pk, by=LISTENER, now=now, facts={"query": w.query})


def _follow(topic: Topic, w: Watch) -> None:
    """Bring a derived topic up to what is queued now, but leave a person's query and a person's pause alone."""
    query = topic.query if topic.query != topic.derived else w.query
    active = topic.is_active or topic.resting
    scope = [list(part) for part in w.scope]
    if (topic.query, topic.derived, topic.scope, topic.is_active) != (query, w.query, scope, active):
        Topic.objects.for_brand(topic.brand_id).filter(pk=topic.pk).update(
            name=w.name[:200], query=query, derived=w.query, scope=scope, is_active=active, resting=False
        )


def _note_read(source: Source, helpings: Sequence[Helping]) -> None:
    """Move the source on, unless somebody gave it another address while this was read."""
    rows = Source.objects.for_brand(source.brand_id).filter(pk=source.pk, address=source.address)
    rows.update(cursor=helpings[-1].cursor)
    times = [post["ts"] for helping in helpings for post in helping.posts]
    if times:
        rows.update(posts=F("posts") + len(times), heard_at=max(times))


def _keep_mentions(brand_id: int, sources: Mapping[str, Source], hearing: Hearing) -> None:
    rows = hearing.matched.rows(named=True)
    Mention.objects.bulk_create([_mention(sources[row["source"]], row) for row in rows], ignore_conflicts=True)
    stored = Mention.objects.for_brand(brand_id).filter(
        source__in=sources.values(), external_id__in=[_external_id(row["id"]) for row in rows]
    )
    keys = {(name, external): pk for name, external, pk in stored.values_list("source__name", "external_id", "pk")}
    through = Mention.topics.through
    through.objects.bulk_create(
        [
            through(mention_id=keys[row["source"], _external_id(row["id"])], topic_id=hearing.topics[topic].pk)
            for row in rows
            for topic in row["query_ids"]
            if topic in hearing.topics
        ],
        ignore_conflicts=True,
    )


def _mention(source: Source, row: dict[str, Any]) -> Mention:
    return Mention(
        brand_id=source.brand_id,
        source=source,
        external_id=_external_id(row["id"]),
        at=row["ts"],
        author=_plain(row["author"])[:200],
        text=_plain(row["text"]),
        url=_plain(row["url"])[:500],
        place=_plain(row["place"])[:120],
        language=_plain(row["lang"])[:10],
        tone=row["tone"],
        tone_score=row["tone_score"],
        sensitive_score=row["sensitivity"],
    )


def _plain(text: str | None) -> str:
    """The text as both databases take it: PostgreSQL has no NUL."""
    return (text or "").replace("\0", "")


def _external_id(name: str) -> str:
    """The post's id; one that is longer than its column by what it begins with and a digest of all of it."""
    plain = _plain(name)
    return plain if len(plain) <= _LONGEST_ID else f"{plain[:200]} {hashlib.sha256(plain.encode()).hexdigest()}"


def _count(brand_id: int, hearing: Hearing) -> None:
    heard: Counter[tuple[int, datetime]] = Counter()
    sensitive: Counter[tuple[int, datetime]] = Counter()
    for row in hearing.matched.select("ts", "sensitivity", "query_ids").rows(named=True):
        minute = row["ts"].replace(second=0, microsecond=0)
        for slot in ((hearing.topics[topic].pk, minute) for topic in row["query_ids"] if topic in hearing.topics):
            heard[slot] += 1
            sensitive[slot] += row["sensitivity"] >= SENSITIVE
    rows = TopicCount.objects.for_brand(brand_id).filter(
        topic_id__in={topic for topic, _minute in heard}, minute__in={minute for _topic, minute in heard}
    )
    known = {(count.topic_id, count.minute): count for count in rows}
    for slot, count in known.items():
        count.posts += heard.pop(slot, 0)
        count.sensitive += sensitive[slot]
    TopicCount.objects.everywhere().bulk_update(known.values(), ["posts", "sensitive"])
    TopicCount.objects.bulk_create(
        TopicCount(brand_id=brand_id, topic_id=topic, minute=minute, posts=posts, sensitive=sensitive[topic, minute])
        for (topic, minute), posts in heard.items()
    )


def _raise(brand: Brand, heard: Heard, hearing: Hearing, now: datetime) -> Signal:
    topic = hearing.topics[heard.topic]
    signal = Signal.objects.create(
        brand=brand,
        topic=topic,
        kind=heard.kind,
        verdict=Verdict(heard.verdict),
        at=heard.at,
        noticed_at=now,
        count=heard.count,
        expected=heard.expected,
        odds=heard.odds,
        sentence=sentence(heard, topic.name)[:400],
    )
    # Of this topic: two sources may call different posts by one id.
    evidence = Mention.objects.for_brand(brand.pk).filter(
        topics=topic, external_id__in=[_external_id(post) for post in heard.evidence]
    )
    signal.evidence.set(evidence)
    facts = {"sentence": signal.sentence, "verdict": signal.verdict, "evidence": list(heard.evidence)}
    record("signal.noticed", signal, brand_id=brand.pk, by=LISTENER, now=now, facts=facts)
    if signal.verdict != Verdict.NOISE:
        Alert.objects.create(brand_id=brand.pk, signal=signal, raised_at=now)
    return signal
