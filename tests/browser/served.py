"""A real `nowroom` process that serves its pages, with a home of its own."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.availability import ROOT
from tests.waiting import until

_SERVE = "from nowroom.site.cli import main; main()"


@dataclass(frozen=True, slots=True)
class Served:
    """A running installation: its address, its home, and what its terminal said before it served."""

    url: str
    home: Path
    environment: dict[str, str]
    terminal: str

    def nowroom(self, *arguments: str) -> "subprocess.CompletedProcess[str]":
        """Run another command on the same installation, as its operator would beside it."""
        return subprocess.run(
            [sys.executable, "-c", _SERVE, *arguments],
            env=self.environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    def said(self, label: str) -> str:
        """What the terminal said after a label, such as the demo's ``Password``."""
        found = re.search(rf"^\s*{re.escape(label)}\s+(\S.*)$", self.terminal, re.MULTILINE)
        assert found is not None, self.terminal
        return found[1].strip()


@contextmanager
def demo(folder: Path, *, speed: float = 1) -> Iterator[Served]:
    """`nowroom demo`, its evening `speed` times as fast."""
    home = folder / "demo"
    environment = {"NOWROOM_HOME": str(home), "NOWROOM_DATABASE_URL": f"sqlite:///{home / 'demo.sqlite3'}"}
    with _served(["demo", "--home", str(home), "--speed", str(speed)], folder, home, environment) as served:
        yield served


@contextmanager
def empty(folder: Path) -> Iterator[Served]:
    """`nowroom up` for the first time."""
    home = folder / "home"
    with _served(["up"], folder, home, {"NOWROOM_HOME": str(home)}) as served:
        yield served


@contextmanager
def _served(arguments: list[str], folder: Path, home: Path, environment: dict[str, str]) -> Iterator[Served]:
    """The command until it is told to stop; it must then end by itself, and must not have stumbled on the way."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    # Nothing of what the tests' own process was told about a database or a home.
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("NOWROOM_", "DJANGO_"))}
    environment = {**inherited, "NOWROOM_BASE_URL": url, **environment}
    command = [sys.executable, "-c", _SERVE, *arguments, "--port", str(port)]
    terminal, log = folder / "terminal.txt", folder / "log.txt"
    with terminal.open("wb") as out, log.open("wb") as err:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=out, stderr=err)
    try:
        until(lambda: process.poll() is not None or _answers(url), f"{arguments} does not answer", seconds=240)
        assert process.poll() is None, log.read_text()
        yield Served(url, home, environment, terminal.read_text())
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=60)
    assert "Traceback" not in log.read_text(), log.read_text()


def _answers(url: str) -> bool:
    try:
        return httpx.get(url).is_redirect
    except httpx.TransportError:
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
