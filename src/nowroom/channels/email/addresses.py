"""Mail addresses as people write them, as SMTP and headers need them."""

import unicodedata
from dataclasses import dataclass
from email.headerregistry import Address
from email.utils import getaddresses

import idna

from nowroom.channels.base import Rejected


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address: the name shown, and the parts around the sign with the domain in ASCII (IDNA 2008)."""

    name: str
    local: str
    domain: str

    @property
    def address(self) -> str:
        """The bare address, for the envelope."""
        return f"{self.local}@{self.domain}"

    @property
    def needs_utf8(self) -> bool:
        """Whether only a server with SMTPUTF8 (RFC 6531) can carry it: a domain can be spelled in ASCII, a name not."""
        return not self.local.isascii()

    def header(self) -> Address:
        """The address with its name, for a header."""
        return Address(display_name=self.name, username=self.local, domain=self.domain)


def parse_mailboxes(text: str) -> list[Mailbox]:
    """The addresses in a comma-separated list such as ``Stride <news@stride.example>, press@stride.example``.

    Raises:
        Rejected: one of them is not an address, or there is none.
    """
    refuse_control_characters(text)
    found = [_mailbox(name, address) for name, address in getaddresses([text]) if name or address]
    if not found:
        raise Rejected("address.missing", "There is no mail address to use. Connect the account again.")
    return found


def refuse_control_characters(text: str) -> str:
    """The same text, where it may stand in a header: a line break there would start a header of somebody else's.

    Raises:
        Rejected: the text holds a control character.
    """
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise Rejected("header.control_character", "A line break or control character cannot stand in a mail’s header.")
    return text


def _mailbox(name: str, address: str) -> Mailbox:
    local, _, domain = address.rpartition("@")
    if not local or any(character.isspace() for character in address):
        raise Rejected("address.malformed", f"“{address or name}” is not a mail address.")
    try:
        ascii_domain = idna.encode(domain, uts46=True).decode()
    except idna.IDNAError as error:
        raise Rejected("address.malformed", f"“{domain}” is not the domain of a mail address.") from error
    return Mailbox(name, local, ascii_domain)
