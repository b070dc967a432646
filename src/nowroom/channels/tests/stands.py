"""A stand per channel for the contract: a real server, an account on it, and levers to make it misbehave."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import Protocol

from nowroom.channels.base import Credentials, Message
from tests.servers.pds import Pds
from tests.servers.proxy import OwnAnswer, Proxy, losing_proxy
from tests.servers.receiver import Mode, Receiver, http_receiver
from tests.servers.smtp import SmtpMode, SmtpServer, smtp_server

MESSAGE = Message(text="Morning run? Bring a friend.", subject="Morning run", language="en")
_numbers = count(1)


class Stand(Protocol):
    """What the contract needs of a channel's surroundings."""

    @property
    def credentials(self) -> Credentials:
        """A connected account."""

    @property
    def delay(self) -> timedelta:
        """How long `limit_rate` asks to wait, give or take the seconds that the test takes."""

    def published(self) -> set[str]:
        """The identities of all posts that are out."""

    def lose_answers(self) -> None:
        """From now on take posts, and hang up before the answer."""

    def behave(self) -> None:
        """From now on do as one should."""

    def reject(self) -> None:
        """From now on refuse posts for good."""

    def limit_rate(self) -> None:
        """From now on ask for patience."""

    def unreachable(self) -> Credentials:
        """The same account where nobody listens."""

    def private(self) -> Credentials:
        """The same account at a private address."""


@dataclass
class WebhookStand:
    """A webhook's receiver."""

    server: Receiver
    delay = timedelta(seconds=30)

    @property
    def credentials(self) -> Credentials:
        return self.server.credentials

    def published(self) -> set[str]:
        return set(self.server.posts)

    def lose_answers(self) -> None:
        self.server.mode = Mode.DROP_ANSWER

    def behave(self) -> None:
        self.server.mode = Mode.ACCEPT

    def reject(self) -> None:
        self.server.mode = Mode.REFUSE

    def limit_rate(self) -> None:
        self.server.mode = Mode.RATE_LIMIT

    def unreachable(self) -> Credentials:
        return {**self.credentials, "url": "http://127.0.0.1:1/hook"}

    def private(self) -> Credentials:
        return {**self.credentials, "url": "http://10.255.255.1/hook"}


@dataclass
class EmailStand:
    """A mail server."""

    server: SmtpServer
    delay = timedelta(minutes=1)

    @property
    def credentials(self) -> Credentials:
        return self.server.credentials

    def published(self) -> set[str]:
        return {str(mail["Message-ID"]) for mail in self.server.mails}

    def lose_answers(self) -> None:
        self.server.mode = SmtpMode.DROP_ANSWER

    def behave(self) -> None:
        self.server.mode = SmtpMode.ACCEPT

    def reject(self) -> None:
        self.server.mode = SmtpMode.REFUSE

    def limit_rate(self) -> None:
        self.server.mode = SmtpMode.BUSY

    def unreachable(self) -> Credentials:
        return {**self.credentials, "port": "1"}

    def private(self) -> Credentials:
        return {**self.credentials, "host": "10.255.255.1"}


@dataclass
class BlueskyStand:
    """An account on a Bluesky server, behind a proxy that loses answers."""

    pds: Pds
    proxy: Proxy
    account: Credentials
    delay = timedelta(seconds=40)

    @property
    def credentials(self) -> Credentials:
        return {**self.account, "service": self.proxy.url}

    def published(self) -> set[str]:
        return {str(record["uri"]) for record in self.pds.records(self.account["handle"])}

    def lose_answers(self) -> None:
        self.proxy.lose.add("putRecord")

    def behave(self) -> None:
        self.proxy.lose.clear()
        self.proxy.answer.clear()

    def reject(self) -> None:
        self.proxy.answer["putRecord"] = OwnAnswer(400, b'{"error":"InvalidRequest","message":"not like this"}')

    def limit_rate(self) -> None:
        body = b'{"error":"RateLimitExceeded","message":"slow down"}'
        self.proxy.answer["putRecord"] = OwnAnswer(429, body, {"retry-after": "40"})

    def unreachable(self) -> Credentials:
        return {**self.account, "service": "http://127.0.0.1:1"}

    def private(self) -> Credentials:
        return {**self.account, "service": "http://10.255.255.1"}


@contextmanager
def webhook_stand() -> Iterator[Stand]:
    """A fresh receiver."""
    with http_receiver() as server:
        yield WebhookStand(server)


@contextmanager
def email_stand() -> Iterator[Stand]:
    """A fresh mail server."""
    with smtp_server() as server:
        yield EmailStand(server)


@contextmanager
def bluesky_stand(pds: Pds) -> Iterator[BlueskyStand]:
    """A fresh account on the session's server."""
    with losing_proxy(pds.base_url) as proxy:
        yield BlueskyStand(pds, proxy, pds.create_account(f"runner{next(_numbers)}"))
