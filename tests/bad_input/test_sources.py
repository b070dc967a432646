"""Sources that send what they should not, through the whole listen worker to the page where people look."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from nowroom.accounts.queries import network
from nowroom.channels.sources.base import Backoff
from nowroom.lib.clock import utc_now
from nowroom.listening.actions import add_source
from nowroom.listening.models import Mention, Source, SourceKind
from nowroom.people.queries import actor_for
from nowroom.workers import listen, readers
from nowroom.workers.listen import Listening
from tests.cast import Cast
from tests.servers.web import Page, web_server
from tests.servers.websocket import stream_server
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)

Turn = Callable[[Callable[[], object]], None]


@pytest.fixture
def turn_until(settings: Any, monkeypatch: pytest.MonkeyPatch, cast: Cast) -> Iterator[Turn]:
    """Turns of the listen worker until a condition holds."""
    settings.ALLOW_PRIVATE = ["127.0.0.0/8"]
    network.cache_clear()
    monkeypatch.setattr(listen, "REFRESH", timedelta(0))
    monkeypatch.setattr(listen, "PATIENCE", 0.02)
    stop = threading.Event()
    listening = Listening(utc_now, stop, backoff=lambda: Backoff(first=0.01, ceiling=0.02))
    yield lambda condition: until(lambda: listening.turn() < 0 or condition(), "it was not shown")
    stop.set()
    for thread in threading.enumerate():
        if isinstance(thread, readers.Reader):
            thread.cancel()
            thread.join()
    network.cache_clear()


def _source(cast: Cast, kind: SourceKind, address: str) -> Callable[[], Source]:
    of = add_source(cast.brand, kind=kind, name="town", address=address, by=actor_for(cast.duty_editor), now=cast.now)
    return lambda: Source.objects.for_brand(cast.brand).get(pk=of.pk)


def _shown(cast: Cast, client: Client) -> str:
    client.force_login(cast.duty_editor)
    return client.get(f"/b/{cast.brand.slug}/listening/").content.decode()


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        (b"<html><body>Welcome</body></html>", "does not answer with an RSS or Atom feed"),
        (b"<rss version='2.0'><channel><item><title>half", "broken"),
        (b"\x00\xff\x00", "feed"),
    ],
)
def test_a_broken_feed_says_so_where_its_source_is_shown(
    cast: Cast, client: Client, turn_until: Turn, body: bytes, sentence: str
) -> None:
    with web_server(lambda _path, _headers: Page(body)) as server:
        now = _source(cast, SourceKind.FEED, f"{server.url}/feed")
        turn_until(lambda: now().trouble)
    assert sentence in now().trouble
    assert sentence in _shown(cast, client)
    assert not Mention.objects.for_brand(cast.brand).exists()


def test_a_feed_that_redirects_to_a_private_address_is_refused(cast: Cast, client: Client, turn_until: Turn) -> None:
    inside = {"location": "http://10.0.0.1/latest/meta-data"}
    with web_server(lambda _path, _headers: Page(status=302, headers=inside)) as server:
        now = _source(cast, SourceKind.FEED, f"{server.url}/feed")
        turn_until(lambda: now().trouble)
    assert "leads to an address that is not a public one" in now().trouble
    assert "leads to an address that is not a public one" in _shown(cast, client)
    assert len(server.requests) == 1


@pytest.mark.parametrize("kind", [SourceKind.FIREHOSE, SourceKind.JETSTREAM])
def test_a_frame_that_does_not_decode_is_told_and_the_stream_goes_on(
    cast: Cast, client: Client, turn_until: Turn, kind: SourceKind
) -> None:
    with stream_server([b"\xff\x00 no frame at all"]) as server:
        now = _source(cast, kind, server.url)
        turn_until(lambda: now().trouble)
        assert "A frame could not be decoded and was skipped" in now().trouble
        assert "A frame could not be decoded and was skipped" in _shown(cast, client)
        turn_until(lambda: not now().trouble)
        assert len(server.paths) == 1
