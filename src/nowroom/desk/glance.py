"""What every page of a brand answers above the fold: what burns, what goes out next, what waits for me."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zlib import crc32

from nowroom.clearance.models import Ask
from nowroom.clearance.queries import asks_waiting_for
from nowroom.listening.models import Alert
from nowroom.listening.queries import threats_open
from nowroom.people.models import Brand, Person
from nowroom.publishing.models import Delivery
from nowroom.publishing.queries import held_deliveries, upcoming
from nowroom.safety.models import Hold
from nowroom.safety.queries import active_holds, held

# More than this many of one thing are not read one by one.
_ENOUGH = 20


@dataclass(frozen=True)
class Glance:
    """Read part by part, and only when a page shows it."""

    brand: Brand
    person: Person
    now: datetime

    @cached_property
    def holds(self) -> list[Hold]:
        """The holds that stand, newest first."""
        return list(active_holds(self.brand))

    @cached_property
    def held_count(self) -> int:
        """How many deliveries they stop."""
        return held_deliveries(self.brand).count() if self.holds else 0

    @cached_property
    def threats(self) -> list[Alert]:
        """Threats that nobody has answered, oldest first."""
        return list(threats_open(self.brand)[:_ENOUGH])

    @cached_property
    def next_out(self) -> Delivery | None:
        """The next delivery that nothing holds."""
        return upcoming(self.brand).exclude(held("passage_id")).filter(expires_at__gt=self.now).first()

    @cached_property
    def asks(self) -> list[Ask]:
        """Approval requests that wait for this person's yes or no, the most urgent first."""
        return list(asks_waiting_for(self.person, self.brand).filter(expires_at__gt=self.now)[:_ENOUGH])

    @property
    def mark(self) -> str:
        """Changes when anything of it does: what a page that shows it has seen."""
        due = (self.next_out.pk, self.next_out.due_at) if self.next_out else ()
        keys = [[row.pk for row in rows] for rows in (self.holds, self.threats, self.asks)]
        return f"{crc32(repr((keys, due, self.held_count)).encode()):08x}"
