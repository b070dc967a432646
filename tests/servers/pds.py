"""A real Bluesky server (personal data server and identity directory, on Node) for tests, on loopback.

Its packages are installed once per lock file, outside the tree: $NOWROOM_CACHE or ~/.cache/nowroom. The first time
compiles SQLite's binding, which takes a minute or three; no test times that.
"""

import hashlib
import os
import re
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import httpx

_SOURCES = Path(__file__).parent / "pds-packages"
_NODE_AT_LEAST = 20
_PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Pds:
    """A running server."""

    base_url: str

    def create_account(self, name: str) -> dict[str, str]:
        """A new account ``<name>.test``, as credentials of the Bluesky channel."""
        handle = f"{name}.test"
        body = {"handle": handle, "email": f"{name}@example.test", "password": _PASSWORD}
        answer = httpx.post(f"{self.base_url}/xrpc/com.atproto.server.createAccount", json=body, timeout=30)
        answer.raise_for_status()
        return {"service": self.base_url, "handle": handle, "password": _PASSWORD}

    def records(self, handle: str, collection: str = "app.bsky.feed.post") -> list[dict[str, object]]:
        """The account's records, as anybody can read them: `uri`, `cid`, `value`."""
        params: dict[str, str | int] = {"repo": handle, "collection": collection, "limit": 100}
        answer = httpx.get(f"{self.base_url}/xrpc/com.atproto.repo.listRecords", params=params, timeout=30)
        answer.raise_for_status()
        return list(answer.json()["records"])


@cache
def unavailable_because() -> str | None:
    """Why the server cannot run on this machine, as the end of a sentence; None when it can."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if node is None or npm is None:
        return "Node.js with npm is not installed"
    version = subprocess.run([node, "--version"], capture_output=True, text=True, check=True).stdout
    found = re.match(r"v(\d+)", version)
    if found is None or int(found.group(1)) < _NODE_AT_LEAST:
        return f"Node.js {_NODE_AT_LEAST} or later is needed, this is {version.strip()}"
    try:
        install()
    except subprocess.CalledProcessError as error:
        return f"npm could not install the server: {error.stderr.strip().splitlines()[-1:]}"
    return None


def install() -> Path:
    """Install the locked packages, unless they are there.

    Returns:
        The directory that holds `node_modules`.

    Raises:
        subprocess.CalledProcessError: npm failed; nothing half-installed stays.
    """
    lock = (_SOURCES / "package-lock.json").read_bytes() + (_SOURCES / "package.json").read_bytes()
    target = _cache() / "pds" / hashlib.sha256(lock).hexdigest()[:16]
    if target.exists():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as work:
        building = Path(work) / "build"
        shutil.copytree(_SOURCES, building)
        npm = shutil.which("npm") or "npm"
        subprocess.run([npm, "ci", "--omit=dev"], cwd=building, capture_output=True, text=True, check=True)
        if not target.exists():  # another process may have been quicker
            building.rename(target)
    return target


@contextmanager
def pds_server() -> Iterator[Pds]:
    """A server with no accounts and its own data, for as long as the context lasts."""
    with ExitStack() as stack:
        data = stack.enter_context(tempfile.TemporaryDirectory(prefix="nowroom-pds-"))
        plc_port, pds_port = _free_ports(2)
        command = [shutil.which("node") or "node", str(_SOURCES / "serve.js"), str(plc_port), str(pds_port), data]
        environment = os.environ | {"NODE_PATH": str(install() / "node_modules"), "LOG_ENABLED": "false"}
        process = stack.enter_context(
            subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        )
        stack.callback(process.terminate)
        assert process.stdout is not None
        if process.stdout.readline().strip() != "ready":
            raise RuntimeError("the Bluesky server did not start; what it said is on standard error")
        yield Pds(f"http://127.0.0.1:{pds_port}")


def _cache() -> Path:
    return Path(os.environ.get("NOWROOM_CACHE") or Path.home() / ".cache" / "nowroom")


def _free_ports(count: int) -> list[int]:
    """Ports that nobody uses at this moment, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [opened.getsockname()[1] for opened in sockets]
