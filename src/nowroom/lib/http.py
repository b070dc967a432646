"""Connections to addresses that other people name: webhooks, feeds, servers in credentials.

Every connection, and so every hop of a redirect, is made to an address that was resolved and looked at here, and to
that very address: a name that answers differently the second time changes nothing.
"""

import ipaddress
import re
import socket
import time
import weakref
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpcore
import httpx

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
IPNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network

_HOST = re.compile(r"[^\s%/?#@\[\]]+")
_LAST_PORT = 65_535
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


class AddressRefusedError(httpx.ConnectError):
    """The name leads to a private, local or reserved address, where our own machines are."""


class BodyTooLargeError(httpx.ReadError):
    """The answer is larger than we read."""


@dataclass(frozen=True, slots=True)
class Network:
    """Where we may connect, how long we wait (seconds) and how much we read (bytes on the wire).

    `allow` names networks that are open although they are not public, for tests and for operators.
    """

    allow: tuple[IPNetwork, ...] = ()
    connect_timeout: float = 5.0
    read_timeout: float = 20.0
    answer_timeout: float = 60.0
    max_body: int = 8 * 1024 * 1024

    def permits(self, address: IPAddress) -> bool:
        """Whether a connection to this address may be made."""
        return any(address in network for network in self.allow) or _is_public(address)

    def resolve(self, host: str, port: int) -> list[str]:
        """The addresses behind a name, all of them permitted.

        Raises:
            AddressRefusedError: one of them is not permitted. One is enough: which is used would be chance.
            httpx.ConnectError: the name has no address.
            httpx.InvalidURL: it is no name.
        """
        if not _HOST.fullmatch(host):
            raise httpx.InvalidURL(f"“{host}” is not the name of a machine")
        if not 0 < port <= _LAST_PORT:  # the system would take it modulo 65,536
            raise httpx.InvalidURL(f"{port} is not a port")
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except UnicodeError as error:
            raise httpx.InvalidURL(f"“{host}” is not the name of a machine") from error
        except OSError as error:
            raise httpx.ConnectError(f"{host} has no address") from error
        addresses = list(dict.fromkeys(str(entry[4][0]).partition("%")[0] for entry in found))
        for address in addresses:
            if not self.permits(ipaddress.ip_address(address)):
                raise AddressRefusedError(f"{host} leads to {address}, which is not a public address")
        return addresses

    def connect(self, host: str, port: int) -> socket.socket:
        """An open, blocking TCP connection to the first address that answers. For protocols other than HTTP.

        Raises:
            AddressRefusedError: see `resolve`.
            httpx.ConnectError: nobody answers.
        """
        refusal: OSError | None = None
        for address in self.resolve(host, port):
            try:
                opened = socket.create_connection((address, port), self.connect_timeout)
            except OSError as error:
                refusal = error
            else:
                opened.settimeout(None)
                return opened
        raise httpx.ConnectError(f"{host} port {port} does not answer: {refusal}")

    def client(self, **options: Any) -> httpx.Client:
        """An httpx client that connects only where this network permits. `options` are `httpx.Client`'s own."""
        return httpx.Client(**self.client_options(), **options)

    def client_options(self) -> dict[str, Any]:
        """What makes any httpx client keep to this network, for libraries that build their own."""
        timeout = httpx.Timeout(self.read_timeout, connect=self.connect_timeout)
        return {"transport": GuardedTransport(self), "timeout": timeout, "trust_env": False}


PUBLIC_ONLY = Network()


def parse_networks(texts: Iterable[str]) -> tuple[IPNetwork, ...]:
    """Networks from texts such as ``10.1.0.0/16`` or ``127.0.0.1``.

    Raises:
        ValueError: one of them is not a network.
    """
    return tuple(ipaddress.ip_network(text.strip()) for text in texts if text.strip())


def _is_public(address: IPAddress) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or _nat64(address)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast


def _nat64(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF) if address in _NAT64 else None


class _GuardedBackend(httpcore.NetworkBackend):
    """Opens connections for httpcore, each to an address looked at first."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first permitted address that answers; TLS above it still checks the name."""
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in self._network.resolve(host, port):
            try:
                return self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError(f"{host} has no address")


class _LimitedStream(httpx.SyncByteStream):
    """An answer's body that ends in an error once it is too long or takes too long."""

    def __init__(self, stream: httpcore.Response, request: httpx.Request, network: Network) -> None:
        self._response = stream
        self._request = request
        self._limit = network.max_body
        self._deadline = time.monotonic() + network.answer_timeout

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        with _httpx_errors(self._request):
            for chunk in self._response.iter_stream():
                size += len(chunk)
                if size > self._limit:
                    raise BodyTooLargeError(f"the answer is larger than {self._limit} bytes", request=self._request)
                if time.monotonic() > self._deadline:
                    raise httpx.ReadTimeout("the answer takes too long", request=self._request)
                yield chunk

    def close(self) -> None:
        self._response.close()


class GuardedTransport(httpx.BaseTransport):
    """An httpx transport that connects only where its network permits."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self._pool = httpcore.ConnectionPool(
            ssl_context=httpx.create_ssl_context(), network_backend=_GuardedBackend(network)
        )
        # Channels keep their clients for as long as the process lives: close what is open when it ends.
        weakref.finalize(self, self._pool.close)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Send one request, one hop."""
        with _httpx_errors(request):
            response = self._pool.handle_request(_for_httpcore(request))
        return httpx.Response(
            response.status,
            headers=response.headers,
            stream=_LimitedStream(response, request, self._network),
            extensions=response.extensions,
        )

    def close(self) -> None:
        """Close all connections."""
        self._pool.close()


def _for_httpcore(request: httpx.Request) -> httpcore.Request:
    url = httpcore.URL(
        scheme=request.url.raw_scheme,
        host=request.url.raw_host,
        port=request.url.port,
        target=request.url.raw_path,
    )
    return httpcore.Request(
        request.method,
        url,
        headers=request.headers.raw,
        content=request.stream,
        extensions=request.extensions,
    )


_HTTPCORE_ERRORS = (
    httpcore.TimeoutException,
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.ProxyError,
    httpcore.UnsupportedProtocol,
)


@contextmanager
def _httpx_errors(request: httpx.Request) -> Iterator[None]:
    """httpcore's errors as httpx's, which have the same names."""
    try:
        yield
    except _HTTPCORE_ERRORS as error:
        raise getattr(httpx, type(error).__name__)(str(error), request=request) from error
