"""``python -m tests.drills fence|crash sqlite|postgres --deliveries N --times N``: one drill on a database of its own.

Prints the report as one JSON line. PostgreSQL is that of `NOWROOM_POSTGRES_URL`.
"""

import argparse
import json
import os
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.availability import POSTGRES_URL


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The URL of an empty database that is gone afterwards."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'drill.sqlite3'}"
        return
    name = f"nowroom_drill_{uuid.uuid4().hex[:12]}"
    parts = urlsplit(POSTGRES_URL)
    with psycopg.connect(POSTGRES_URL, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            yield urlunsplit(parts._replace(path=f"/{name}"))
        finally:
            connection.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


def main() -> None:
    """Run what the arguments say."""
    parser = argparse.ArgumentParser(prog="python -m tests.drills")
    parser.add_argument("drill", choices=["fence", "crash"])
    parser.add_argument("database", choices=["sqlite", "postgres"])
    parser.add_argument("--deliveries", type=int, default=2000)
    parser.add_argument("--times", type=int, default=None, help="holds to place (1000), or senders to kill (200)")
    parser.add_argument("--processes", type=int, default=4, help="with four senders each (fence) or two (crash)")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, database(given.database, Path(name)) as url:
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "nowroom.site.settings",
            "NOWROOM_HOME": name,
            "NOWROOM_DATABASE_URL": url,
            "NOWROOM_ALLOW_PRIVATE": "127.0.0.0/8",
        }
        print(json.dumps(_run(given)))  # noqa: T201 - the report is the output


def _run(given: argparse.Namespace) -> dict[str, object]:
    import django
    from django.core.management import call_command
    from django.db import connections

    django.setup()
    call_command("migrate", verbosity=0)

    from tests.drills import crash, fence
    from tests.servers.receiver import http_receiver

    report: fence.Report | crash.Report
    with http_receiver() as receiver:
        size = {"deliveries": given.deliveries, "processes": given.processes, "seed": given.seed}
        if given.drill == "fence":
            report = fence.drill(receiver, holds=given.times or 1000, **size)
        else:
            report = crash.drill(receiver, kills=given.times or 200, **size)
    connections.close_all()
    return report.summary()


if __name__ == "__main__":
    main()
