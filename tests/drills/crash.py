"""The crash drill: senders are killed at random instants while the receiver drops answers."""

import random
import threading
import time
from collections import Counter
from dataclasses import asdict, dataclass
from datetime import timedelta
from multiprocessing.process import BaseProcess

from nowroom.lib.clock import utc_now
from nowroom.publishing.models import Delivery, DeliveryState
from tests.cast import Cast
from tests.drills.processes import kill, running, start_senders, start_ticker
from tests.drills.world import build
from tests.servers.receiver import Mode, Receiver

# Short, so that the dead are noticed while the drill lasts; the receiver answers within milliseconds or not at all.
LEASE = timedelta(seconds=3)
ENDED = (DeliveryState.PUBLISHED, DeliveryState.FAILED, DeliveryState.EXPIRED, DeliveryState.DROPPED)


@dataclass(frozen=True)
class Report:
    """What came of the drill: the receiver's keys against the queue's states."""

    kills: int
    dropped_answers: int
    states: dict[str, int]
    twice: list[str]
    lost: list[str]
    unsaid: list[str]

    def summary(self) -> dict[str, object]:
        """The report as JSON takes it."""
        return asdict(self)


def drill(receiver: Receiver, *, deliveries: int, kills: int, processes: int = 4, seed: int = 1) -> Report:
    """Run it on the configured database, which must be empty.

    `twice`: keys that the receiver took more than once. `lost`: published by our word, unknown to the receiver.
    `unsaid`: known to the receiver, but not published by our word.
    """
    rng = random.Random(seed)
    receiver.mishap = lambda: rng.choices([Mode.ACCEPT, Mode.DROP_ANSWER, Mode.DROP_REQUEST], [0.8, 0.1, 0.1])[0]
    now = utc_now()
    cast = build(receiver, deliveries=deliveries, now=now, starts_in=timedelta(seconds=0.001))
    senders = [start_senders(f"crash-{n}", 2, LEASE) for n in range(processes)]
    with running(start_ticker()):
        done = _kill_at_random(senders, kills, rng)
        with running(*senders):
            _until_all_ended(cast)
    return _account(cast, receiver, done)


def _kill_at_random(senders: list[BaseProcess], kills: int, rng: random.Random) -> int:
    pause = threading.Event()
    for number in range(kills):
        pause.wait(rng.uniform(0.02, 0.25))
        victim = rng.randrange(len(senders))
        kill(senders[victim])
        senders[victim] = start_senders(f"crash-{victim}-{number}", 2, LEASE)
    return kills


def _until_all_ended(cast: Cast) -> None:
    deadline = time.monotonic() + 900
    pause = threading.Event()
    rows = Delivery.objects.for_brand(cast.brand).exclude(state__in=ENDED)
    while rows.exists():
        assert time.monotonic() < deadline, f"not ended: {Counter(rows.values_list('state', flat=True))}"
        pause.wait(0.1)


def _account(cast: Cast, receiver: Receiver, kills: int) -> Report:
    rows = list(Delivery.objects.for_brand(cast.brand).values_list("key", "state"))
    taken = Counter(receiver.accepted)
    published = {key for key, state in rows if state == DeliveryState.PUBLISHED}
    return Report(
        kills=kills,
        dropped_answers=receiver.dropped,
        states=dict(Counter(state for _key, state in rows)),
        twice=sorted(key for key, times in taken.items() if times > 1),
        lost=sorted(published - taken.keys()),
        unsaid=sorted(taken.keys() - published),
    )
