"""The address guard: what is refused, that the address looked at is the one used, and the limits on answers."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_address
from pathlib import Path
from typing import Any

import httpx
import pytest

from nowroom.lib.http import (
    PUBLIC_ONLY,
    AddressRefusedError,
    BodyTooLargeError,
    Network,
    parse_networks,
)
from tests.servers.certificates import self_signed
from tests.servers.fixtures import LOOPBACK
from tests.servers.web import Page, web_server


class Names:
    """A name server under the test's control: each question takes the next answer, the last one stays."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers = list(answers)
        self.asked = 0
        self._real = socket.getaddrinfo

    def __call__(self, host: str, port: int, *args: Any, **options: Any) -> list[Any]:
        if not str(host).endswith(".example"):
            return list(self._real(host, port, *args, **options))
        self.asked += 1
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if not answer:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in answer]


def _name_server(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> Names:
    names = Names(*answers)
    monkeypatch.setattr(socket, "getaddrinfo", names)
    return names


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "240.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "2002:7f00:1::",
        "64:ff9b::a00:1",
    ],
)
def test_no_address_of_our_own_is_public(address: str) -> None:
    assert not PUBLIC_ONLY.permits(ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:93.184.215.14"])
def test_public_addresses_are_permitted(address: str) -> None:
    assert PUBLIC_ONLY.permits(ip_address(address))


def test_an_operator_can_open_one_network() -> None:
    network = Network(allow=parse_networks(["10.1.0.0/16", " "]))

    assert network.permits(ip_address("10.1.2.3"))
    assert not network.permits(ip_address("10.2.0.1"))


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    _name_server(monkeypatch, ["93.184.215.14", "10.0.0.1"])

    with pytest.raises(AddressRefusedError, match=r"10\.0\.0\.1"):
        PUBLIC_ONLY.resolve("mixed.example", 443)


def test_a_name_without_an_address_is_a_connection_error(monkeypatch: pytest.MonkeyPatch) -> None:
    _name_server(monkeypatch, [])

    with pytest.raises(httpx.ConnectError, match="no address"):
        PUBLIC_ONLY.resolve("nobody.example", 443)


@pytest.mark.parametrize("host", ["a..b", "a b", "a%20b", "user@host", ""])
def test_what_is_no_name_is_an_invalid_address(host: str) -> None:
    with pytest.raises(httpx.InvalidURL, match="not the name"):
        PUBLIC_ONLY.resolve(host, 443)


@pytest.mark.parametrize("port", [0, -1, 65_536, 10**12])
def test_what_is_no_port_is_an_invalid_address(port: int) -> None:
    with pytest.raises(httpx.InvalidURL, match="not a port"):
        LOOPBACK.resolve("127.0.0.1", port)


def test_a_request_to_a_private_address_is_refused() -> None:
    with web_server(lambda _path, _headers: Page(b"secret")) as server, PUBLIC_ONLY.client() as client:
        with pytest.raises(AddressRefusedError):
            client.get(server.url)

        assert server.requests == []


def test_a_redirect_to_a_private_address_is_refused() -> None:
    redirect = Page(status=302, headers={"Location": "http://10.255.255.1/admin"})
    with web_server(lambda _path, _headers: redirect) as server:
        with LOOPBACK.client(follow_redirects=True) as client, pytest.raises(AddressRefusedError, match=r"10\.255"):
            client.get(server.url)

        assert len(server.requests) == 1


def test_a_name_that_changes_its_answer_is_used_as_it_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    names = _name_server(monkeypatch, ["127.0.0.1"], ["10.255.255.1"])
    with web_server(lambda _path, _headers: Page(b"here")) as server, LOOPBACK.client() as client:
        port = server.url.rpartition(":")[2]

        assert client.get(f"http://feed.example:{port}/").text == "here"
        assert names.asked == 1
        assert server.requests[0]["host"] == f"feed.example:{port}"


def test_the_next_address_is_tried_when_one_does_not_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    _name_server(monkeypatch, ["127.0.0.2", "127.0.0.1"])
    with web_server(lambda _path, _headers: Page(b"here")) as server, LOOPBACK.client() as client:
        port = server.url.rpartition(":")[2]

        assert client.get(f"http://feed.example:{port}/").text == "here"


def test_a_raw_connection_is_guarded_too() -> None:
    with pytest.raises(AddressRefusedError):
        PUBLIC_ONLY.connect("127.0.0.1", 25)
    with pytest.raises(httpx.ConnectError, match="does not answer"):
        LOOPBACK.connect("127.0.0.1", 1)


def test_an_answer_that_is_too_large_is_cut_off() -> None:
    network = Network(allow=LOOPBACK.allow, max_body=1000)
    page = Page(b"x" * 1001)
    with web_server(lambda _path, _headers: page) as server, network.client() as client:  # noqa: SIM117 - one line each
        with pytest.raises(BodyTooLargeError, match="1000 bytes"):
            client.get(server.url)


def test_an_answer_that_takes_too_long_is_given_up() -> None:
    network = Network(allow=LOOPBACK.allow, answer_timeout=-1)
    page = Page(b"slow")
    with web_server(lambda _path, _headers: page) as server, network.client() as client:  # noqa: SIM117 - one line each
        with pytest.raises(httpx.ReadTimeout, match="too long"):
            client.get(server.url)


def test_the_environment_s_proxy_is_not_a_way_around(monkeypatch: pytest.MonkeyPatch) -> None:
    with web_server(lambda _path, _headers: Page(b"proxied")) as proxy, PUBLIC_ONLY.client() as client:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        with pytest.raises(AddressRefusedError):
            client.get("http://10.255.255.1/")

        assert proxy.requests == []


def test_tls_checks_the_name_and_not_the_address(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = self_signed(tmp_path, "receiver.example")
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    _name_server(monkeypatch, ["127.0.0.1"])
    with _tls_server(certificate) as port, LOOPBACK.client() as client:
        assert client.get(f"https://receiver.example:{port}/").text == "safe"
        with pytest.raises(httpx.ConnectError, match="certificate"):
            client.get(f"https://impostor.example:{port}/")


@contextmanager
def _tls_server(certificate: Path) -> Iterator[int]:
    """A server that answers every TLS connection with the same page; yields its port."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    listening = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            try:
                opened, _ = listening.accept()
            except OSError:  # closed: the test is over
                return
            with opened:
                try:
                    with context.wrap_socket(opened, server_side=True) as secured:
                        secured.recv(65_536)
                        secured.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\nConnection: close\r\n\r\nsafe")
                except OSError:  # the client did not trust us, as it should
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join()
