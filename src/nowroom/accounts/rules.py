"""Sealing credentials: encrypted at rest, opened only to send."""

import base64
import json
from collections.abc import Mapping

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.utils.translation import gettext as _

from nowroom.lib.errors import Refused


def seal(credentials: Mapping[str, str], *, key: str) -> bytes:
    """Encrypt credentials (AES-128-CBC with HMAC-SHA256, as Fernet does) under a key derived from `key`."""
    return _fernet(key).encrypt(json.dumps(dict(credentials)).encode())


def unseal(sealed: bytes, *, key: str) -> dict[str, str]:
    """Decrypt what `seal` made; nothing sealed is no credentials.

    Raises:
        Refused: the installation's credential key is not the one they were sealed with.
    """
    if not sealed:
        return {}
    try:
        opened = json.loads(_fernet(key).decrypt(sealed))
    except InvalidToken as error:
        raise Refused(
            "credentials.sealed_otherwise",
            _(
                "The account's credentials were sealed with another key. "
                "Restore NOWROOM_CREDENTIAL_KEY or connect again."
            ),
        ) from error
    return {str(name): str(value) for name, value in opened.items()}


def _fernet(key: str) -> Fernet:
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"nowroom account credentials").derive(key.encode())
    return Fernet(base64.urlsafe_b64encode(derived))
