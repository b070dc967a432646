"""Promises 1 and 2 with real processes, on both databases."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.availability import ROOT

# A thousand holds on SQLite. On PostgreSQL looking through thousands of held deliveries under thousands of standing
# terms takes sixteen senders too long for a test; docs/reference/fence.md says what was measured.
FENCES = [
    ("sqlite", "2000", "1000"),
    pytest.param("postgres", "400", "120", marks=pytest.mark.postgres),
]
CRASHES = [("sqlite", "2000", "200"), pytest.param("postgres", "600", "60", marks=pytest.mark.postgres)]
pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("drills")]


def _drill(*arguments: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.drills", *arguments]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=1500, check=False)
    assert done.returncode == 0, done.stderr[-4000:]
    report: dict[str, Any] = json.loads(done.stdout)
    return report


@pytest.mark.parametrize(("database", "deliveries", "holds"), FENCES)
def test_nothing_in_scope_starts_after_its_hold_returned_and_the_answer_names_all_in_flight(
    database: str, deliveries: str, holds: str
) -> None:
    report = _drill("fence", database, "--deliveries", deliveries, "--times", holds)
    assert report["holds"] == int(holds)
    assert report["escaped"] == []
    assert report["wrong_answers"] == []
    # The drill would prove nothing if senders had stood still, or if no hold had ever met one in flight.
    assert report["started"] > 100
    assert report["in_flight_answers"] > 0


@pytest.mark.parametrize(("database", "deliveries", "kills"), CRASHES)
def test_senders_that_are_killed_lose_nothing_and_repeat_nothing(database: str, deliveries: str, kills: str) -> None:
    report = _drill("crash", database, "--deliveries", deliveries, "--times", kills)
    assert report["kills"] == int(kills)
    assert report["dropped_answers"] > 0
    assert report["twice"] == []
    assert report["lost"] == []
    assert report["unsaid"] == []
    assert sum(report["states"].values()) == int(deliveries)
    assert set(report["states"]) <= {"published", "expired"}
