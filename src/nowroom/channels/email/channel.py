"""The mail channel: one mail per delivery, to a list's address or a few recipients."""

from datetime import datetime

from nowroom.channels.base import (
    CredentialField,
    Credentials,
    Finding,
    Level,
    Message,
    Receipt,
    refuse_blocked,
    refuse_incomplete,
)
from nowroom.channels.email.addresses import parse_mailboxes
from nowroom.channels.email.compose import compose, message_id
from nowroom.channels.email.transport import send
from nowroom.channels.limits import load_limits
from nowroom.lib.http import Network

LIMITS = load_limits("nowroom.channels.email")


class Email:
    """Publishes mail. It cannot read back and cannot take back, so it is neither a `Reconciler` nor a `Remover`."""

    slug = "email"
    label = "Mail"
    credential_fields = (
        CredentialField("host", "Server", "The SMTP server that takes the mail."),
        CredentialField("port", "Port", "587 for STARTTLS, 465 for TLS.", default="587"),
        CredentialField("security", "Security", "“starttls”, “tls” or “none”.", default="starttls"),
        CredentialField("username", "User name", "Leave empty if the server asks for none.", required=False),
        CredentialField("password", "Password", "Of the user on the server.", secret=True, required=False),
        CredentialField("sender", "From", "For example: Stride <news@stride.example>"),
        CredentialField("to", "To", "The list’s address, or addresses with commas between."),
        CredentialField(
            "unsubscribe",
            "Unsubscribe",
            "An https or mailto address. Large providers refuse bulk mail without one.",
            required=False,
        ),
    )

    def __init__(self, network: Network) -> None:
        self._network = network

    def check(self, message: Message) -> list[Finding]:
        """What a mail needs, and what its readers will not see."""
        return [*_check_subject(message.subject), *_check_body(message)]

    def publish(
        self, message: Message, *, key: str, credentials: Credentials, now: datetime, before: float | None = None
    ) -> Receipt:
        """See `Publisher`. The receipt's identifier is the Message-ID."""
        refuse_incomplete(self.credential_fields, credentials)
        refuse_blocked(self.check(message))
        sender = parse_mailboxes(credentials["sender"])[0]
        recipients = parse_mailboxes(credentials["to"])
        mail = compose(message, key=key, sender=sender, recipients=recipients, credentials=credentials, now=now)
        send(
            mail.as_bytes(),
            sender=sender,
            recipients=recipients,
            credentials=credentials,
            network=self._network,
            before=before,
        )
        return Receipt(remote_id=message_id(key, sender), at=now)


def _check_subject(subject: str) -> list[Finding]:
    longest, shown = LIMITS["subject_characters"].value, LIMITS["subject_shown"].value
    if not subject.strip():
        return [Finding(Level.BLOCK, "subject.empty", "A mail needs a subject.")]
    if not subject.isprintable():
        return [Finding(Level.BLOCK, "subject.control_character", "The subject must be one line of plain characters.")]
    if len(subject) > longest:
        sentence = f"The subject has {len(subject)} characters; {longest} are the most."
        return [Finding(Level.BLOCK, "subject.too_long", sentence)]
    if len(subject) > shown:
        sentence = f"The subject has {len(subject)} characters; a phone shows about {shown}."
        return [Finding(Level.NOTE, "subject.cut", sentence)]
    return []


def _check_body(message: Message) -> list[Finding]:
    findings = []
    if not message.text.strip():
        sentence = "A mail needs plain text, for readers and programs that do not show HTML."
        findings.append(Finding(Level.BLOCK, "text.empty", sentence))
    html = len(message.html.encode())
    if html > LIMITS["html_bytes"].value:
        findings.append(Finding(Level.WARN, "html.clipped", f"The HTML has {html:,} bytes; Gmail cuts it off."))
    # base64 makes four bytes of three, and a line break every 76
    size = (len(message.text.encode()) + html + sum(len(image.data) for image in message.images)) * 138 // 100
    if size > LIMITS["message_bytes"].value:
        findings.append(Finding(Level.BLOCK, "message.too_large", "The mail with its pictures is too large to send."))
    if message.hashtags:
        findings.append(Finding(Level.NOTE, "hashtags.unused", "Hashtags beside the text are not shown in a mail."))
    findings.extend(
        Finding(Level.WARN, "image.no_alt", f"Picture {number} has no description for those who cannot see it.")
        for number, image in enumerate(message.images, start=1)
        if not image.alt.strip()
    )
    return findings
