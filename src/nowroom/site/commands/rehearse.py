"""`nowroom rehearse`: a fire drill on a recorded stream."""

import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Annotated, BinaryIO

import orjson
import typer
from rich.console import Console
from rich.progress import MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from nowroom.channels.sources.base import Heard, RawPost, SourceRefusedError
from nowroom.channels.sources.recording import Recording
from nowroom.rehearsal.plan import Plan, PlanError, read_plan
from nowroom.site.commands import start

stderr = Console(stderr=True)
# The stage is set this long before the first thing happens.
LEAD = timedelta(days=1)


def rehearse(
    plan_file: Annotated[Path, typer.Argument(metavar="PLAN.toml", help="the brand, its queue and its policy")],
    stream_file: Annotated[Path, typer.Argument(metavar="STREAM", help="CSV or JSON lines, also .gz")],
    out: Annotated[Path | None, typer.Option(help="write events here instead of to standard output")] = None,
    db: Annotated[
        str | None, typer.Option(help="a database URL to rehearse on and keep; throw-away by default")
    ] = None,
) -> None:
    """Play a recorded stream against a plan, in event time, through the real code path.

    Nothing leaves this machine. Events come out as JSON lines in order of event time, with a summary at the end.
    """
    with tempfile.TemporaryDirectory(prefix="nowroom-rehearsal-") as folder:
        try:
            plan = read_plan(plan_file)
            stream = Stream(Recording(stream_file, name=plan.sources[0].name if plan.sources else "stream"))
        except (PlanError, SourceRefusedError) as error:
            start.refuse(str(error))
        _isolate(Path(folder), db)
        start.setup()
        with _sink(out) as sink:
            _play(plan, stream, sink)
    stream.report()


class Stream:
    """The posts of a recording, with what was wrong in it. The first helping is read at once: a bad file is refused."""

    def __init__(self, recording: Recording) -> None:
        self._helpings = recording.listen(None)
        self._first = next(self._helpings, Heard((), None))
        self.skipped = 0

    def posts(self) -> Iterator[RawPost]:
        """All posts in the file's order; problems go to standard error as they come."""
        yield from self._take(self._first)
        for heard in self._helpings:
            yield from self._take(heard)

    def first_post(self) -> RawPost | None:
        """The first readable post of the first helping."""
        return self._first.posts[0] if self._first.posts else None

    def report(self) -> None:
        """Say how many rows were skipped, if any."""
        if self.skipped:
            stderr.print(f"{self.skipped} rows were skipped.")

    def _take(self, heard: Heard) -> Iterable[RawPost]:
        for problem in heard.problems:
            self.skipped += 1
            stderr.print(f"line {problem.line}: {problem.message}", highlight=False)
        return heard.posts


def _isolate(folder: Path, db: str | None) -> None:
    """Point settings at a throw-away home: keys, stand-ins and, unless one was named, the database."""
    os.environ["NOWROOM_HOME"] = str(folder)
    os.environ["NOWROOM_STAND_IN_FILE"] = str(folder / "public.jsonl")
    os.environ["NOWROOM_DATABASE_URL"] = db or f"sqlite:///{folder / 'rehearsal.sqlite3'}"


@contextlib.contextmanager
def _sink(out: Path | None) -> Iterator[BinaryIO]:
    """Where events go. A file is there whole or not at all: what stops the rehearsal leaves an earlier one alone."""
    if out is None:
        yield sys.stdout.buffer
        return
    is_special = out.exists() and not out.is_file()  # a pipe or a device, which is not to be replaced
    part = out if is_special else out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with part.open("wb") as handle:
            yield handle
        if not is_special:
            part.replace(out)
    except OSError as error:
        start.refuse(f"{out} cannot be written: {error.strerror or error}. The rehearsal was stopped.")
    finally:
        if not is_special:
            part.unlink(missing_ok=True)


def _play(plan: Plan, stream: Stream, sink: BinaryIO) -> None:
    from nowroom.lib.errors import Refused
    from nowroom.rehearsal.play import Play
    from nowroom.rehearsal.stage import set_stage

    start.migrate_database()
    first = stream.first_post()
    begin = min([d.due for d in plan.deliveries] + ([first["ts"]] if first else [])) - LEAD
    try:
        stage = set_stage(plan, now=begin)
    except Refused as refusal:
        start.refuse(refusal.message)
    with _progress() as progress:
        task = progress.add_task("posts", total=None)

        def counted() -> Iterator[RawPost]:
            for post in stream.posts():
                progress.advance(task)
                yield post

        Play(stage, lambda event: _write(sink, event), begin).run(counted())


def _write(sink: BinaryIO, event: dict[str, object]) -> None:
    sink.write(orjson.dumps(event, option=orjson.OPT_UTC_Z) + b"\n")
    sink.flush()


def _progress() -> Progress:
    columns = (SpinnerColumn(), TextColumn("{task.description}"), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=stderr, transient=True, disable=not sys.stderr.isatty())
