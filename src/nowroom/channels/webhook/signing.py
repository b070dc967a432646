"""Signatures as the Standard Webhooks specification writes them (version 1, HMAC-SHA256)."""

import base64
import binascii
import hashlib
import hmac
from datetime import datetime

_PREFIX = "whsec_"


def signed_headers(body: bytes, *, key: str, secret: str, now: datetime) -> dict[str, str]:
    """The three headers by which a receiver knows who sent this body, and when.

    `secret` is shared text, or ``whsec_`` and base64 as the specification has it.
    """
    timestamp = str(int(now.timestamp()))
    return {
        "webhook-id": key,
        "webhook-timestamp": timestamp,
        "webhook-signature": signature(body, key=key, timestamp=timestamp, secret=secret),
    }


def signature(body: bytes, *, key: str, timestamp: str, secret: str) -> str:
    """The signature over identifier, time (whole seconds since 1970, as text) and body."""
    content = f"{key}.{timestamp}.".encode() + body
    digest = hmac.new(_secret_bytes(secret), content, hashlib.sha256).digest()
    return "v1," + base64.b64encode(digest).decode()


def _secret_bytes(secret: str) -> bytes:
    if secret.startswith(_PREFIX):
        try:
            return base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
        except binascii.Error:
            return secret.encode()
    return secret.encode()
