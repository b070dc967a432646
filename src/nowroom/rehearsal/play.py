"""Playing a stream against a stage in event time, through the code that runs at night."""

import math
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby

from nowroom.channels.sources.base import RawPost
from nowroom.listening.actions import Helping
from nowroom.listening.models import Signal, Source
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.rehearsal.stage import Stage
from nowroom.safety.actions import Placement
from nowroom.workers import tick
from nowroom.workers.ear import Ear
from nowroom.workers.send import Sender

Event = dict[str, object]
# Posts that reach the engine as one batch. Signals carry the time of the very post that set them off, and a batch never
# reaches past an instant at which something is due, so its size changes the speed and nothing else.
HELPING = 200
_NAMED = {DeliveryState.PUBLISHED: "published", DeliveryState.EXPIRED: "expired"}


@dataclass
class Play:
    """One performance. `emit` is called for every event in order of event time."""

    stage: Stage
    emit: Callable[[Event], None]
    now: datetime
    posts: int = 0
    held: set[str] = field(default_factory=set)
    latencies: list[float] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("signal", "hold", "published", "expired"), 0))

    def __post_init__(self) -> None:
        """Take up the ear, the sender, and the instants at which something is due or expires."""
        self._ear = Ear(self.stage.brand, self.now)
        self._sender = Sender("rehearsal", lambda: self.now)
        self._names = {delivery.pk: name for name, delivery in self.stage.deliveries.items()}
        self._by_passage = {delivery.passage_id: name for name, delivery in self.stage.deliveries.items()}
        self._ended: set[int] = set()
        self._told = self.now
        self._first_source = next(iter(self.stage.sources.values()))
        rows = self.stage.deliveries.values()
        self._instants = sorted({t for d in rows for t in (d.due_at, d.expires_at) if t})

    def run(self, posts: Iterable[RawPost]) -> Event:
        """Play all posts, then let the queue run out; the summary, which is also emitted."""
        started = time.perf_counter()
        for helping in _helpings(posts, self._instants):
            self._work_until(helping[0]["ts"])
            self.now = max(self.now, *(post["ts"] for post in helping))
            self._hear(helping)
        self._work_until(None)
        summary = self._summary(time.perf_counter() - started)
        self.emit(summary)
        return summary

    def _hear(self, helping: list[RawPost]) -> None:
        self.posts += len(helping)
        by_source = [Helping(source, list(posts), "") for source, posts in groupby(helping, key=self._source_of)]
        arrived = time.perf_counter()
        for signal, placement in self._ear.hear(by_source, clock=lambda: self.now):
            self._tell(signal, placement, (time.perf_counter() - arrived) * 1000)

    def _source_of(self, post: RawPost) -> Source:
        return self.stage.sources.get(post["source"], self._first_source)

    def _tell(self, signal: Signal, placement: Placement | None, milliseconds: float) -> None:
        evidence = [mention.external_id for mention in signal.evidence.order_by("at", "pk")]
        self._emit(
            "signal",
            signal.at,
            kind=signal.kind,
            verdict=signal.verdict,
            topic=signal.topic.name,
            count=signal.count,
            expected=round(signal.expected, 3),
            evidence=evidence,
        )
        if placement is None:
            return
        self.latencies.append(milliseconds)
        stopped = [self._by_passage[passage.pk] for passage in placement.stopped]
        self.held.update(stopped)
        self._emit(
            "hold",
            signal.at,
            scope=[f"{row.kind}={row.value}" for row in placement.hold.terms.order_by("pk")],
            deliveries=stopped,
            in_flight=[self._by_passage[passage.pk] for passage in placement.in_flight],
            reason=placement.hold.reason,
            evidence=evidence,
            signal=signal.sentence,
        )

    def _work_until(self, until: datetime | None) -> None:
        """Let senders and the clock work at every instant up to `until` at which something is due or expires."""
        while self._instants and (until is None or self._instants[0] <= until):
            self.now = max(self.now, self._instants.pop(0))
            while self._sender.turn() + tick.turn(self.now):
                continue
            self._tell_endings()

    def _tell_endings(self) -> None:
        rows = Delivery.objects.for_brand(self.stage.brand).filter(state__in=_NAMED).exclude(pk__in=self._ended)
        for delivery in rows.order_by("due_at", "pk"):
            self._ended.add(delivery.pk)
            self._emit(_NAMED[DeliveryState(delivery.state)], self.now, delivery=self._names[delivery.pk])

    def _emit(self, event: str, at: datetime, **values: object) -> None:
        """Tell an event. What a late post led to happened when it was heard, so that events stay in order."""
        self.counts[event] += 1
        self._told = max(self._told, at)
        self.emit({"event": event, "at": self._told, **values})

    def _summary(self, seconds: float) -> Event:
        return {
            "event": "summary",
            "at": self.now,
            "posts": self.posts,
            "matched": self.stage.brand.mentions.count(),
            "signals": self.counts["signal"],
            "holds": self.counts["hold"],
            "published": self.counts["published"],
            "held": len(self.held),
            "expired": self.counts["expired"],
            "seconds": round(seconds, 3),
            "posts_per_second": round(self.posts / seconds) if seconds else 0,
            "signal_to_hold_ms_p99": _percentile(self.latencies, 0.99),
        }


def _percentile(values: list[float], share: float) -> float | None:
    """The nearest-rank percentile, to a tenth; None of nothing."""
    ranked = sorted(values)
    return round(ranked[math.ceil(share * len(ranked)) - 1], 1) if ranked else None


def _helpings(posts: Iterable[RawPost], instants: list[datetime]) -> Iterator[list[RawPost]]:
    helping: list[RawPost] = []
    for post in posts:
        if len(helping) == HELPING or (helping and instants and post["ts"] >= instants[0]):
            yield helping
            helping = []
        helping.append(post)
    if helping:
        yield helping
