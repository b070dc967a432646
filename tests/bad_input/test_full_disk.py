"""A disk that is full: a small file system where this machine may mount one, else a limit on the size of files."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from nowroom.site.tests.commands import PLAN, STREAM, nowroom

_SIZE = 64 * 1024


@dataclass(frozen=True)
class Disk:
    """A folder on it, and how large files may grow where the disk itself does not say so."""

    folder: Path
    limit: int | None

    def left(self) -> set[str]:
        """The files that lie on it."""
        return {path.name for path in self.folder.rglob("*") if path.is_file()} - {"ballast"}


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = shutil.which("mount") or "mount"
    mounted = subprocess.run(
        [mount, "-t", "tmpfs", "-o", f"size={_SIZE}", "tmpfs", str(folder)], capture_output=True, check=False
    )
    if mounted.returncode:
        yield Disk(folder, limit=0)
        return
    try:
        (folder / "ballast").write_bytes(bytes(_SIZE))
        yield Disk(folder, limit=None)
    finally:
        subprocess.run([shutil.which("umount") or "umount", str(folder)], check=True)


@pytest.mark.slow
def test_a_rehearsal_writes_its_events_whole_or_not_at_all(disk: Disk, tmp_path: Path) -> None:
    out = disk.folder / "events.jsonl"
    out.touch()
    done = nowroom("rehearse", PLAN, STREAM, "--out", out, home=tmp_path / "home", file_limit=disk.limit)
    assert (done.returncode, done.stdout) == (1, "")
    assert len(done.stderr.splitlines()) == 1
    assert disk.left() == {"events.jsonl"}
    assert out.read_bytes() == b""


def test_a_database_on_it_is_refused_with_a_sentence(disk: Disk, tmp_path: Path) -> None:
    url = f"sqlite:///{disk.folder / 'nowroom.sqlite3'}"
    done = nowroom("migrate", home=tmp_path / "home", file_limit=disk.limit, NOWROOM_DATABASE_URL=url)
    assert done.returncode == 1
    assert done.stderr.startswith("nowroom: ")
    assert len(done.stderr.splitlines()) == 1


def test_a_key_is_never_left_half_written(disk: Disk) -> None:
    home = disk.folder / "home"
    done = nowroom("migrate", home=home, file_limit=disk.limit)
    assert done.returncode == 1
    assert done.stderr.startswith("nowroom: This cannot go on: ")
    assert len(done.stderr.splitlines()) == 1
    assert disk.left() == set()
