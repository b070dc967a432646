"""A real SMTP server on loopback, that keeps what it took and can be told to misbehave."""

import email
import email.policy
import socket
import ssl
from asyncio import Server, Transport
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from enum import Enum
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER = "stride"
PASSWORD = "correct horse battery staple"


class SmtpMode(Enum):
    """What the server does with a mail."""

    ACCEPT = "accept"
    DROP_ANSWER = "take the mail, then close the connection without a word"
    REFUSE = "550 for every recipient"
    BUSY = "451 for every recipient"
    REFUSE_CONTENT = "554 once the content has come"


@dataclass
class SmtpServer:
    """The server's address and what it took."""

    host: str
    port: int
    mode: SmtpMode = SmtpMode.ACCEPT
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)

    @property
    def credentials(self) -> dict[str, str]:
        """An account connected to this server."""
        return {
            "host": self.host,
            "port": str(self.port),
            "security": "none",
            "sender": "Stride <news@stride.example>",
            "to": "runners@lists.stride.example",
            "unsubscribe": "https://stride.example/leave",
        }


class _Handler:
    def __init__(self) -> None:
        self.server = SmtpServer("127.0.0.1", 0)

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's hook
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.server.mode is SmtpMode.REFUSE:
            return "550 5.1.1 no such list"
        if self.server.mode is SmtpMode.BUSY:
            return "451 4.3.0 come back later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        if self.server.mode is SmtpMode.REFUSE_CONTENT:
            return "554 5.7.1 refused as spam"
        assert isinstance(envelope.content, bytes)
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.server.mails.append(mail)
        self.server.recipients.append(list(envelope.rcpt_tos))
        if self.server.mode is SmtpMode.DROP_ANSWER:
            assert isinstance(server.transport, Transport)
            server.transport.abort()
        return "250 OK"


def _context(certificate: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def _authenticate(
    _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
) -> AuthResult:
    return AuthResult(success=data == LoginPassword(USER.encode(), PASSWORD.encode()), handled=False)


class _FreePortController(Controller):
    def _create_server(self) -> Coroutine[Any, Any, Server]:
        listening = socket.create_server((self.hostname, 0))
        self.port = listening.getsockname()[1]
        return self.loop.create_server(self._factory_invoker, sock=listening, ssl=self.ssl_context)


@contextmanager
def smtp_server(*, starttls: Path | None = None, tls: Path | None = None) -> Iterator[SmtpServer]:
    """A server on a free port of 127.0.0.1, for as long as the context lasts.

    `starttls` or `tls` is a certificate with its key; with one, the server knows `USER` by `PASSWORD`.
    """
    handler = _Handler()
    options: dict[str, Any] = {}
    if starttls or tls:
        options = {"authenticator": _authenticate, "auth_require_tls": bool(starttls)}
    controller = _FreePortController(
        handler,
        hostname="127.0.0.1",
        enable_SMTPUTF8=True,
        ssl_context=_context(tls),
        tls_context=_context(starttls),
        **options,
    )
    controller.start()
    handler.server.port = controller.port
    try:
        yield handler.server
    finally:
        controller.stop()
