"""One mail over SMTP, told apart by how far it came: before the content was handed over, or after."""

import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import httpx

from nowroom.channels.base import Credentials, OutcomeUnknown, Rejected, TryAgain, refuse_late
from nowroom.channels.email.addresses import Mailbox
from nowroom.channels.outcomes import SOON
from nowroom.lib.http import AddressRefusedError, Network

_SUBMISSION = "587"
_TEMPORARY = range(400, 500)
_ACCEPTED = range(200, 300)


class _Pinned(smtplib.SMTP):
    """SMTP whose connection is made where the network permits, to the address that was looked at."""

    def __init__(self, network: Network, host: str, port: int) -> None:
        self._network = network
        super().__init__(host, port, timeout=network.read_timeout)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        opened = self._network.connect(host, port)
        opened.settimeout(timeout)
        return opened


class _PinnedTls(_Pinned):
    """The same with TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return ssl.create_default_context().wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


def send(
    content: bytes,
    *,
    sender: Mailbox,
    recipients: list[Mailbox],
    credentials: Credentials,
    network: Network,
    before: float | None = None,
) -> None:
    """Hand one mail to the account's server, for all recipients or for none.

    Raises:
        Rejected: the server will not take it.
        TryAgain: the server does not take it now; nothing was sent.
        OutcomeUnknown: the connection was lost after the content went out.
    """
    with _session(credentials, network) as smtp:
        with _before_content():
            _envelope(smtp, sender, recipients)
        refuse_late(before)
        try:
            code, said = smtp.data(content)
        except smtplib.SMTPDataError as error:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        except (smtplib.SMTPException, OSError) as error:
            raise OutcomeUnknown(
                "The mail server closed the connection before it confirmed. The mail may be out."
            ) from error
        if code not in _ACCEPTED:
            raise _refusal(code, said)


@contextmanager
def _session(credentials: Credentials, network: Network) -> Iterator[smtplib.SMTP]:
    with _before_content():
        smtp = _connect(credentials, network)
    try:
        with _before_content():
            _sign_in(smtp, credentials)
        yield smtp
    finally:
        with suppress(smtplib.SMTPException, OSError):  # the outcome is decided; a failed good-bye changes nothing
            smtp.quit()
        smtp.close()


def _connect(credentials: Credentials, network: Network) -> smtplib.SMTP:
    security = credentials.get("security") or "starttls"
    port = (credentials.get("port") or _SUBMISSION).strip()
    if not port.isdecimal():
        raise Rejected("address.malformed", "The mail server’s port is not a number.")
    kind = _PinnedTls if security == "tls" else _Pinned
    return kind(network, credentials["host"], int(port))


def _sign_in(smtp: smtplib.SMTP, credentials: Credentials) -> None:
    smtp.ehlo_or_helo_if_needed()
    if (credentials.get("security") or "starttls") == "starttls":
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo()
    if credentials.get("username"):
        smtp.login(credentials["username"], credentials.get("password", ""))


def _envelope(smtp: smtplib.SMTP, sender: Mailbox, recipients: list[Mailbox]) -> None:
    options: list[str] = []
    if any(mailbox.needs_utf8 for mailbox in [sender, *recipients]):
        if not smtp.has_extn("smtputf8"):
            raise Rejected("address.needs_utf8", "The mail server cannot carry addresses outside ASCII.")
        smtp.command_encoding = "utf-8"
        options = ["SMTPUTF8", "BODY=8BITMIME"]
    _expect(*smtp.mail(sender.address, options))
    for mailbox in recipients:
        _expect(*smtp.rcpt(mailbox.address))


def _expect(code: int, said: bytes) -> None:
    if code not in _ACCEPTED:
        raise _refusal(code, said)


@contextmanager
def _before_content() -> Iterator[None]:
    """Errors while nothing but greetings and addresses has been said: certainly not sent."""
    try:
        yield
    except AddressRefusedError as error:
        raise Rejected("address.refused", f"The mail server’s address is not a public one: {error}.") from error
    except httpx.InvalidURL as error:
        raise Rejected("address.malformed", f"The mail server’s address cannot be used: {error}.") from error
    except UnicodeError as error:
        raise Rejected(
            "credentials.not_ascii", "This mail server’s sign-in takes ASCII names and passwords."
        ) from error
    except smtplib.SMTPAuthenticationError as error:
        if error.smtp_code in _TEMPORARY:
            raise _refusal(error.smtp_code, error.smtp_error) from error
        raise Rejected("credentials.refused", "The mail server refused the name or password. Connect again.") from error
    except smtplib.SMTPNotSupportedError as error:
        raise Rejected("security.unsupported", f"The mail server cannot do what the account asks: {error}") from error
    except ssl.SSLCertVerificationError as error:
        raise Rejected(
            "security.certificate", f"The mail server’s certificate is not valid: {error.verify_message}."
        ) from error
    except smtplib.SMTPResponseException as error:
        raise _refusal(error.smtp_code, error.smtp_error) from error
    except (smtplib.SMTPException, OSError, httpx.ConnectError) as error:
        raise TryAgain(SOON, "The mail server cannot be reached. Nothing was sent.") from error


def _refusal(code: int, said: bytes | str) -> Rejected | TryAgain:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    if code in _TEMPORARY or code < 0:
        return TryAgain(SOON * 4, f"The mail server does not take it now ({code}): {text}")
    return Rejected(f"smtp.{code}", f"The mail server refused it ({code}): {text}")
