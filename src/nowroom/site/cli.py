"""The one command: `nowroom`. Sub-commands live in `commands`, each imported only when it runs."""

import typer

from nowroom.site.commands import audit, demo, rehearse, serve

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
    """Run the command line."""
    app()
