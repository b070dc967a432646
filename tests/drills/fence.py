"""The fence drill: senders on several processes, and holds placed at random moments."""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from nowroom.audit.models import Entry
from nowroom.lib.clock import utc_now
from nowroom.people.queries import actor_for
from nowroom.publishing.models import Delivery
from nowroom.publishing.queries import due_deliveries
from nowroom.safety.actions import place_hold
from nowroom.safety.models import PassageState, ScopeKind
from nowroom.safety.queries import Term, in_scope, term
from tests.cast import Cast
from tests.drills.processes import running, start_senders
from tests.drills.world import build, everything
from tests.servers.receiver import Receiver

LEASE = timedelta(seconds=60)
# As long (seconds) as a channel takes to answer: a hold must meet some that are under way.
LINGER = 0.5


@dataclass
class Placed:
    """One hold as its caller saw it; `returned` is on the receiver's clock (`time.monotonic`)."""

    passages: frozenset[int]
    in_flight: frozenset[int]
    returned: float
    seconds: float


@dataclass
class Report:
    """What came of the drill. `escaped` are starts after a hold that covers them, by the log or by the receiver."""

    holds: list[Placed] = field(default_factory=list)
    started: int = 0
    escaped: list[str] = field(default_factory=list)
    wrong_answers: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, object]:
        """The figures, and the first of what went wrong."""
        return {
            "holds": len(self.holds),
            "started": self.started,
            "in_flight_answers": sum(len(placed.in_flight) for placed in self.holds),
            "escaped": self.escaped[:5],
            "wrong_answers": self.wrong_answers[:5],
            "hold_ms_p50": round(self.hold_milliseconds(0.5), 1),
            "hold_ms_p99": round(self.hold_milliseconds(0.99), 1),
        }

    def hold_milliseconds(self, share: float) -> float:
        """The nearest-rank percentile of the time that placing a hold took."""
        ranked = sorted(placed.seconds for placed in self.holds)
        return ranked[min(len(ranked) - 1, int(share * len(ranked)))] * 1000


def drill(
    receiver: Receiver, *, deliveries: int, holds: int, processes: int = 4, threads: int = 4, seed: int = 1
) -> Report:
    """Run it on the configured database, which must be empty, and account for every start."""
    rng = random.Random(seed)
    receiver.linger = LINGER
    now = utc_now()
    cast = build(receiver, deliveries=deliveries, now=now, starts_in=timedelta(seconds=0.001))
    passages = {delivery.key: delivery.passage_id for delivery in everything(cast)}
    scopes = [_scope(cast, rng) for _ in range(holds)]
    senders = [start_senders(f"drill-{n}", threads, LEASE) for n in range(processes)]
    report = Report()
    with running(*senders):
        if senders:
            _until_something_is_sent(receiver)
        for scope in scopes:
            report.holds.append(_place(cast, scope))
            threading.Event().wait(rng.expovariate(200))
        if senders:
            _until_nothing_moves(cast)
    _check_log(cast, report)
    _check_receiver(receiver, passages, report)
    return report


def _scope(cast: Cast, rng: random.Random) -> list[Term]:
    """A tag now and then, else a handful of single deliveries."""
    rows = Delivery.objects.for_brand(cast.brand).order_by("pk")
    if rng.random() < 0.01:
        return [term(ScopeKind.TAG, f"tag-{rng.randrange(max(1, rows.count() // 50))}")]
    keys = list(rows.values_list("planned_id", flat=True))
    return [term(ScopeKind.DELIVERY, key) for key in rng.sample(keys, 3)]


def _place(cast: Cast, scope: list[Term]) -> Placed:
    began = time.monotonic()
    placement = place_hold(cast.brand, scope=scope, reason="drill", by=actor_for(cast.duty_editor), now=utc_now())
    returned = time.monotonic()
    concerned = frozenset(in_scope(cast.brand, scope).values_list("pk", flat=True))
    return Placed(concerned, frozenset(p.pk for p in placement.in_flight), returned, returned - began)


def _until_something_is_sent(receiver: Receiver) -> None:
    _wait_for(lambda: bool(receiver.accepted), "no sender sent anything")


def _until_nothing_moves(cast: Cast) -> None:
    def still() -> bool:
        flying = Delivery.objects.for_brand(cast.brand).filter(passage__state=PassageState.IN_FLIGHT)
        return not due_deliveries(utc_now()).exists() and not flying.exists()

    _wait_for(still, "the queue did not run out", seconds=900)


def _wait_for(condition: Callable[[], bool], complaint: str, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    pause = threading.Event()
    while not condition():
        assert time.monotonic() < deadline, complaint
        pause.wait(0.05)


def _check_log(cast: Cast, report: Report) -> None:
    """Read the chain in its order, which is the order of commits under the gate: who was in flight at each hold?"""
    delivery_passage = dict(Delivery.objects.for_brand(cast.brand).values_list("pk", "passage_id"))
    flying: set[int] = set()
    fenced: set[int] = set()
    holds = iter(report.holds)
    for entry in Entry.objects.for_brand(cast.brand).order_by("number"):
        if entry.verb == "delivery.started":
            passage = delivery_passage[int(entry.object_id)]
            report.started += 1
            flying.add(passage)
            if passage in fenced:
                report.escaped.append(f"log: {entry}")
        elif entry.verb in {"delivery.published", "delivery.rejected", "delivery.put_off"}:
            flying.discard(delivery_passage[int(entry.object_id)])
        elif entry.verb == "hold.placed":
            placed = next(holds)
            fenced |= placed.passages
            if placed.in_flight != flying & placed.passages:
                report.wrong_answers.append(f"{entry}: said {placed.in_flight}, was {flying & placed.passages}")


def _check_receiver(receiver: Receiver, passages: dict[str, int], report: Report) -> None:
    """What reached the outside after a hold had returned must be in that hold's answer."""
    arrived = {passages[key]: at for key, at in receiver.arrivals.items()}
    for placed in report.holds:
        for passage in placed.passages - placed.in_flight:
            if arrived.get(passage, 0.0) > placed.returned:
                report.escaped.append(f"receiver: passage {passage}")
