"""The webhook against a real receiver: what the contract over all channels does not ask."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nowroom.channels.base import Image, Link, Message, OutcomeUnknown, Rejected, TryAgain
from nowroom.channels.registry import channel
from nowroom.channels.webhook.channel import Webhook
from nowroom.channels.webhook.payload import publish_body
from nowroom.channels.webhook.signing import signature
from tests.servers.fixtures import LOOPBACK
from tests.servers.receiver import Mode, Receiver

_NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
_KEY = "3mfyouuy6222b"
_FULL = Message(
    "Grüße",
    language="de",
    links=(Link("https://a.example", "A", "More"),),
    images=(Image(b"png", "image/png", "A dot", 1, 1),),
    hashtags=("run",),
    subject="Subject",
    html="<p>Grüße</p>",
)


@pytest.fixture
def webhook() -> Webhook:
    found = channel("webhook", LOOPBACK)
    assert isinstance(found, Webhook)
    return found


def test_the_body_is_as_documented() -> None:
    expected = json.loads((Path(__file__).parent.parent / "fixtures" / "publish.json").read_text(encoding="utf-8"))

    assert json.loads(publish_body(_FULL, key=_KEY, now=_NOW)) == expected


def test_the_signature_is_the_one_of_the_specification() -> None:
    # the example of https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
    assert (
        signature(
            b'{"test": 2432232314}',
            key="msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp="1614265330",
            secret="whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        )
        == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    )


def test_a_receiver_can_check_who_sent_it(webhook: Webhook, receiver: Receiver) -> None:
    credentials = {**receiver.credentials, "secret": "shared text"}
    webhook.publish(_FULL, key=_KEY, credentials=credentials, now=_NOW)
    request = receiver.requests[0]

    assert request.headers["webhook-id"] == request.headers["idempotency-key"] == _KEY
    assert request.headers["webhook-timestamp"] == str(int(_NOW.timestamp()))
    assert request.headers["webhook-signature"] == signature(
        request.body, key=_KEY, timestamp=request.headers["webhook-timestamp"], secret="shared text"
    )


def test_reading_back_and_taking_down_are_signed_too(webhook: Webhook, receiver: Receiver) -> None:
    webhook.find(_KEY, credentials=receiver.credentials)
    webhook.remove(_KEY, credentials=receiver.credentials)

    for request in receiver.requests:
        assert request.headers["webhook-signature"] == signature(
            b"", key=_KEY, timestamp=request.headers["webhook-timestamp"], secret=receiver.credentials["secret"]
        )


def test_the_receiver_names_the_post(webhook: Webhook, receiver: Receiver) -> None:
    receipt = webhook.publish(Message("Hi"), key=_KEY, credentials=receiver.credentials, now=_NOW)

    assert receipt.remote_id == f"post-{_KEY}"
    assert receipt.url.startswith(receiver.base_url)


def test_without_a_read_back_address_it_cannot_be_told(webhook: Webhook, receiver: Receiver) -> None:
    credentials = {**receiver.credentials, "readback_url": ""}

    with pytest.raises(OutcomeUnknown, match="no read-back address"):
        webhook.find(_KEY, credentials=credentials)


def test_without_a_take_down_address_a_person_must_do_it(webhook: Webhook, receiver: Receiver) -> None:
    credentials = {name: value for name, value in receiver.credentials.items() if name != "remove_url"}

    with pytest.raises(Rejected) as refusal:
        webhook.remove(_KEY, credentials=credentials)
    assert refusal.value.code == "remove.not_configured"


def test_a_receiver_that_is_gone_is_asked_again(webhook: Webhook, receiver: Receiver) -> None:
    credentials = {**receiver.credentials, "readback_url": "http://127.0.0.1:1/", "remove_url": "http://127.0.0.1:1/"}

    with pytest.raises(TryAgain):
        webhook.find(_KEY, credentials=credentials)
    with pytest.raises(TryAgain):
        webhook.remove(_KEY, credentials=credentials)


def test_an_error_of_the_receiver_is_unknown(webhook: Webhook, receiver: Receiver) -> None:
    receiver.mode = Mode.ERROR
    with pytest.raises(OutcomeUnknown, match="500"):
        webhook.publish(Message("Hi"), key=_KEY, credentials=receiver.credentials, now=_NOW)
    assert webhook.find(_KEY, credentials=receiver.credentials) is None


def test_a_request_lost_on_the_way_is_unknown_until_read_back(webhook: Webhook, receiver: Receiver) -> None:
    receiver.script = [Mode.DROP_REQUEST]
    with pytest.raises(OutcomeUnknown):
        webhook.publish(Message("Hi"), key=_KEY, credentials=receiver.credentials, now=_NOW)
    assert webhook.find(_KEY, credentials=receiver.credentials) is None


def test_the_wait_is_at_least_a_second(webhook: Webhook, receiver: Receiver) -> None:
    receiver.mode, receiver.retry_after = Mode.RATE_LIMIT, "0"
    with pytest.raises(TryAgain) as patience:
        webhook.publish(Message("Hi"), key=_KEY, credentials=receiver.credentials, now=_NOW)
    assert patience.value.after == timedelta(seconds=1)


@pytest.mark.parametrize("url", ["ftp://a.example/", "not an address", "http://a b/"])
def test_what_is_no_address_is_rejected(webhook: Webhook, receiver: Receiver, url: str) -> None:
    with pytest.raises(Rejected) as refusal:
        webhook.publish(Message("Hi"), key=_KEY, credentials={**receiver.credentials, "url": url}, now=_NOW)
    assert refusal.value.code == "address.malformed"


@pytest.mark.parametrize(
    ("message", "codes"),
    [
        (Message("Hi"), []),
        (Message(" "), ["text.empty"]),
        (Message("x" * 100_001), ["text.too_long"]),
        (Message("Hi", images=(Image(b"x" * 4_000_000, "image/png", "Big"),)), ["images.too_large"]),
    ],
)
def test_the_check_says_what_is_too_much(webhook: Webhook, message: Message, codes: list[str]) -> None:
    assert [finding.code for finding in webhook.check(message)] == codes
