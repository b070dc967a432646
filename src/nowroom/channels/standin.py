"""A channel that publishes into a file: for rehearsals and the demo, where nobody outside may see anything.

It checks like the channel it stands in for, keeps to the same contract, and every line of its file is one event:
``{"event": "published"|"removed", "key", "channel", "account", "at", "text", …}``.
"""

import threading
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import orjson

from nowroom.channels.base import Channel, CredentialField, Credentials, Finding, Message, Receipt


@dataclass(frozen=True)
class StandIn:
    """Stands in for the channel of this slug; `real` is asked for its checks where there is one."""

    slug: str
    file: Path
    real: Channel | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def label(self) -> str:
        """The name on pages."""
        return self.real.label if self.real else self.slug.capitalize()

    @property
    def credential_fields(self) -> tuple[CredentialField, ...]:
        """What the real channel asks for; nothing of it is needed here."""
        return self.real.credential_fields if self.real else ()

    def check(self, message: Message) -> list[Finding]:
        """What the real channel says of the message."""
        return self.real.check(message) if self.real else []

    def publish(
        self, message: Message, *, key: str, credentials: Credentials, now: datetime, before: float | None = None
    ) -> Receipt:
        """Write the post down once; the same key again is the same post. It takes no time, so it is never too late."""
        del before
        with self._lock:
            known = self._find(key)
            if known is None:
                self._write(
                    {
                        "event": "published",
                        "key": key,
                        "channel": self.slug,
                        "account": credentials.get("handle", ""),
                        "at": now,
                        "language": message.language,
                        "subject": message.subject,
                        "text": message.text,
                    }
                )
            return known or Receipt(remote_id=key, at=now)

    def find(self, key: str, *, credentials: Credentials) -> Receipt | None:  # noqa: ARG002 - the protocol's signature
        """The post under this key, or None."""
        with self._lock:
            return self._find(key)

    def remove(self, key: str, *, credentials: Credentials) -> None:  # noqa: ARG002 - the protocol's signature
        """Write down that the post is gone."""
        with self._lock:
            self._write({"event": "removed", "key": key})

    def _find(self, key: str) -> Receipt | None:
        receipt = None
        for event in read(self.file):
            if event["key"] == key:
                receipt = Receipt(remote_id=key) if event["event"] == "published" else None
        return receipt

    def _write(self, event: dict[str, object]) -> None:
        with self.file.open("ab") as handle:
            handle.write(orjson.dumps(event) + b"\n")


def read(file: Path) -> list[dict[str, str]]:
    """All events of a stand-in's file, oldest first; none where nothing was published yet."""
    if not file.exists():
        return []
    return [orjson.loads(line) for line in file.read_bytes().splitlines() if line]
