"""How the core talks to every channel: small capability protocols, three errors, plain values.

A channel implements the protocols it can keep and no others; the core asks `isinstance`, never for a name.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, runtime_checkable

from nowroom.lib.clock import elapsed

Credentials = Mapping[str, str]
"""What an account connected with, by `CredentialField.name`. Optional fields are absent or empty."""


class Rejected(Exception):  # noqa: N818 - the three errors are named for what the channel did
    """Certainly not published, and the same message never will be.

    `code` is stable and for programs; `message` is for the person: what happened and what to do.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class TryAgain(Exception):  # noqa: N818 - see Rejected
    """Certainly not published; the same key may be tried again once `after` has passed."""

    def __init__(self, after: timedelta, message: str) -> None:
        super().__init__(message)
        self.after = after
        self.message = message


class OutcomeUnknown(Exception):  # noqa: N818 - see Rejected
    """It may have been published. Never tried again blindly: a `Reconciler` or a person finds out."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class Level(StrEnum):
    """How much a finding weighs: `block` keeps the message from being saved as ready."""

    BLOCK = "block"
    WARN = "warn"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check noticed. `start` and `end` are character offsets into the message's text (end exclusive)."""

    level: Level
    code: str
    message: str
    start: int | None = None
    end: int | None = None


def refuse_blocked(findings: list[Finding]) -> None:
    """Refuse to send what a check blocks: the last look before the message leaves.

    Raises:
        Rejected: with the first blocking finding's code and sentence.
    """
    for finding in findings:
        if finding.level is Level.BLOCK:
            raise Rejected(finding.code, finding.message)


def refuse_late(before: float | None) -> None:
    """Do not begin what cannot be taken back when preparing it took too long: the very last look before the request.

    Args:
        before: on the clock of `lib.clock.elapsed`; None for no limit.

    Raises:
        TryAgain: it is too late for this try. Nothing was sent.
    """
    if before is not None and elapsed() >= before:
        raise TryAgain(timedelta(0), "Preparing it took too long, so this try was given up. Nothing was sent.")


@dataclass(frozen=True, slots=True)
class Image:
    """A picture with the words for those who cannot see it. Sizes are in pixels, where known."""

    data: bytes
    mime: str
    alt: str
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """An address shown beside the text, as a card where the channel has cards."""

    url: str
    title: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One variant, ready to leave.

    `language` is a BCP 47 tag or empty; `subject` and `html` are for mail; `hashtags` stand beside the text, without
    the sign.
    """

    text: str
    language: str = ""
    links: tuple[Link, ...] = ()
    images: tuple[Image, ...] = ()
    hashtags: tuple[str, ...] = ()
    subject: str = ""
    html: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the channel calls the post.

    `url` is where the public sees it, or empty; `at` is when the channel says that it was published, if it says so.
    """

    remote_id: str
    url: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class CredentialField:
    """One field of a channel's connect form."""

    name: str
    label: str
    help: str
    secret: bool = False
    required: bool = True
    default: str = ""


def refuse_incomplete(fields: tuple[CredentialField, ...], credentials: Credentials) -> None:
    """Refuse an account that lacks what its channel cannot do without.

    Raises:
        Rejected: naming the first field that is missing.
    """
    for field in fields:
        if field.required and not (credentials.get(field.name) or field.default):
            raise Rejected("credentials.incomplete", f"The account has no “{field.label}”. Connect it again.")


@runtime_checkable
class Channel(Protocol):
    """What every channel says of itself."""

    @property
    def slug(self) -> str:
        """The channel's name in accounts, addresses and files."""

    @property
    def label(self) -> str:
        """The channel's name on pages."""

    @property
    def credential_fields(self) -> tuple[CredentialField, ...]:
        """The connect form, in order."""

    def check(self, message: Message) -> list[Finding]:
        """What the channel would say of this message. Pure and quick: it runs while the text is typed."""


@runtime_checkable
class Publisher(Channel, Protocol):
    """Can publish."""

    def publish(
        self, message: Message, *, key: str, credentials: Credentials, now: datetime, before: float | None = None
    ) -> Receipt:
        """Publish the message under our key; the same key again is the same post.

        Args:
            message: what to publish.
            key: from `keys.delivery_key`, chosen before the first try and the same for every try.
            credentials: the account's.
            now: the instant of this try, aware.
            before: the request that publishes does not begin after this, see `refuse_late`.

        Raises:
            Rejected: certainly not published, permanently.
            TryAgain: certainly not published by this try.
            OutcomeUnknown: it may be out.
        """


@runtime_checkable
class Reconciler(Protocol):
    """Can read back what became of a key."""

    def find(self, key: str, *, credentials: Credentials) -> Receipt | None:
        """The post under this key, or None when it is certainly not there.

        Raises:
            TryAgain: it cannot be told at this moment.
            OutcomeUnknown: it cannot be told with this account as it is connected.
        """


@runtime_checkable
class Remover(Protocol):
    """Can take back what is out."""

    def remove(self, key: str, *, credentials: Credentials) -> None:
        """Take the post down. One that is already gone, or never was, is fine: the call may be repeated.

        Raises:
            Rejected: the channel will not take it down; a person must.
            TryAgain: it may still be out; the call may be repeated.
        """


@runtime_checkable
class Verifier(Protocol):
    """Can ask the channel itself about a message before it is approved."""

    def verify(self, message: Message, *, credentials: Credentials) -> list[Finding]:
        """What `Channel.check` cannot know without the network, such as a handle that nobody has.

        Raises:
            Rejected: the account cannot ask.
            TryAgain: the channel does not answer.
        """
