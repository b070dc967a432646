"""`nowroom demo`: a made-up brand and a made-up evening, played while the pages are served."""

import os
import shutil
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from nowroom.site.commands import serve, start

if TYPE_CHECKING:
    from nowroom.rehearsal.demo.player import Player

ADDRESS = "http://{host}:{port}"
# A folder with this file in it is a demo's, and may be emptied.
MARK = "made-by-nowroom-demo"
WELCOME = """
  Nowroom demo: a made-up brand on a made-up evening. Nothing leaves this machine.

  Open      {address}/
  Sign in   {email}
  Password  {password}

  What the public would see:  {address}/public/
  The evening begins when you sign in. Stop with Ctrl-C; every start begins anew.
"""


def demo(
    host: serve.Host = "127.0.0.1",
    port: serve.Port = 8000,
    home: Annotated[Path | None, typer.Option(help="folder for the demo's data, emptied at every start")] = None,
    speed: Annotated[
        float,
        typer.Option(
            min=1, max=10, help="how many times faster than in real time people write; what is queued keeps its times"
        ),
    ] = 1.0,
) -> None:
    """Watch story 2 play out: chatter, an opportunity, then something terrible and the fence going up by itself."""
    folder = (home or Path(tempfile.gettempdir()) / "nowroom-demo").resolve()
    _isolate(folder, ADDRESS.format(host=host, port=port))
    start.setup()
    start.migrate_database()
    typer.echo("Setting the stage …", err=True)
    player, email, password = _prepare(speed)
    stop = threading.Event()
    workers = [
        *serve.senders(2, stop),
        serve.worker("tick", stop),
        serve.worker("letters", stop),
        _player_thread(player, stop),
    ]
    typer.echo(WELCOME.format(address=ADDRESS.format(host=host, port=port), email=email, password=password))
    serve.run_pages(host, port, workers, stop)


def _isolate(folder: Path, address: str) -> None:
    """A fresh home of its own, whatever the environment says: a demo never touches real data."""
    if folder.exists():
        if not (folder / MARK).exists() and (not folder.is_dir() or any(folder.iterdir())):
            start.refuse(f"{folder} holds something that is not a demo's. Name another folder with --home.")
        shutil.rmtree(folder)
    folder.mkdir(mode=0o700, parents=True)
    (folder / MARK).touch()
    os.environ["NOWROOM_HOME"] = str(folder)
    os.environ["NOWROOM_STAND_IN_FILE"] = str(folder / "public.jsonl")
    os.environ["NOWROOM_DATABASE_URL"] = f"sqlite:///{folder / 'demo.sqlite3'}"
    os.environ["NOWROOM_BASE_URL"] = address
    os.environ["NOWROOM_MAIL_HOST"] = ""


def _prepare(speed: float) -> tuple["Player", str, str]:
    from nowroom.lib.clock import utc_now
    from nowroom.rehearsal.demo.brand import PASSWORD, set_up
    from nowroom.rehearsal.demo.player import Player

    cast = set_up(now=utc_now())
    player = Player(cast, utc_now, speed=speed)
    player.rehearse_the_past()
    return player, cast.duty_editor.email, PASSWORD


def _player_thread(player: "Player", stop: threading.Event) -> threading.Thread:
    from nowroom.workers import loop

    return threading.Thread(target=loop.run, args=("demo", player.turn, stop), name="demo", daemon=True)
