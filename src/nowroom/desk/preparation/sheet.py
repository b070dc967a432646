"""What an approver is shown: exactly what would be published, where, when and why now; then what became of it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from nowroom.clearance.models import Answer, ApprovalRequest, Ask, PlannedDelivery, RequestState
from nowroom.clearance.queries import planned_deliveries
from nowroom.content.models import Image, Variant
from nowroom.people.models import Person
from nowroom.planning.models import Moment
from nowroom.publishing.models import Delivery
from nowroom.publishing.queries import holds_ahead, queue
from nowroom.safety.models import Hold

Address = Callable[[Image], str]
"""Where the page's reader may see a picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture by its address, with its alt text."""

    url: str
    alt: str


@dataclass(frozen=True, slots=True)
class Stop:
    """One account that a piece would go to; `closes_at` is when its publish window ends, or None on a go."""

    planned: PlannedDelivery
    closes_at: datetime | None


@dataclass(frozen=True, slots=True)
class Piece:
    """One variant, once, with everywhere it would go."""

    variant: Variant
    pictures: tuple[Picture, ...]
    stops: tuple[Stop, ...]


@dataclass(frozen=True)
class Sheet:
    """An ask as its page shows it."""

    ask: Ask
    address: Address

    @property
    def request(self) -> ApprovalRequest:
        """What is asked."""
        return self.ask.request

    @property
    def moment(self) -> Moment | None:
        """The moment it is for: the scenario's, or else the asset's."""
        scenario = self.request.scenario
        return scenario.moment if scenario else self.request.revision.asset.moment

    @cached_property
    def planned(self) -> list[PlannedDelivery]:
        """What a yes would let out, by time."""
        return planned_deliveries(self.request)

    @cached_property
    def pieces(self) -> list[Piece]:
        """The same by variant, the one that goes out first before the others."""
        by_variant: dict[int, list[PlannedDelivery]] = {}
        # What waits for a go has no time and comes last, whatever the database thinks of missing values.
        for planned in sorted(self.planned, key=lambda planned: planned.due_at is None):
            by_variant.setdefault(planned.variant_id, []).append(planned)
        return [self._piece(group) for group in by_variant.values()]

    @cached_property
    def others(self) -> list[Ask]:
        """Who else is asked, with their answers."""
        rows = Ask.objects.for_brand(self.ask.brand_id).filter(request=self.request).exclude(pk=self.ask.pk)
        return list(rows.select_related("approver", "answer").order_by("pk"))

    @cached_property
    def holds(self) -> list[Hold]:
        """Standing holds that would stop it even after a yes."""
        return list(holds_ahead(self.planned, self.ask.brand))

    def _piece(self, group: list[PlannedDelivery]) -> Piece:
        variant = group[0].variant
        pictures = tuple(Picture(self.address(image), image.alt) for image in variant.images.all())
        return Piece(variant, pictures, tuple(Stop(p, self._closes_at(p)) for p in group))

    def _closes_at(self, planned: PlannedDelivery) -> datetime | None:
        return min(planned.due_at + planned.window, self.request.valid_until) if planned.due_at else None


@dataclass(frozen=True)
class Outcome:
    """What became of an ask."""

    ask: Ask

    @property
    def request(self) -> ApprovalRequest:
        """What was asked."""
        return self.ask.request

    @cached_property
    def answer(self) -> Answer | None:
        """What this approver said."""
        return Answer.objects.for_brand(self.ask.brand_id).filter(ask=self.ask).first()

    @cached_property
    def refused_by(self) -> Person | None:
        """Who said no, where somebody did."""
        rows = Answer.objects.for_brand(self.ask.brand_id).filter(ask__request=self.request, yes=False)
        answer = rows.select_related("ask__approver").first()
        return answer.ask.approver if answer else None

    @cached_property
    def awaited(self) -> list[Person]:
        """Whose answer is still missing while the request is open."""
        if self.request.state != RequestState.OPEN:
            return []
        rows = Ask.objects.for_brand(self.ask.brand_id).filter(request=self.request, answer__isnull=True)
        return [ask.approver for ask in rows.select_related("approver").order_by("pk")]

    @cached_property
    def deliveries(self) -> list[Delivery]:
        """What the yes let into the queue, as it stands now."""
        return list(queue(self.ask.brand).filter(approval__request=self.request))
