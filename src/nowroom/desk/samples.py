"""Made-up rows, never saved, for the page that shows every component."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django import forms
from django.contrib.messages import constants as levels

from nowroom.accounts.models import Account
from nowroom.clearance.models import ApprovalRequest, Ask, Cue, PlannedDelivery
from nowroom.content.models import Asset, Revision, Variant
from nowroom.listening.models import Mention
from nowroom.people.models import Person
from nowroom.planning.models import Moment, MomentState, Sensitivity
from nowroom.publishing.models import Delivery, DeliveryState
from nowroom.safety.models import Passage

_TEXT = "Lights out? You can still dunk in the dark. #halftime https://stride.example/dark"


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """One line of the hold sheet: `value` is what the form sends, `count` how many deliveries it stops."""

    value: str
    label: str
    count: int
    checked: bool = False


@dataclass(frozen=True, slots=True)
class Note:
    """A finding as a form field shows it."""

    tone: str
    text: str


class SampleForm(forms.Form):
    """A form to be wrong in."""

    name = forms.CharField(label="Name")


class Samples:
    """Everything the page shows, seen at `now`."""

    def __init__(self, now: datetime) -> None:
        self.now = now
        self.soon = now + timedelta(minutes=12)
        self.long_ago = now - timedelta(hours=3)
        self.tomorrow = now + timedelta(days=1, hours=4)
        self.tones = ("green", "amber", "red", "blue", "violet", "neutral")
        self.accounts = {
            "bluesky": _account("bluesky", "stride.example", "Stride", "America/New_York", "US"),
            "email": _account("email", "runners", "Runners' letter", "Europe/Berlin", "DE"),
            "webhook": _account("webhook", "app-feed", "App feed", "Asia/Kolkata", "IN"),
        }
        self.asset = Asset(pk=0, name="Dunk in the dark")
        self.revision = Revision(pk=0, asset=self.asset, number=3)

    @property
    def deliveries(self) -> list[Delivery]:
        """One delivery in each state, and one held."""
        rows = [self._delivery(state, "bluesky") for state in DeliveryState]
        held = self._delivery(DeliveryState.QUEUED, "email")
        held.is_held = True  # type: ignore[attr-defined] # what publishing.queries.queue annotates
        return [held, *rows]

    @property
    def previews(self) -> list[Delivery]:
        """One delivery on each channel."""
        return [self._delivery(DeliveryState.QUEUED, channel) for channel in self.accounts]

    @property
    def mentions(self) -> list[Mention]:
        """Three posts as a signal's evidence."""
        texts = (
            ("@ann", "Did anyone else just hear that? Everything shook, people are running"),
            ("@ben", "Two explosions near the finish line. This is not a drill."),
            ("@city_desk", "Police confirm an incident at the finish. Stay away from the area."),
        )
        return [
            Mention(author=author, text=text, at=self.now - timedelta(minutes=n), place="Boston")
            for n, (author, text) in enumerate(texts)
        ]

    @property
    def moments(self) -> list[Moment]:
        """Moments in their states."""
        days = enumerate(MomentState)
        return [
            Moment(
                pk=0, name="City marathon", state=state, starts_at=self.now + timedelta(days=n),
                ends_at=self.now + timedelta(days=n, hours=5), time_zone="America/New_York", places=["Boston"],
                hashtags=["BostonMarathon"], sensitivity=Sensitivity.MEMORIAL if n == 0 else Sensitivity.NONE,
            )
            for n, state in days
        ]  # fmt: skip

    @property
    def scopes(self) -> list[ScopeChoice]:
        """What a hold could name."""
        return [
            ScopeChoice("brand:", "Everything of the brand", 41, checked=True),
            ScopeChoice("place:boston", "Place: Boston", 6),
            ScopeChoice("tag:running", "Tag: running", 9),
            ScopeChoice("channel:email", "Channel: email", 3),
        ]

    @property
    def ask(self) -> Ask:
        """Somebody asked for a yes."""
        request = ApprovalRequest(
            revision=self.revision, asked_by=Person(name="Sasha Lind"), reason="The lights went out two minutes ago."
        )
        return Ask(request=request, expires_at=self.soon)

    @property
    def planned(self) -> list[PlannedDelivery]:
        """What the yes would let out."""
        on_time = PlannedDelivery(
            variant=self._variant("bluesky"), account=self.accounts["bluesky"], cue=Cue.TIME, due_at=self.soon
        )
        on_go = PlannedDelivery(variant=self._variant("email"), account=self.accounts["email"], cue=Cue.GO)
        return [on_time, on_go]

    @property
    def points(self) -> list[tuple[str, float]]:
        """Posts per minute with a burst at the end."""
        quiet = [9, 7, 11, 8, 9, 12, 10, 8, 9, 11, 7, 10, 9, 8, 10, 12, 9, 11]
        return [(f"18:{31 + n}", value) for n, value in enumerate([*quiet, 64, 188, 412])]

    @property
    def findings(self) -> list[Note]:
        """What checks say while somebody types."""
        return [
            Note("red", "14 graphemes too long for Bluesky."),
            Note("amber", "The hashtag is protected until Sunday; your brand holds no rights."),
            Note("green", "Every picture has alt text."),
        ]

    @property
    def toasts(self) -> list[str]:
        """The levels of Django's messages."""
        return [levels.DEFAULT_TAGS[level] for level in (levels.SUCCESS, levels.INFO, levels.WARNING, levels.ERROR)]

    def _variant(self, channel: str) -> Variant:
        subject = "The lights are out" if channel == "email" else ""
        return Variant(pk=0, revision=self.revision, channel=channel, language="en", text=_TEXT, subject=subject)

    def _delivery(self, state: DeliveryState, channel: str) -> Delivery:
        out = state in {DeliveryState.PUBLISHED, DeliveryState.REMOVING, DeliveryState.TAKEN_DOWN}
        return Delivery(
            pk=0,
            passage=Passage(label="Dunk in the dark"),
            variant=self._variant(channel),
            account=self.accounts[channel],
            state=state,
            due_at=None if state == DeliveryState.LOADED else self.soon,
            published_at=self.long_ago if out else None,
            remote_url="https://example.org/post" if out else "",
        )


def _account(channel: str, handle: str, name: str, zone: str, region: str) -> Account:
    return Account(channel=channel, handle=handle, name=name, time_zone=zone, region=region)
