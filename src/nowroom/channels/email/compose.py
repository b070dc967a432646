"""The mail that a message becomes: text and HTML side by side, an identifier that follows from the key."""

from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

from nowroom.channels.base import Credentials, Image, Message
from nowroom.channels.email.addresses import Mailbox, refuse_control_characters


def message_id(key: str, sender: Mailbox) -> str:
    """The Message-ID of this key: the same for every try, so that a mail sent twice is seen to be one."""
    return f"<{key}@{sender.domain}>"


def compose(
    message: Message,
    *,
    key: str,
    sender: Mailbox,
    recipients: list[Mailbox],
    credentials: Credentials,
    now: datetime,
) -> EmailMessage:
    """The whole mail.

    Raises:
        Rejected: something would break out of its header.
    """
    utf8 = any(mailbox.needs_utf8 for mailbox in [sender, *recipients])
    mail = EmailMessage(policy=SMTPUTF8 if utf8 else SMTP)
    mail["From"] = sender.header()
    mail["To"] = [mailbox.header() for mailbox in recipients]
    mail["Subject"] = refuse_control_characters(message.subject)
    mail["Date"] = now
    mail["Message-ID"] = message_id(key, sender)
    _add_unsubscribe(mail, credentials.get("unsubscribe", ""))
    mail.set_content(_plain_text(message))
    _add_html_and_images(mail, message)
    if message.language:  # last: building the parts moves headers of the content into them
        mail["Content-Language"] = refuse_control_characters(message.language)
    return mail


def _add_unsubscribe(mail: EmailMessage, target: str) -> None:
    """One click to leave the list (RFC 2369, RFC 8058); mailbox providers refuse bulk mail without it."""
    if not target:
        return
    mail["List-Unsubscribe"] = f"<{refuse_control_characters(target)}>"
    if target.startswith("https://"):
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"


def _plain_text(message: Message) -> str:
    links = [f"{link.title}: {link.url}" if link.title else link.url for link in message.links]
    return "\n\n".join([message.text, "\n".join(links)]).rstrip() + "\n"


def _add_html_and_images(mail: EmailMessage, message: Message) -> None:
    """Pictures go inside the HTML as ``cid:image-1``, `image-2`…, or beside the text where there is no HTML."""
    if not message.html:
        for number, image in enumerate(message.images, start=1):
            _attach(mail, image, number)
        return
    mail.add_alternative(message.html, subtype="html")
    html = mail.get_body(("html",))
    for number, image in enumerate(message.images, start=1):
        maintype, _, subtype = image.mime.partition("/")
        if isinstance(html, EmailMessage):
            html.add_related(image.data, maintype, subtype, cid=f"<image-{number}>")


def _attach(mail: EmailMessage, image: Image, number: int) -> None:
    maintype, _, subtype = image.mime.partition("/")
    mail.add_attachment(image.data, maintype, subtype, filename=f"image-{number}.{subtype}")
    part = list(mail.iter_attachments())[-1]
    part["Content-Description"] = " ".join(image.alt.split())
