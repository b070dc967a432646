"""What every page of a brand answers above the fold: what burns, what goes out next, what waits for me."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import QuerySet

from nowroom.clearance.models import Ask, RequestState
from nowroom.listening.models import Alert, Verdict
from nowroom.people.models import Brand, Person
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.models import Hold
from nowroom.safety.queries import active_holds, held


@dataclass(frozen=True)
class Glance:
    """Read part by part and only when a page shows it."""

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
        return self._coming().filter(held("passage_id")).count() if self.holds else 0

    @cached_property
    def threats(self) -> list[Alert]:
        """Threats that nobody has answered, oldest first."""
        alerts = Alert.objects.for_brand(self.brand).filter(answer="", signal__verdict=Verdict.THREAT)
        return list(alerts.select_related("signal").order_by("raised_at")[:20])

    @cached_property
    def next_out(self) -> Delivery | None:
        """The next delivery that nothing holds."""
        free = self._coming().exclude(held("passage_id")) if self.holds else self._coming()
        return free.select_related("account", "passage").order_by("due_at").first()

    @cached_property
    def asks(self) -> list[Ask]:
        """Approval requests that wait for this person's yes or no, the most urgent first."""
        asks = Ask.objects.for_brand(self.brand).filter(
            approver=self.person, answer__isnull=True, request__state=RequestState.OPEN, expires_at__gt=self.now
        )
        return list(asks.select_related("request").order_by("request__valid_until")[:20])

    def _coming(self) -> QuerySet[Delivery]:
        return Delivery.objects.for_brand(self.brand).filter(state=DeliveryState.QUEUED, expires_at__gt=self.now)
