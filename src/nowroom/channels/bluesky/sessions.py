"""Sessions with Bluesky servers: one per account and process, made when first needed and used until it expires."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from atproto_client import Client, Session
from atproto_client.request import Request

from nowroom.channels.base import Credentials
from nowroom.channels.bluesky.failures import Errors, is_stale_session
from nowroom.lib.http import Network

DEFAULT_SERVICE = "https://bsky.social"

Result = TypeVar("Result")


@dataclass(frozen=True, slots=True)
class Account:
    """A client signed in to one account: its permanent identifier, its handle, and the library's client."""

    did: str
    handle: str
    client: Client


def sign_in(service: str, handle: str, password: str, options: dict[str, Any]) -> Account:
    """A new session on the server that was configured, and on no other.

    `options` are those of an httpx client. Redirects are refused: a write must not go, with its token, where the
    account does not point.
    """
    client = Client(service, request=Request(max_redirects=0, **options))
    # The library moves to the server that the account's document names; the configured one answers for it, too.
    client.on_session_change(lambda _event, _session: client.update_base_url(service))
    sessions: list[Session] = []
    client.on_session_change(lambda _event, session: sessions.append(session))
    client.login(handle, password, fetch_bsky_profile=False)
    return Account(sessions[0].did, sessions[0].handle, client)


class Sessions:
    """All sessions of a process."""

    def __init__(self, network: Network) -> None:
        self._options = network.client_options()  # one pool of connections for all accounts
        self._accounts: dict[tuple[str, str, str], Account] = {}
        self._lock = threading.Lock()

    def use(self, credentials: Credentials, action: Callable[[Account], Result]) -> Result:
        """What the action gives, done in the account's session; done again, once, if only the session was stale.

        Raises:
            Errors: the library's and httpx's, for `failures` to read.
        """
        account = self._account(credentials)
        try:
            return action(account)
        except Errors as error:
            if not is_stale_session(error):
                raise
            self._forget(credentials, account)
            return action(self._account(credentials))

    def _account(self, credentials: Credentials) -> Account:
        key = _key(credentials)
        with self._lock:
            known = self._accounts.get(key)
        if known is not None:
            return known
        account = sign_in(*key, self._options)
        with self._lock:
            return self._accounts.setdefault(key, account)

    def _forget(self, credentials: Credentials, account: Account) -> None:
        with self._lock:
            if self._accounts.get(_key(credentials)) is account:
                del self._accounts[_key(credentials)]


def _key(credentials: Credentials) -> tuple[str, str, str]:
    service = (credentials.get("service") or DEFAULT_SERVICE).rstrip("/")
    return service, credentials.get("handle", "").removeprefix("@"), credentials.get("password", "")
