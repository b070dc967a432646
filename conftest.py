"""The stage for every test: a home of its own, the database, the cast, and what this machine can run."""

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

# Before the settings are read, which is why they are named here and not in pyproject.toml. Workers of one run share
# the home that the run made.
if "PYTEST_XDIST_WORKER" not in os.environ:
    os.environ["NOWROOM_HOME"] = tempfile.mkdtemp(prefix="nowroom-tests-")
    atexit.register(shutil.rmtree, os.environ["NOWROOM_HOME"], ignore_errors=True)
os.environ["DJANGO_SETTINGS_MODULE"] = "nowroom.site.settings"

import django

django.setup()

from django.conf import settings  # noqa: E402 - after the environment is set
from django.db.backends.sqlite3.base import DatabaseWrapper  # noqa: E402 - as above

from tests import availability  # noqa: E402 - as above
from tests import cast as the_cast  # noqa: E402 - as above

_NOT_RUN = pytest.StashKey[list[str]]()
_MISSING = pytest.StashKey[str]()
# Threads and processes share a file, as they do in use; Django's own choice would be memory.
if settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    _FILE = Path(os.environ["NOWROOM_HOME"]) / "test.sqlite3"
    settings.DATABASES["default"].setdefault("TEST", {})["NAME"] = str(_FILE)
# A thread that outlives its test must not keep a session on the test database, which could then not be dropped.
settings.DATABASES["default"]["CONN_MAX_AGE"] = 0
# Argon2 is slow on purpose; no test is about that.
settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def now() -> datetime:
    """The instant at which scenes start. A module whose code reads the clock itself overrides this."""
    return the_cast.NOW


@pytest.fixture
def cast(db: None, now: datetime) -> the_cast.Cast:
    """The cast, on the brand "Stride", with the outsider on another."""
    return the_cast.assemble(now)


@pytest.fixture(scope="session", autouse=True)
def _flush_past_triggers() -> Iterator[None]:
    """Let tests that commit empty the tables after them on SQLite.

    Triggers refuse every DELETE on append-only tables. PostgreSQL truncates, which row triggers do not see; SQLite
    deletes, so its triggers are taken away for the flush's transaction and put back as they were.
    """
    operations: Any = DatabaseWrapper.ops_class
    plain = operations.sql_flush

    def sql_flush(self: Any, style: Any, tables: Any, **options: Any) -> list[str]:
        with self.connection.cursor() as cursor:
            triggers = cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        drops = [f"DROP TRIGGER {name}" for name, _sql in triggers]
        return [*drops, *plain(self, style, tables, **options), *(sql for _name, sql in triggers)]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(operations, "sql_flush", sql_flush)
        yield


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what this machine cannot run; fail where it has to."""
    lines: list[str] = []
    left_out: list[pytest.Item] = []
    for need in availability.NEEDS:
        marked = [item for item in items if item.get_closest_marker(need.marker)]
        why = need.unavailable_because() if marked else None
        if why and need.marker in availability.required():
            for item in marked:
                item.stash[_MISSING] = f"NOWROOM_REQUIRE names “{need.marker}”, but: {why}"
        elif why:
            lines.append(f"{len(marked)} {need.tests} ({why})")
            left_out += marked
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]
    config.stash[_NOT_RUN] = lines


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Fail what had to run here and cannot."""
    if _MISSING in item.stash:
        pytest.fail(item.stash[_MISSING], pytrace=False)


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells the controller what it left out."""
    output = getattr(session.config, "workeroutput", None)
    if output is not None:
        output["not_run"] = session.config.stash.get(_NOT_RUN, [])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """The controller takes it from any worker: all collect the same."""
    node.config.stash[_NOT_RUN] = getattr(node, "workeroutput", {}).get("not_run", [])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in the very last line what was not run, and why."""
    reporter: Any = config.pluginmanager.get_plugin("terminalreporter")
    lines = config.stash.get(_NOT_RUN, [])
    if reporter is not None and lines:
        reporter.write_line(f"Not run: {', '.join(lines)}")
