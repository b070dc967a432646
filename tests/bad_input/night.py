"""``python -m tests.bad_input.night sqlite|postgres``: a worker and a page while the database is locked or gone.

Prints what came of it as one JSON line.
"""

import json
import logging
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.availability import POSTGRES_URL
from tests.drills.__main__ import database
from tests.waiting import until

_LOCK = """
import sqlite3, sys
database = sqlite3.connect(sys.argv[1], isolation_level=None)
database.execute("BEGIN IMMEDIATE")
print("locked", flush=True)
sys.stdin.read()
"""


@contextmanager
def locked(path: str) -> Iterator[None]:
    """Another process writes to the SQLite file and does not come to an end."""
    command = [sys.executable, "-c", _LOCK, path]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "locked\n"
        yield


@contextmanager
def gone(name: str) -> Iterator[None]:
    """The server ends every connection to the database and takes no new one."""
    allow = sql.SQL("ALTER DATABASE {} WITH ALLOW_CONNECTIONS {}")
    with psycopg.connect(POSTGRES_URL, autocommit=True) as server:
        server.execute(allow.format(sql.Identifier(name), sql.Literal(False)))
        server.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
        try:
            yield
        finally:
            server.execute(allow.format(sql.Identifier(name), sql.Literal(True)))


def main() -> None:
    """Run it on a database of its own."""
    with tempfile.TemporaryDirectory() as home, database(sys.argv[1], Path(home)) as url:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "nowroom.site.settings",
            "NOWROOM_HOME": home,
            "NOWROOM_DATABASE_URL": url,
        }
        trouble = gone(urlsplit(url).path[1:]) if url.startswith("postgres") else locked(urlsplit(url).path[1:])
        sys.stdout.write(json.dumps(_run(trouble)) + "\n")


class _Failures(logging.Handler):
    """Counts what the loop logs."""

    count = 0

    def emit(self, record: logging.LogRecord) -> None:
        self.count += 1


def _run(trouble: AbstractContextManager[None]) -> dict[str, object]:
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    options = connections["default"].settings_dict["OPTIONS"]
    if "timeout" in options:  # nobody waits half a minute here
        options |= {"timeout": 0.05, "init_command": "PRAGMA journal_mode=WAL; PRAGMA busy_timeout=50;"}
    call_command("migrate", verbosity=0)
    return _night(trouble)


def _night(trouble: AbstractContextManager[None]) -> dict[str, object]:
    from django.db import connections
    from django.test import Client

    from nowroom.audit.models import Entry
    from nowroom.lib.clock import utc_now
    from nowroom.publishing.models import Delivery
    from nowroom.safety.queries import threat_policy
    from nowroom.workers import loop, tick
    from tests.cast import assemble

    cast = assemble(utc_now())
    delivery = cast.delivery(due_in=timedelta(minutes=1), window=timedelta(minutes=1))
    late = cast.now + timedelta(hours=1)
    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    client.force_login(cast.administrator)
    page = f"/b/{cast.brand.slug}/settings/policy/"
    failures, stop = _Failures(), threading.Event()
    logging.getLogger("nowroom.workers.loop").addHandler(failures)
    ticker = threading.Thread(
        target=loop.run,
        args=("tick", lambda: tick.turn(late), stop),
        kwargs={"idle": timedelta(milliseconds=5), "troubled": timedelta(milliseconds=20)},
        daemon=True,
    )
    with trouble:
        ticker.start()
        until(lambda: failures.count >= 2, "the worker did not notice")
        meanwhile = client.post(page, {"threat": "ask"})
    connections.close_all()
    rows = Delivery.objects.for_brand(cast.brand)
    until(lambda: rows.get(pk=delivery.pk).state == "expired", "the worker did not go on")
    stop.set()
    ticker.join()
    before = str(threat_policy(cast.brand))
    afterwards = client.post(page, {"threat": "ask"})
    expired = Entry.objects.for_brand(cast.brand).filter(verb="delivery.expired").count()
    report = {
        "meanwhile": [meanwhile.status_code, meanwhile.content.decode()],
        "policy": [before, str(threat_policy(cast.brand))],
        "afterwards": afterwards.status_code,
        "expired": expired,
    }
    connections.close_all()
    return report


if __name__ == "__main__":
    main()
