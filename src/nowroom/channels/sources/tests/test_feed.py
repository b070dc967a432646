import gzip
import json
from datetime import UTC, datetime, timedelta

import pytest

from nowroom.channels.sources.base import Heard
from nowroom.channels.sources.feed import Feed
from nowroom.lib.http import PUBLIC_ONLY, Network
from tests.servers.fixtures import LOOPBACK
from tests.servers.web import Page, web_server

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_ITEM = """<item><guid>{number}</guid><title>Race {number} &amp; more</title><link>https://news.example/{number}</link>
<description>&lt;p&gt;Läufer &lt;b&gt;am&lt;/b&gt; Start&lt;/p&gt;</description><author>ann@news.example (Ann)</author>
<pubDate>Sun, 01 Mar 2026 11:{number:02}:00 GMT</pubDate></item>"""
_ATOM = b"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>
<entry><id>urn:1</id><title>Undated</title></entry>
<entry><id>urn:3</id><title>Odd</title><published>someday</published></entry>
<entry><id>urn:4</id><title>Old</title><updated>0001-01-01T00:00:00+12:00</updated></entry>
<entry><id>urn:2</id><title>Ahead</title><updated>2027-01-01T00:00:00Z</updated></entry></feed>"""


def _rss(*numbers: int) -> bytes:
    items = "".join(_ITEM.format(number=number) for number in numbers)
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>{items}</channel></rss>'.encode()


def _feed(url: str, network: Network = LOOPBACK) -> Feed:
    return Feed(url, network, name="news", clock=lambda: _NOW)


def _poll(page: Page) -> tuple[Heard, float]:
    with web_server(lambda _path, _headers: page) as server:
        return _feed(server.url).poll(None)


def test_entries_become_posts_in_order_of_time() -> None:
    heard, _wait = _poll(Page(_rss(20, 10)))

    assert heard.problems == ()
    assert [post["id"] for post in heard.posts] == ["10", "20"]
    assert heard.posts[0] == {
        "id": "10",
        "ts": datetime(2026, 3, 1, 11, 10, tzinfo=UTC),
        "text": "Race 10 & more\nLäufer am Start",
        "author": "ann@news.example (Ann)",
        "place": None,
        "lang": None,
        "source": "news",
        "url": "https://news.example/10",
    }


def test_an_entry_without_a_date_or_with_one_to_come_is_of_now() -> None:
    heard, _wait = _poll(Page(_ATOM))

    assert sorted(post["id"] for post in heard.posts) == ["urn:1", "urn:2", "urn:3", "urn:4"]
    assert {post["ts"] for post in heard.posts} == {_NOW}


def test_each_entry_is_given_once() -> None:
    pages = [Page(_rss(1, 2)), Page(_rss(2, 3)), Page(_rss(3))]
    with web_server(lambda _path, _headers: pages.pop(0)) as server:
        feed, cursor, given = _feed(server.url), None, []
        for _ in range(3):
            heard, _wait = feed.poll(cursor)
            cursor = heard.cursor
            given.append([post["id"] for post in heard.posts])

    assert given == [["1", "2"], ["3"], []]


def test_it_asks_only_for_what_changed() -> None:
    marks = {"ETag": '"v1"', "Last-Modified": "Sun, 01 Mar 2026 11:00:00 GMT"}

    def answer(_path: str, headers: dict[str, str]) -> Page:
        return Page(status=304) if headers.get("if-none-match") == '"v1"' else Page(_rss(1), headers=marks)

    with web_server(answer) as server:
        feed = _feed(server.url)
        first, _wait = feed.poll(None)
        second, _wait = feed.poll(first.cursor)

    assert (len(first.posts), second) == (1, Heard((), first.cursor))
    assert server.requests[1]["if-modified-since"] == "Sun, 01 Mar 2026 11:00:00 GMT"


@pytest.mark.parametrize(
    ("page", "sentence", "lasting"),
    [
        (Page(b"<html><body>Hello</body></html>"), "does not answer with an RSS or Atom feed", True),
        (Page(b""), "does not answer with an RSS or Atom feed", True),
        (Page(b'<?xml version="1.0"?><rss version="2.0"><channel><item'), "broken", False),
        (Page(b"/etc/hostname"), "does not answer with an RSS or Atom feed", True),
        (Page(b'<?xml version="1.0" encoding="\xd7"?><rss/>'), "broken", False),
        (Page(status=404), "answered 404", True),
        (Page(status=500), "answered 500", False),
        (Page(b"x" * 200_000), "too large", True),
        (Page(gzip.compress(b" " * 10_000_000), headers={"Content-Encoding": "gzip"}), "too large", True),
        (Page(status=302, headers={"Location": "/again"}), "redirects in a circle", True),
        (Page(status=302, headers={"Location": "http://10.255.255.1/feed"}), "not a public one", True),
        (Page(status=302, headers={"Location": "file:///etc/passwd"}), "cannot be used", True),
    ],
)
def test_what_is_wrong_is_said_in_a_sentence(page: Page, sentence: str, lasting: bool) -> None:
    network = Network(allow=LOOPBACK.allow, max_body=100_000)
    with web_server(lambda _path, _headers: page) as server:
        heard, _wait = _feed(server.url, network).poll("cursor")

    assert heard.posts == ()
    assert heard.cursor == "cursor"
    assert sentence in heard.problems[0].message
    assert heard.problems[0].lasting is lasting


def test_a_feed_with_a_broken_end_gives_what_it_has() -> None:
    pages = [Page(_rss(1, 2)), Page(_rss(3, 1)[:-250]), Page(_rss(3, 1, 2))]
    with web_server(lambda _path, _headers: pages.pop(0)) as server:
        feed, cursor, given = _feed(server.url), None, []
        for _ in range(3):
            heard, _wait = feed.poll(cursor)
            cursor = heard.cursor
            given.append([post["id"] for post in heard.posts])

    assert given == [["1", "2"], ["3"], []]


def test_a_private_feed_is_refused() -> None:
    with web_server(lambda _path, _headers: Page(_rss(1))) as server:
        heard, _wait = _feed(server.url, PUBLIC_ONLY).poll(None)

        assert server.requests == []
    assert heard.problems[0].lasting


def test_a_server_that_is_gone_is_asked_again() -> None:
    heard, _wait = _feed("http://127.0.0.1:1/feed").poll(None)

    assert heard.problems[0].message == "The feed’s server does not answer; trying again."


def test_a_server_s_wish_to_wait_is_kept() -> None:
    _heard, wait = _poll(Page(status=429, headers={"Retry-After": "1800"}))

    assert wait == 1800


def test_a_cursor_that_cannot_be_read_is_the_beginning() -> None:
    with web_server(lambda _path, _headers: Page(_rss(1))) as server:
        for cursor in ["{", "[]", json.dumps({"etag": "x"})]:
            assert len(_feed(server.url).poll(cursor)[0].posts) == 1


def test_listening_polls_again_after_the_interval_and_backs_off_on_trouble() -> None:
    pages = [Page(_rss(1)), Page(status=500), Page(status=500), Page(_rss(1, 2)), Page(_rss(1, 2))]
    waits: list[float] = []
    with web_server(lambda _path, _headers: pages.pop(0)) as server:
        feed = Feed(
            server.url, LOOPBACK, name="n", interval=timedelta(minutes=5), sleep=waits.append, clock=lambda: _NOW
        )
        listening = feed.listen(None)
        given = [len(next(listening).posts) for _ in range(5)]

    assert given == [1, 0, 0, 1, 0]
    assert waits[0] == waits[3] == 300
    assert waits[1] >= 300
    assert waits[2] >= 300
