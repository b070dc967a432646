"""What the command wall shows, tile by tile; each is read only when a page shows it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property

from nowroom.clearance.models import Ask
from nowroom.clearance.queries import asks_waiting_for
from nowroom.desk.operations.heard import Heard, heard, newest_mentions
from nowroom.desk.operations.plays import Play, fitting_plays, plays
from nowroom.desk.operations.rows import first, next_out, stuck_rows
from nowroom.desk.operations.standing import Standing, standing
from nowroom.listening.models import Alert, Mention, Source, SourceKind, Verdict
from nowroom.listening.queries import active_sources, alerts_open, telling
from nowroom.people.models import Brand, Person
from nowroom.publishing.models import Delivery
from nowroom.safety.queries import active_holds

TILES = ("fire", "held", "chances", "next", "mine", "loaded", "said", "stuck", "sources")
"""The tiles by the names under which they are fetched, in the order of the page."""
_SHOWN = 4
_ALERTS_SHOWN = 6
_EVIDENCE_SHOWN = 3
_PLAYS_SHOWN = 8
# A live stream that says nothing for so long is more likely broken than quiet.
_SILENCE = timedelta(minutes=5)
_STREAMS = {SourceKind.JETSTREAM, SourceKind.FIREHOSE}


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert with the first posts that set it off and, for an opportunity, what is loaded for it."""

    alert: Alert
    evidence: list[Mention]
    plays: list[Play]


@dataclass(frozen=True, slots=True)
class SourceHealth:
    """A source and whether it is in trouble (it says why) or silent."""

    source: Source
    silent: bool

    @property
    def well(self) -> bool:
        """Whether there is nothing to do about it."""
        return not (self.silent or self.source.trouble)


@dataclass(frozen=True)
class Wall:
    """The brand now, as this person sees it."""

    brand: Brand
    person: Person
    now: datetime

    @cached_property
    def threats(self) -> list[OpenAlert]:
        """Threats that nobody has answered, the oldest first."""
        return self._open(Verdict.THREAT)

    @cached_property
    def chances(self) -> list[OpenAlert]:
        """Opportunities that nobody has answered, with what is loaded for them."""
        return self._open(Verdict.OPPORTUNITY)

    @cached_property
    def answered(self) -> list[Alert]:
        """The last answers, with the time that they took."""
        rows = Alert.objects.for_brand(self.brand).filter(answered_at__gte=self.now - timedelta(hours=12))
        return list(rows.select_related("signal").order_by("-answered_at", "-pk")[:_SHOWN])

    @cached_property
    def next(self) -> list[Delivery]:
        """What goes out next by itself."""
        return first(self.brand, next_out(self.brand, self.now), _SHOWN)

    @cached_property
    def asks(self) -> list[Ask]:
        """What waits for this person's yes or no."""
        return list(asks_waiting_for(self.person, self.brand).filter(expires_at__gt=self.now)[:_SHOWN])

    @cached_property
    def standing(self) -> list[Standing]:
        """The holds that stand, each with the first of what it stops and of what was out before."""
        holds = active_holds(self.brand).select_related("brand")
        return [standing(hold, now=self.now, most=_EVIDENCE_SHOWN) for hold in holds[:_SHOWN]]

    @cached_property
    def plays(self) -> list[Play]:
        """What is locked and loaded."""
        return plays(self.brand, most=_PLAYS_SHOWN)

    @cached_property
    def stuck(self) -> list[Delivery]:
        """What only a person can settle."""
        return first(self.brand, stuck_rows(self.brand, self.now), _SHOWN)

    @cached_property
    def heard(self) -> Heard:
        """How much is said about what."""
        return heard(self.brand, now=self.now)

    @cached_property
    def mentions(self) -> list[Mention]:
        """The newest posts."""
        return newest_mentions(self.brand)

    @cached_property
    def sources(self) -> list[SourceHealth]:
        """Where the brand listens, what needs somebody first."""
        known = [SourceHealth(source, self._is_silent(source)) for source in active_sources(self.brand)]
        return sorted(known, key=lambda health: health.well)

    def _open(self, verdict: Verdict) -> list[OpenAlert]:
        found = alerts_open(self.brand).filter(signal__verdict=verdict)[:_ALERTS_SHOWN]
        return [self._seen(alert) for alert in found]

    def _seen(self, alert: Alert) -> OpenAlert:
        playable = alert.signal.verdict == Verdict.OPPORTUNITY
        fitting = fitting_plays(self.brand, alert.signal, most=_EVIDENCE_SHOWN) if playable else []
        return OpenAlert(alert, telling(alert.signal)[:_EVIDENCE_SHOWN], fitting)

    def _is_silent(self, source: Source) -> bool:
        return source.kind in _STREAMS and (source.heard_at is None or self.now - source.heard_at > _SILENCE)
