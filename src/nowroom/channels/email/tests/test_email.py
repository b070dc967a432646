"""Mail against a real SMTP server: what the contract over all channels does not ask."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nowroom.channels.base import Credentials, Image, Link, Message, OutcomeUnknown, Publisher, Rejected, TryAgain
from nowroom.channels.registry import channel
from tests.servers.certificates import self_signed
from tests.servers.fixtures import LOOPBACK
from tests.servers.smtp import PASSWORD, USER, SmtpMode, SmtpServer, smtp_server

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEY = "3mfyouuy6222b"
_MESSAGE = Message("Guten Morgen, Läufer.", language="de", subject="Grüße vom Start 🏃")


@pytest.fixture
def mail() -> Publisher:
    found = channel("email", LOOPBACK)
    assert isinstance(found, Publisher)
    return found


def _send(mail: Publisher, credentials: Credentials, message: Message = _MESSAGE) -> None:
    mail.publish(message, key=_KEY, credentials=credentials, now=_NOW)


def test_the_headers_say_who_what_and_how_to_leave(mail: Publisher, smtp: SmtpServer) -> None:
    _send(mail, smtp.credentials)
    arrived = smtp.mails[0]

    assert arrived["From"] == "Stride <news@stride.example>"
    assert arrived["To"] == "runners@lists.stride.example"
    assert arrived["Subject"] == "Grüße vom Start 🏃"
    assert arrived["Message-ID"] == f"<{_KEY}@stride.example>"
    assert arrived["Date"].datetime == _NOW
    assert arrived["Content-Language"] == "de"
    assert arrived["List-Unsubscribe"] == "<https://stride.example/leave>"
    assert arrived["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert smtp.recipients == [["runners@lists.stride.example"]]


def test_text_and_html_stand_side_by_side_with_pictures_inside(mail: Publisher, smtp: SmtpServer) -> None:
    message = replace(
        _MESSAGE, html='<p>Grüße</p><img src="cid:image-1">', images=(Image(b"png", "image/png", "A runner"),)
    )
    _send(mail, smtp.credentials, message)
    arrived = smtp.mails[0]
    kinds = [part.get_content_type() for part in arrived.walk()]

    assert kinds == ["multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png"]
    html, plain = arrived.get_body(("html",)), arrived.get_body(("plain",))
    assert html is not None
    assert plain is not None
    assert "Grüße" in html.get_content()
    assert plain.get_content().strip() == "Guten Morgen, Läufer."


def test_links_follow_the_text_and_pictures_are_attached_with_their_description(
    mail: Publisher, smtp: SmtpServer
) -> None:
    picture = Image(b"png", "image/png", "A runner\nat dawn")
    message = replace(_MESSAGE, links=(Link("https://a.example", "Route"),), images=(picture,))
    _send(mail, smtp.credentials, message)
    plain = smtp.mails[0].get_body(("plain",))

    assert plain is not None
    assert plain.get_content().split() == ["Guten", "Morgen,", "Läufer.", "Route:", "https://a.example"]
    attached = next(smtp.mails[0].iter_attachments())
    assert (attached.get_filename(), attached["Content-Description"]) == ("image-1.png", "A runner at dawn")


def test_a_mailto_unsubscribe_has_no_one_click(mail: Publisher, smtp: SmtpServer) -> None:
    _send(mail, {**smtp.credentials, "unsubscribe": "mailto:leave@stride.example"})

    assert smtp.mails[0]["List-Unsubscribe"] == "<mailto:leave@stride.example>"
    assert smtp.mails[0]["List-Unsubscribe-Post"] is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("sender", "Stride\r\nBcc: all@example.com <news@stride.example>"),
        ("to", "runners@stride.example\nBcc: all@example.com"),
        ("unsubscribe", "https://a.example>\r\nX-Header: 1"),
        ("sender", "nobody"),
        ("to", ""),
        ("to", "runners@-bad-.example"),
    ],
)
def test_nothing_breaks_out_of_an_address(mail: Publisher, smtp: SmtpServer, field: str, value: str) -> None:
    with pytest.raises(Rejected):
        _send(mail, {**smtp.credentials, field: value})
    assert smtp.mails == []


def test_nothing_breaks_out_of_the_subject(mail: Publisher, smtp: SmtpServer) -> None:
    with pytest.raises(Rejected) as refusal:
        _send(mail, smtp.credentials, replace(_MESSAGE, subject="Hi\r\nBcc: all@example.com"))
    assert refusal.value.code == "subject.control_character"


def test_an_international_domain_is_spelled_in_ascii(mail: Publisher, smtp: SmtpServer) -> None:
    _send(mail, {**smtp.credentials, "to": "Läufer <post@läufer.example>"})

    assert smtp.recipients == [["post@xn--lufer-gra.example"]]
    assert smtp.mails[0]["To"] == "Läufer <post@xn--lufer-gra.example>"


def test_an_international_name_needs_a_server_that_knows_utf8(mail: Publisher, smtp: SmtpServer) -> None:
    _send(mail, {**smtp.credentials, "to": "läufer@läufer.example"})

    assert smtp.recipients == [["läufer@xn--lufer-gra.example"]]


def test_one_refused_recipient_is_no_mail_for_anyone(mail: Publisher, smtp: SmtpServer) -> None:
    smtp.mode = SmtpMode.REFUSE
    with pytest.raises(Rejected) as refusal:
        _send(mail, {**smtp.credentials, "to": "a@stride.example, b@stride.example"})
    assert refusal.value.code == "smtp.550"
    assert smtp.mails == []


def test_content_that_the_server_refuses_is_rejected(mail: Publisher, smtp: SmtpServer) -> None:
    smtp.mode = SmtpMode.REFUSE_CONTENT
    with pytest.raises(Rejected, match="refused as spam"):
        _send(mail, smtp.credentials)


def test_a_connection_lost_after_the_content_is_unknown(mail: Publisher, smtp: SmtpServer) -> None:
    smtp.mode = SmtpMode.DROP_ANSWER
    with pytest.raises(OutcomeUnknown, match="may be out"):
        _send(mail, smtp.credentials)
    assert len(smtp.mails) == 1


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_it_signs_in_over_tls(mail: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str) -> None:
    certificate = self_signed(tmp_path, "mail.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    with smtp_server(**{security: certificate}) as server:
        account = {**server.credentials, "security": security, "username": USER, "password": PASSWORD}
        _send(mail, account)
        with pytest.raises(Rejected) as refusal:
            _send(mail, {**account, "password": "wrong"})
        with pytest.raises(Rejected) as unspeakable:
            _send(mail, {**account, "password": "Läufer"})

        assert len(server.mails) == 1
    assert refusal.value.code == "credentials.refused"
    assert unspeakable.value.code == "credentials.not_ascii"


@pytest.mark.parametrize("security", ["tls", "starttls"])
def test_a_certificate_that_is_not_trusted_is_rejected(mail: Publisher, tmp_path: Path, security: str) -> None:
    with smtp_server(**{security: self_signed(tmp_path, "mail.example")}) as server:
        with pytest.raises(Rejected) as refusal:
            _send(mail, {**server.credentials, "security": security, "username": USER, "password": PASSWORD})

        assert server.mails == []
    assert refusal.value.code == "security.certificate"


def test_a_server_without_starttls_is_not_used_in_the_clear(mail: Publisher, smtp: SmtpServer) -> None:
    with pytest.raises(Rejected) as refusal:
        _send(mail, {**smtp.credentials, "security": "starttls"})
    assert refusal.value.code == "security.unsupported"


def test_a_password_is_not_given_to_a_server_that_does_not_ask(mail: Publisher, smtp: SmtpServer) -> None:
    with pytest.raises(Rejected) as refusal:
        _send(mail, {**smtp.credentials, "username": "stride", "password": "secret"})
    assert refusal.value.code == "security.unsupported"


def test_a_server_that_does_not_speak_tls_is_tried_again(mail: Publisher, smtp: SmtpServer) -> None:
    with pytest.raises(TryAgain):
        _send(mail, {**smtp.credentials, "security": "tls"})


def test_a_host_is_a_name(mail: Publisher, smtp: SmtpServer) -> None:
    with pytest.raises(Rejected) as refusal:
        _send(mail, {**smtp.credentials, "host": "mail server"})
    assert refusal.value.code == "address.malformed"


def test_a_port_is_a_number(mail: Publisher, smtp: SmtpServer) -> None:
    with pytest.raises(Rejected) as refusal:
        _send(mail, {**smtp.credentials, "port": "smtp"})
    assert refusal.value.code == "address.malformed"


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        (_MESSAGE, []),
        (replace(_MESSAGE, subject=" "), ["subject.empty"]),
        (replace(_MESSAGE, subject="x" * 61), ["subject.cut"]),
        (replace(_MESSAGE, subject="x" * 256), ["subject.too_long"]),
        (replace(_MESSAGE, text="", html="<p>Hi</p>"), ["text.empty"]),
        (replace(_MESSAGE, html="x" * 104_449), ["html.clipped"]),
        (replace(_MESSAGE, hashtags=("run",)), ["hashtags.unused"]),
        (replace(_MESSAGE, images=(Image(b"x", "image/png", ""),)), ["image.no_alt"]),
        (replace(_MESSAGE, images=(Image(b"x" * 8_000_000, "image/png", "Big"),)), ["message.too_large"]),
    ],
)
def test_the_check_says_what_a_mail_needs(mail: Publisher, message: Message, codes: list[str]) -> None:
    assert [finding.code for finding in mail.check(message)] == codes
