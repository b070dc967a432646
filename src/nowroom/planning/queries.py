"""Reading the calendar."""

from datetime import datetime

from django.db.models import QuerySet

from nowroom.people.models import Brand
from nowroom.planning.models import Moment, MomentState
from nowroom.planning.rules import NEXT


def calendar(brand: Brand, *, since: datetime, until: datetime) -> QuerySet[Moment]:
    """Moments that overlap the span, by start, with their scenarios."""
    rows = Moment.objects.for_brand(brand).filter(ends_at__gte=since, starts_at__lt=until)
    return rows.prefetch_related("scenarios").order_by("starts_at", "pk")


def next_states(moment: Moment) -> list[MomentState]:
    """Where the moment can go from here, in the order of a moment's life."""
    following = NEXT[MomentState(moment.state)]
    return [state for state in MomentState if state in following]
