"""The cast at the desk, with what is heard around them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from typing import cast as cast_to  # `cast` is the fixture with the people

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from nowroom.channels.base import Receipt
from nowroom.lib.clock import utc_now
from nowroom.listening.actions import add_source, add_topic
from nowroom.listening.models import Alert, Mention, Signal, Source, SourceKind, Topic, Verdict
from nowroom.people.models import Person
from nowroom.people.queries import actor_for
from nowroom.publishing import actions as publishing
from nowroom.publishing.models import Delivery
from tests.cast import SENDER, Cast


@pytest.fixture
def now() -> datetime:
    """Pages read the clock."""
    return utc_now()


@dataclass
class Desk:
    """Pages of the brand as one of its people sees them."""

    cast: Cast
    client: Client

    def get(self, name: str, *args: object, query: dict[str, Any] | None = None, htmx: bool = False) -> HttpResponse:
        """A page, or as htmx asks for it."""
        headers = {"HX-Request": "true"} if htmx else None
        address = reverse(f"desk:{name}", args=[self.cast.brand.slug, *args])
        return cast_to("HttpResponse", self.client.get(address, query, headers=headers))

    def main(self, name: str, *args: object, query: dict[str, Any] | None = None) -> str:
        """A page's own content, without the frame around it."""
        return self.get(name, *args, query=query).text.partition("<main")[2]

    def post(self, name: str, /, *args: object, htmx: bool = False, follow: bool = True, **sent: Any) -> HttpResponse:
        """A form that was sent, and the page that it led to."""
        headers = {"HX-Request": "true"} if htmx else None
        address = reverse(f"desk:{name}", args=[self.cast.brand.slug, *args])
        return cast_to("HttpResponse", self.client.post(address, sent, headers=headers, follow=follow))


@pytest.fixture
def desk_of(cast: Cast) -> Callable[[Person], Desk]:
    """The desk of one of the cast."""

    def sit(person: Person) -> Desk:
        client = Client()
        client.force_login(person)
        return Desk(cast, client)

    return sit


@pytest.fixture
def desk(cast: Cast, desk_of: Callable[[Person], Desk]) -> Desk:
    """The brand lead's desk: they may do everything here."""
    return desk_of(cast.brand_lead)


@pytest.fixture
def source(cast: Cast) -> Source:
    """A live stream that was heard just now."""
    by = actor_for(cast.duty_editor)
    made = add_source(
        cast.brand, kind=SourceKind.JETSTREAM, name="Jetstream", address="wss://example.org", by=by, now=cast.now
    )
    Source.objects.for_brand(cast.brand).filter(pk=made.pk).update(heard_at=cast.now)
    return made


@pytest.fixture
def topic(cast: Cast) -> Topic:
    """What the brand listens for."""
    return add_topic(cast.brand, name="Marathon", query="marathon", by=actor_for(cast.duty_editor), now=cast.now)


@pytest.fixture
def mention(cast: Cast, source: Source) -> Callable[..., Mention]:
    """A post that was heard."""
    ids = iter(range(10_000))

    def write(text: str, *, sensitive: float = 0.0, ago: timedelta = timedelta()) -> Mention:
        return Mention.objects.create(
            brand=cast.brand,
            source=source,
            external_id=str(next(ids)),
            at=cast.now - ago,
            author="@ann",
            text=text,
            sensitive_score=sensitive,
        )

    return write


@pytest.fixture
def alert(cast: Cast, topic: Topic, mention: Callable[..., Mention]) -> Callable[..., Alert]:
    """An alert about the topic, which concerns `scope`."""

    def raised(
        verdict: Verdict = Verdict.THREAT, *, scope: Sequence[tuple[str, str, str]] = (), posts: Sequence[str] = ()
    ) -> Alert:
        Topic.objects.for_brand(cast.brand).filter(pk=topic.pk).update(scope=list(scope))
        signal = Signal.objects.create(
            brand=cast.brand,
            topic=topic,
            kind="burst",
            verdict=verdict,
            at=cast.now,
            noticed_at=cast.now,
            count=412,
            expected=9,
            odds=99,
            sentence="412 posts in 2 min about the marathon, 9 expected.",
        )
        signal.evidence.set([mention(text, sensitive=0.9) for text in posts])
        return Alert.objects.create(brand=cast.brand, signal=signal, raised_at=cast.now - timedelta(seconds=41))

    return raised


def published(cast: Cast, name: str, *, places: Sequence[str] = (), ago: timedelta = timedelta(minutes=20)) -> Delivery:
    """A delivery that went out a while ago. Nothing else may be due."""
    cast.delivery(cast.asset(name, text=name, places=places), due_in=timedelta(seconds=1))
    delivery = cast.claim(at=cast.now + timedelta(seconds=2))
    receipt = Receipt(remote_id=name, url="https://bsky.app/p", at=cast.now - ago)
    publishing.note_published(delivery, receipt, by=SENDER, now=cast.now)
    return delivery


def in_flight(cast: Cast, name: str, *, places: Sequence[str] = ()) -> Delivery:
    """A delivery that is being sent. Nothing else may be due."""
    cast.delivery(cast.asset(name, text=name, places=places), due_in=timedelta(seconds=1))
    return cast.claim(at=cast.now + timedelta(seconds=2))


def lost(cast: Cast, name: str) -> Delivery:
    """A delivery whose answer was lost."""
    delivery = in_flight(cast, name)
    publishing.note_unknown(delivery, message="The line broke.", by=SENDER, now=cast.now)
    return delivery
