"""``make bench``: how long placing a hold takes, calm and under sixteen senders, on every database that is here.

The two are measured in one run, so that their ratio can be quoted from a noisy machine.
"""

import json
import subprocess
import sys
from typing import Any

from tests.availability import NEEDS, ROOT

HOLDS = 300
DELIVERIES = 600


def main() -> None:
    """Print one table."""
    print(f"Placing {HOLDS} holds over {DELIVERIES} deliveries; milliseconds.\n")
    print(f"{'database':<10} {'senders':>8} {'p50':>8} {'p99':>8} {'escaped':>8}")
    for database in _databases():
        calm, busy = (_fence(database, processes) for processes in (0, 4))
        for senders, report in ((0, calm), (16, busy)):
            figures = f"{report['hold_ms_p50']:>8} {report['hold_ms_p99']:>8} {len(report['escaped']):>8}"
            print(f"{database:<10} {senders:>8} {figures}")
        print(f"{'':<10} {'ratio':>8} {_ratio(busy, calm, 'hold_ms_p50'):>8} {_ratio(busy, calm, 'hold_ms_p99'):>8}\n")


def _databases() -> list[str]:
    postgres = next(need for need in NEEDS if need.marker == "postgres")
    why = postgres.unavailable_because()
    if why:
        print(f"Without PostgreSQL: {why}\n")
    return ["sqlite"] if why else ["sqlite", "postgres"]


def _fence(database: str, processes: int) -> dict[str, Any]:
    arguments = ["fence", database, "--deliveries", str(DELIVERIES), "--times", str(HOLDS)]
    command = [sys.executable, "-m", "tests.drills", *arguments, "--processes", str(processes)]
    done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def _ratio(busy: dict[str, Any], calm: dict[str, Any], figure: str) -> str:
    return f"{busy[figure] / calm[figure]:.1f}"


if __name__ == "__main__":
    main()
