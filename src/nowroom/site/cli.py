"""The one command: `nowroom`. Sub-commands live in `commands`, each imported only when it runs."""

import typer
from django.db import DatabaseError

from nowroom.lib.errors import Refused
from nowroom.site.commands import audit, demo, rehearse, serve, start

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Nowroom: what is heard acts on what is queued.")
app.command()(serve.up)
app.command()(demo.demo)
app.command()(serve.web)
app.command()(serve.listen)
app.command()(serve.send)
app.command()(serve.tick)
app.command()(serve.migrate)
app.command()(rehearse.rehearse)
app.add_typer(audit.app, name="audit")


def main() -> None:
    """Run the command line. What a person can mend ends in a sentence and status 1."""
    try:
        app()
    except Refused as refusal:
        start.refuse(refusal.message)
    except DatabaseError as error:
        start.refuse(f"The database cannot be used: {_first_line(error)}. What was being written is undone.")
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        start.refuse(f"This cannot go on: {what}{error.strerror or error}.")


def _first_line(error: Exception) -> str:
    return str(error).strip().partition("\n")[0].rstrip(".")
