"""The webhook channel: publish by a signed POST, read back by GET, take down by DELETE."""

from datetime import datetime
from http import HTTPStatus

import httpx

from nowroom.channels.base import (
    CredentialField,
    Credentials,
    Finding,
    Level,
    Message,
    OutcomeUnknown,
    Receipt,
    Rejected,
    TryAgain,
    refuse_blocked,
    refuse_incomplete,
    refuse_late,
)
from nowroom.channels.limits import load_limits
from nowroom.channels.outcomes import SOON, capital, reading, retry_after, writing, written
from nowroom.channels.webhook.payload import publish_body
from nowroom.channels.webhook.signing import signed_headers
from nowroom.lib.clock import utc_now
from nowroom.lib.http import Network

LIMITS = load_limits("nowroom.channels.webhook")

_GONE = {HTTPStatus.NOT_FOUND, HTTPStatus.GONE}
_NAME = "the receiver"
_SHOWN = 300


class Webhook:
    """Publishes to a receiver of the customer's.

    Reading back and taking down depend on the account: without `readback_url`, `find` cannot tell and raises
    `OutcomeUnknown`; without `remove_url`, `remove` raises `Rejected`.
    """

    slug = "webhook"
    label = "Webhook"
    credential_fields = (
        CredentialField("url", "Address", "Where posts are sent, by POST.", secret=True),
        CredentialField(
            "secret", "Signing secret", "Known to both sides: “whsec_” and base64, or any text.", secret=True
        ),
        CredentialField(
            "readback_url",
            "Read-back address",
            "Answers GET with ?key= by 200 or 404. Without it a lost answer stays unknown until a person looks.",
            required=False,
        ),
        CredentialField(
            "remove_url",
            "Take-down address",
            "Answers DELETE with ?key=. Without it a post cannot be taken down from here.",
            required=False,
        ),
    )

    def __init__(self, network: Network) -> None:
        self._client = network.client()

    def check(self, message: Message) -> list[Finding]:
        """Nothing to send, or more than a receiver takes."""
        findings = []
        if not (message.text.strip() or message.images):
            findings.append(Finding(Level.BLOCK, "text.empty", "There is nothing to send yet."))
        limit = LIMITS["text_characters"].value
        if len(message.text) > limit:
            sentence = f"The text has {len(message.text):,} characters; a webhook takes {limit:,}."
            findings.append(Finding(Level.BLOCK, "text.too_long", sentence, limit, len(message.text)))
        pictures = sum(len(image.data) for image in message.images)
        if pictures * 4 // 3 > LIMITS["body_bytes"].value:
            findings.append(Finding(Level.BLOCK, "images.too_large", "The pictures together are too large to send."))
        return findings

    def publish(
        self, message: Message, *, key: str, credentials: Credentials, now: datetime, before: float | None = None
    ) -> Receipt:
        """See `Publisher`. The key travels as `webhook-id` and `idempotency-key`."""
        refuse_incomplete(self.credential_fields, credentials)
        refuse_blocked(self.check(message))
        body = publish_body(message, key=key, now=now)
        headers = signed_headers(body, key=key, secret=credentials["secret"], now=now)
        headers |= {"content-type": "application/json", "idempotency-key": key}
        refuse_late(before)
        with writing(_NAME):
            answer = self._client.post(credentials["url"], content=body, headers=headers)
        after = retry_after(answer.headers.get("retry-after"), now)
        failure = written(answer.status_code, _NAME, answer.text[:_SHOWN].strip(), after)
        if failure is not None:
            raise failure
        return _receipt(answer, key, at=now)

    def find(self, key: str, *, credentials: Credentials) -> Receipt | None:
        """See `Reconciler`."""
        url = credentials.get("readback_url")
        if not url:
            raise OutcomeUnknown("This webhook has no read-back address. Look at the receiver to see if it is out.")
        answer = self._signed("GET", url, key, credentials)
        if answer.status_code in _GONE:
            return None
        if not answer.is_success:
            raise TryAgain(SOON, f"{capital(_NAME)} answered {answer.status_code} when asked whether it has the post.")
        return _receipt(answer, key, at=None)

    def remove(self, key: str, *, credentials: Credentials) -> None:
        """See `Remover`."""
        url = credentials.get("remove_url")
        if not url:
            raise Rejected("remove.not_configured", "This webhook has no take-down address. Take it down by hand.")
        answer = self._signed("DELETE", url, key, credentials)
        if answer.is_success or answer.status_code in _GONE:
            return
        failure = written(answer.status_code, _NAME, answer.text[:_SHOWN].strip(), SOON)
        if isinstance(failure, Rejected):
            raise failure
        raise TryAgain(SOON, f"{capital(_NAME)} answered {answer.status_code}. The post may still be out.")

    def _signed(self, method: str, url: str, key: str, credentials: Credentials) -> httpx.Response:
        """A request without a body about one key, signed like any other; it may be repeated."""
        headers = signed_headers(b"", key=key, secret=credentials.get("secret", ""), now=utc_now())
        with reading(_NAME):
            return self._client.request(method, httpx.URL(url).copy_merge_params({"key": key}), headers=headers)


def _receipt(answer: httpx.Response, key: str, at: datetime | None) -> Receipt:
    """What the receiver calls the post, where it says so in JSON (`id`, `url`); our key otherwise."""
    try:
        said = answer.json()
    except (ValueError, RecursionError):  # recursion: brackets without end
        said = None
    if not isinstance(said, dict):
        return Receipt(remote_id=key, at=at)
    return Receipt(remote_id=str(said.get("id") or key), url=str(said.get("url") or ""), at=at)
