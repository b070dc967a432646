"""The Bluesky channel: a post is a record under a key of ours, created only where none is yet."""

from datetime import datetime
from functools import partial
from typing import Any

from atproto_client import models
from atproto_client.exceptions import BadRequestError
from atproto_client.models.blob_ref import BlobRef
from pydantic import ValidationError

from nowroom.channels.base import (
    CredentialField,
    Credentials,
    Finding,
    Image,
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
from nowroom.channels.bluesky.check import check
from nowroom.channels.bluesky.failures import error_code, preparing, writing
from nowroom.channels.bluesky.record import COLLECTION, mentioned_handles, post_record
from nowroom.channels.bluesky.sessions import DEFAULT_SERVICE, Account, Sessions
from nowroom.lib.clock import utc_now
from nowroom.lib.http import Network


class Bluesky:
    """Publishes, reads back and takes down posts on any server that speaks AT Protocol."""

    slug = "bluesky"
    label = "Bluesky"
    credential_fields = (
        CredentialField("handle", "Handle", "For example: stride.bsky.social"),
        CredentialField("password", "App password", "Made under Settings, Privacy and security.", secret=True),
        CredentialField("service", "Server", "The account’s server.", required=False, default=DEFAULT_SERVICE),
    )

    def __init__(self, network: Network) -> None:
        self._sessions = Sessions(network)

    def check(self, message: Message) -> list[Finding]:
        """See `Channel`."""
        return check(message)

    def verify(self, message: Message, *, credentials: Credentials) -> list[Finding]:
        """See `Verifier`: the handles that nobody has."""
        handles = mentioned_handles(message.text)
        with preparing(utc_now()):
            unknown = self._sessions.use(
                credentials, lambda account: [handle for handle in handles if _did(account, handle) is None]
            )
        return [
            Finding(Level.WARN, "mention.unknown", f"Nobody is @{handle}; it stays plain text.", *handles[handle])
            for handle in unknown
        ]

    def publish(
        self, message: Message, *, key: str, credentials: Credentials, now: datetime, before: float | None = None
    ) -> Receipt:
        """See `Publisher`. The key is the record's, so the same key is the same post."""
        refuse_incomplete(self.credential_fields, credentials)
        refuse_blocked(check(message))
        with preparing(now):
            record = self._sessions.use(credentials, lambda account: _prepare(account, message, now))
        try:
            with writing(now):
                return self._sessions.use(credentials, lambda account: _create(account, key, record, now, before))
        except _AlreadyThereError:
            earlier = self._find_what_is_there(key, credentials)
        if earlier is None:
            raise Rejected("post.removed", "This post was published before and has been taken down since.")
        return earlier

    def _find_what_is_there(self, key: str, credentials: Credentials) -> Receipt | None:
        """`find` for a key that was just seen to be taken: not being able to look does not make it free."""
        try:
            return self.find(key, credentials=credentials)
        except TryAgain as trouble:
            raise OutcomeUnknown(f"A post is there under our key and cannot be read. {trouble.message}") from trouble

    def find(self, key: str, *, credentials: Credentials) -> Receipt | None:
        """See `Reconciler`."""
        try:
            with preparing(utc_now()):
                return self._sessions.use(credentials, lambda account: _read(account, key))
        except Rejected as refusal:
            raise OutcomeUnknown(f"Bluesky cannot be asked whether the post is out. {refusal.message}") from refusal

    def remove(self, key: str, *, credentials: Credentials) -> None:
        """See `Remover`."""
        with preparing(utc_now()):
            self._sessions.use(credentials, lambda account: _delete(account, key))


class _AlreadyThereError(Exception):
    """There is a record under this key."""


def _prepare(account: Account, message: Message, now: datetime) -> dict[str, Any]:
    """The record, with handles resolved and pictures uploaded; all of it may be repeated."""
    try:
        return post_record(message, resolve=partial(_did, account), upload=partial(_upload, account), now=now)
    except ValidationError as error:  # a field breaks the lexicon
        raise Rejected("message.malformed", "Bluesky’s rules for a post do not allow this one.") from error


def _create(account: Account, key: str, record: dict[str, Any], now: datetime, before: float | None) -> Receipt:
    """Create the record, if there is none under the key: `swapRecord` null asks for exactly that.

    The library's own model leaves fields out that are None, so the request is written here.
    """
    body = {"repo": account.did, "collection": COLLECTION, "rkey": key, "record": record, "swapRecord": None}
    refuse_late(before)
    try:
        account.client.invoke_procedure("com.atproto.repo.putRecord", json=body)
    except BadRequestError as error:
        if error_code(error) == "InvalidSwap":
            raise _AlreadyThereError from error
        raise
    return _receipt(account, key, now)


def _read(account: Account, key: str) -> Receipt | None:
    params = models.ComAtprotoRepoGetRecord.Params(repo=account.did, collection=COLLECTION, rkey=key)
    try:
        found = account.client.invoke_query("com.atproto.repo.getRecord", params=params)
    except BadRequestError as error:
        if error_code(error) == "RecordNotFound":
            return None
        raise
    return _receipt(account, key, _created(_object(_object(found.content).get("value"))))


def _delete(account: Account, key: str) -> None:
    data = models.ComAtprotoRepoDeleteRecord.Data(repo=account.did, collection=COLLECTION, rkey=key)
    account.client.com.atproto.repo.delete_record(data)


def _object(content: Any) -> dict[str, Any]:
    """The content as a JSON object; anything else does not say that the record is there."""
    if not isinstance(content, dict):
        raise ValueError("the answer is not a JSON object")  # noqa: TRY004 - as JSON that cannot be read at all
    return content


def _created(record: dict[str, Any]) -> datetime | None:
    try:
        return datetime.fromisoformat(str(record.get("createdAt")))
    except ValueError:
        return None


def _receipt(account: Account, key: str, at: datetime | None) -> Receipt:
    return Receipt(
        remote_id=f"at://{account.did}/{COLLECTION}/{key}",
        url=f"https://bsky.app/profile/{account.handle}/post/{key}",
        at=at,
    )


def _did(account: Account, handle: str) -> str | None:
    try:
        did: str = account.client.resolve_handle(handle).did
    except BadRequestError:
        return None
    return did


def _upload(account: Account, image: Image) -> BlobRef:
    """The library's own method hands bytes to httpx in a way that httpx is about to drop."""
    answer = account.client.invoke_procedure(
        "com.atproto.repo.uploadBlob", content=image.data, headers={"Content-Type": image.mime}
    )
    return BlobRef.model_validate(_object(answer.content).get("blob"))
