"""`nowroom audit`: checking the record."""

import sys

import typer
from django.db import DatabaseError

from nowroom.site.commands import start

app = typer.Typer(no_args_is_help=True, help="The append-only log.")


@app.callback()
def audit() -> None:
    """The append-only, hash-chained log."""


@app.command()
def verify() -> None:
    """Recompute every chain; status 1 names the first changed, missing or cut-off entry of each."""
    start.setup()
    from nowroom.audit.queries import breaks

    try:
        broken = list(breaks())
    except DatabaseError as error:
        start.refuse(
            f"The log cannot be read: {str(error).strip().splitlines()[0]}. Is NOWROOM_DATABASE_URL the right one?"
        )
    for place in broken:
        sys.stdout.write(f"brand {place.brand_id}, entry {place.number}: {place.reason}\n")
    if broken:
        start.refuse("The log was changed. Restore it from a backup and find out who had access.")
    sys.stderr.write("The log is whole.\n")
