"""RSS and Atom feeds: asked politely, each entry given once."""

import html
import io
import json
import re
import time
from calendar import timegm
from collections.abc import Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from typing import Any

import feedparser
import httpx

from nowroom.channels.outcomes import retry_after
from nowroom.channels.sources.base import Backoff, Heard, Problem, RawPost, Sleep
from nowroom.lib.clock import utc_now
from nowroom.lib.http import AddressRefusedError, BodyTooLargeError, Network

_TAG = re.compile(r"<[^>]*>")
_ACCEPT = "application/atom+xml, application/rss+xml, application/xml;q=0.9, */*;q=0.5"


@dataclass(frozen=True, slots=True)
class Bookmark:
    """How far a feed was read: the server's marks for a conditional request, and the entries it last had."""

    etag: str = ""
    modified: str = ""
    seen: frozenset[str] = frozenset()

    @classmethod
    def from_cursor(cls, cursor: str | None) -> "Bookmark":
        """The bookmark in a cursor; an unreadable one is the beginning."""
        try:
            values = json.loads(cursor or "{}")
            return cls(values["etag"], values["modified"], frozenset(values["seen"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    def cursor(self) -> str:
        """The bookmark as a cursor."""
        return json.dumps({"etag": self.etag, "modified": self.modified, "seen": sorted(self.seen)})


class Feed:
    """One feed, asked every `interval`."""

    def __init__(
        self,
        url: str,
        network: Network,
        *,
        name: str,
        interval: timedelta = timedelta(minutes=5),
        sleep: Sleep = time.sleep,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._url = url
        self._name = name
        self._interval = interval.total_seconds()
        self._sleep = sleep
        self._clock = clock
        self._limit = network.max_body
        self._client = network.client(follow_redirects=True, max_redirects=5, headers={"Accept": _ACCEPT})

    def listen(self, cursor: str | None) -> Generator[Heard, None, None]:
        """See `Listener`. Endless; the first helping is what the feed has now and the cursor does not know."""
        backoff = Backoff(first=self._interval, ceiling=max(self._interval, 3600.0))
        while True:
            heard, wait = self.poll(cursor)
            cursor = heard.cursor
            yield heard
            if heard.problems:
                self._sleep(max(wait, backoff.next_wait()))
            else:
                backoff.reset()
                self._sleep(wait)

    def poll(self, cursor: str | None) -> tuple[Heard, float]:
        """Ask once: what is new, and how many seconds to wait before asking again."""
        bookmark = Bookmark.from_cursor(cursor)
        try:
            answer, body = self._get(bookmark)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return _nothing(cursor, _connection_problem(error)), self._interval
        if answer.status_code == HTTPStatus.NOT_MODIFIED:
            return Heard((), cursor), self._interval
        if not answer.is_success:
            wait = retry_after(answer.headers.get("retry-after"), self._clock()).total_seconds()
            problem = Problem(
                f"The feed’s server answered {answer.status_code}.", lasting=answer.status_code in _LASTING
            )
            return _nothing(cursor, problem), max(wait, self._interval)
        return self._read(cursor, bookmark, answer, body), self._interval

    def _get(self, bookmark: Bookmark) -> tuple[httpx.Response, bytes]:
        headers = {"If-None-Match": bookmark.etag, "If-Modified-Since": bookmark.modified}
        with self._client.stream("GET", self._url, headers={k: v for k, v in headers.items() if v}) as answer:
            body = bytearray()
            for chunk in answer.iter_bytes():
                body += chunk
                if len(body) > self._limit:  # a small answer may unpack into a large one
                    raise BodyTooLargeError(f"the feed is larger than {self._limit} bytes")
            return answer, bytes(body)

    def _read(self, cursor: str | None, bookmark: Bookmark, answer: httpx.Response, body: bytes) -> Heard:
        # As a stream: feedparser takes a bare value for a file name or an address and opens it.
        try:
            parsed = feedparser.parse(io.BytesIO(body), response_headers=dict(answer.headers))
        except (ValueError, LookupError, AssertionError) as error:  # it lets some of its parsers' errors through
            return _nothing(cursor, _broken(error))
        if not parsed.get("version"):
            return _nothing(cursor, Problem("The address does not answer with an RSS or Atom feed.", lasting=True))
        now = self._clock()
        entries = {identity: entry for entry in parsed.entries if (identity := _identity(entry))}
        if parsed.bozo and not entries:
            return _nothing(cursor, _broken(parsed.get("bozo_exception")))
        fresh = [_post(key, entry, self._name, now) for key, entry in entries.items() if key not in bookmark.seen]
        # A feed that breaks off may have lost entries that come back: they are not new then.
        seen = frozenset(entries) | (bookmark.seen if parsed.bozo else frozenset())
        marks = Bookmark(answer.headers.get("etag", ""), answer.headers.get("last-modified", ""), seen)
        return Heard(tuple(sorted(fresh, key=lambda post: post["ts"])), marks.cursor())


_LASTING = {HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE}


def _nothing(cursor: str | None, problem: Problem) -> Heard:
    return Heard((), cursor, (problem,))


def _broken(error: object) -> Problem:
    return Problem(f"The feed is broken and nothing could be read from it: {error}.")


def _connection_problem(error: Exception) -> Problem:
    if isinstance(error, AddressRefusedError):
        return Problem(f"The feed leads to an address that is not a public one: {error}.", lasting=True)
    if isinstance(error, BodyTooLargeError):
        return Problem(f"The feed is too large: {error}.", lasting=True)
    if isinstance(error, (httpx.InvalidURL, httpx.UnsupportedProtocol)):
        return Problem("The feed’s address cannot be used: it begins with https://.", lasting=True)
    if isinstance(error, httpx.TooManyRedirects):
        return Problem("The feed redirects in a circle.", lasting=True)
    return Problem("The feed’s server does not answer; trying again.")


def _identity(entry: Any) -> str:
    return str(entry.get("id") or entry.get("link") or entry.get("title") or "")


def _post(identity: str, entry: Any, name: str, now: datetime) -> RawPost:
    """An entry as a post. One without a date, or with one to come, is of now."""
    texts = (_plain(entry.get("title", "")), _plain(entry.get("summary", "")))
    return RawPost(
        id=identity,
        ts=min(_moment(entry) or now, now),
        text="\n".join(text for text in texts if text) or identity,
        author=entry.get("author") or None,
        place=None,
        lang=None,
        source=name,
        url=entry.get("link") or None,
    )


def _moment(entry: Any) -> datetime | None:
    for name in ("published_parsed", "updated_parsed"):
        moment = dict.get(entry, name)  # as it was read: the entry's own `get` takes one for the other
        if moment:
            try:
                return datetime.fromtimestamp(timegm(moment), UTC)
            except (ValueError, OverflowError):  # a year that no calendar has
                return None
    return None


def _plain(markup: str) -> str:
    return " ".join(html.unescape(_TAG.sub(" ", markup)).split())
