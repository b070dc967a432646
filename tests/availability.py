"""What this machine can run: which marked tests are left out, and why."""

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path

import psycopg

ROOT = Path(__file__).resolve().parent.parent
POSTGRES_URL = os.environ.get("NOWROOM_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
DATA = Path(os.environ.get("NOWROOM_DATA", ROOT.parent / "shared" / "data"))
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")


@dataclass(frozen=True, slots=True)
class Need:
    """What tests with a marker need. `unavailable_because` is the end of a sentence, None where the machine has it."""

    marker: str
    tests: str
    unavailable_because: Callable[[], str | None]


@cache
def chromium() -> str | None:
    """The browser's program: NOWROOM_CHROMIUM, or the first one on the path."""
    named = os.environ.get("NOWROOM_CHROMIUM")
    return next((path for name in ([named] if named else _BROWSERS) if (path := shutil.which(name))), None)


@cache
def _no_postgres() -> str | None:
    try:
        psycopg.connect(POSTGRES_URL, connect_timeout=3).close()
    except psycopg.OperationalError as error:
        return f"no PostgreSQL: {str(error).strip().splitlines()[0]}"
    return None


def _no_pds() -> str | None:
    # Loaded only where a test needs it, because asking may install it.
    why: str | None = import_module("tests.servers.pds").unavailable_because()
    return why


NEEDS = (
    Need("postgres", "PostgreSQL tests", _no_postgres),
    Need("pds", "Bluesky server tests", _no_pds),
    Need("browser", "browser tests", lambda: None if chromium() else "no Chromium"),
    Need("data", "tests on evaluation data", lambda: None if DATA.is_dir() else "no evaluation data, see NOWROOM_DATA"),
)


def required() -> frozenset[str]:
    """The markers whose tests must run here, from NOWROOM_REQUIRE."""
    return frozenset(part.strip() for part in os.environ.get("NOWROOM_REQUIRE", "").split(",") if part.strip())
