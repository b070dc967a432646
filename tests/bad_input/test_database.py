"""A database that is locked or gone."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nowroom.site.tests.commands import PLAN, STREAM, nowroom
from tests.availability import ROOT

pytestmark = pytest.mark.slow


def _night(kind: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bad_input.night", kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def test_workers_survive_it_pages_say_so_and_nothing_half_written_stays(kind: str) -> None:
    report = _night(kind)
    status, page = report["meanwhile"]
    assert status == 500
    assert "Holds stand as before, and nothing is sent because of this." in page
    assert report["policy"] == ["hold", "ask"]
    assert report["afterwards"] == 302
    assert report["expired"] == 1


@pytest.mark.parametrize("command", [["migrate"], ["audit", "verify"], ["rehearse", str(PLAN), str(STREAM), "--db"]])
def test_commands_say_it_in_a_sentence(tmp_path: Path, command: list[str]) -> None:
    url = "postgres://nobody@127.0.0.1:1/nothing"
    given = [*command, url] if command[-1] == "--db" else command
    done = nowroom(*given, home=tmp_path, NOWROOM_DATABASE_URL=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("nowroom: The ")
    assert "Connection refused" in done.stderr
    assert len(done.stderr.splitlines()) == 1
