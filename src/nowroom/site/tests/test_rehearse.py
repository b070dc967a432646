"""`nowroom rehearse` as docs/reference/cli.md promises it."""

import gzip
import sqlite3
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest

from nowroom.site.tests.commands import PLAN, STREAM, events, nowroom
from tests.availability import DATA

pytestmark = pytest.mark.slow

SUMMARY = {
    "posts", "matched", "signals", "holds", "published", "held", "expired", "seconds", "posts_per_second",
    "signal_to_hold_ms_p99",
}  # fmt: skip


def _lines() -> list[bytes]:
    return STREAM.read_bytes().splitlines(keepends=True)


def test_the_example_is_played_and_only_events_are_on_standard_output(tmp_path: Path) -> None:
    done = nowroom("rehearse", PLAN, STREAM, home=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    told = events(done.stdout)
    assert {one["event"] for one in told} >= {"signal", "hold", "published", "summary"}
    assert [one["event"] for one in told].index("summary") == len(told) - 1
    assert set(told[-1]) >= SUMMARY
    times = [datetime.fromisoformat(one["at"]) for one in told]
    assert all(earlier <= later for earlier, later in pairwise(times))
    for one in told:
        needed = {
            "signal": {"kind", "topic", "count", "expected", "evidence"},
            "hold": {"scope", "deliveries", "reason", "evidence", "signal"},
        }
        assert set(one) >= needed.get(one["event"], set())


def test_bad_rows_are_told_with_their_line_and_counted_and_the_rest_is_played(tmp_path: Path) -> None:
    stream = tmp_path / "stream.csv.gz"
    header, *rows = _lines()
    assert header.startswith(b"id,ts_utc,text")
    bad = [b"x,yesterday,when was that\n", b"y,2026-06-20T20:30:00Z\n", b"z,2026-06-20T20:30:00Z,\n"]
    stream.write_bytes(gzip.compress(b"".join([header, rows[0], *bad, *rows[1:]])))
    out = tmp_path / "events.jsonl"
    done = nowroom("rehearse", PLAN, stream, "--out", out, home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (0, "")
    said = done.stderr.splitlines()
    assert [line.partition(":")[0] for line in said[:3]] == ["line 3", "line 4", "line 5"]
    assert said[-1] == "3 rows were skipped."
    assert events(out.read_text("utf-8"))[-1]["posts"] == len(rows)


@pytest.mark.parametrize(
    ("stream", "sentence"),
    [
        (b"id,when,text\n1,2,3\n", "has no column “ts_utc”"),
        (b"", "is empty"),
        (b"\xff\xfe\x00\x01", "is not text in UTF-8"),
        (None, "cannot be read"),
    ],
)
def test_a_stream_that_is_wrong_as_a_whole_is_refused_before_anything_is_written(
    tmp_path: Path, stream: bytes | None, sentence: str
) -> None:
    path, out, home = tmp_path / "stream.csv", tmp_path / "events.jsonl", tmp_path / "home"
    if stream is not None:
        path.write_bytes(stream)
    out.write_text("of an earlier rehearsal", encoding="utf-8")
    done = nowroom("rehearse", PLAN, path, "--out", out, home=home)
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert out.read_text("utf-8") == "of an earlier rehearsal"
    assert not home.exists()


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ('window = "20m"', 'window = "soon"', "window is “soon”, expected a length such as 20m"),
        ("northlight OR", "northlight OR (", "column"),
        ("You lit up the river tonight.", "x" * 301, "300"),
    ],
)
def test_a_plan_that_cannot_be_rehearsed_is_refused_and_an_earlier_file_stays(
    tmp_path: Path, old: str, new: str, sentence: str
) -> None:
    text = PLAN.read_text("utf-8")
    assert old in text
    plan, out = tmp_path / "plan.toml", tmp_path / "events.jsonl"
    plan.write_text(text.replace(old, new, 1), encoding="utf-8")
    out.write_text("of an earlier rehearsal", encoding="utf-8")
    done = nowroom("rehearse", plan, STREAM, "--out", out, home=tmp_path / "home")
    assert (done.returncode, done.stdout) == (1, "")
    assert sentence in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert out.read_text("utf-8") == "of an earlier rehearsal"
    assert {path.name for path in tmp_path.iterdir()} <= {"plan.toml", "events.jsonl", "home"}


@pytest.mark.parametrize("arguments", [[], ["--nonsense"], [PLAN], [PLAN, STREAM, "and more"]])
def test_wrong_usage_has_status_two(tmp_path: Path, arguments: list[str | Path]) -> None:
    done = nowroom("rehearse", *arguments, home=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage" in done.stderr


def test_a_named_database_is_kept_and_is_not_played_on_twice(tmp_path: Path) -> None:
    path = tmp_path / "kept.sqlite3"
    url = f"sqlite:///{path}"
    assert nowroom("rehearse", PLAN, STREAM, "--db", url, home=tmp_path).returncode == 0
    with sqlite3.connect(path) as database:
        assert database.execute("SELECT count(*) FROM safety_hold").fetchone()[0] >= 1
    again = nowroom("rehearse", PLAN, STREAM, "--db", url, home=tmp_path)
    assert (again.returncode, again.stdout) == (1, "")
    assert "already has an organization" in again.stderr


@pytest.mark.parametrize(
    "url",
    ["nonsense", "sqlite:////nowhere/at/all.sqlite3", "postgres://nobody@127.0.0.1:1/nothing"],
)
def test_a_database_that_cannot_be_used_is_refused_with_a_sentence(tmp_path: Path, url: str) -> None:
    done = nowroom("rehearse", PLAN, STREAM, "--db", url, home=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("nowroom: ")
    assert len(done.stderr.splitlines()) == 1


def test_events_may_go_to_a_device(tmp_path: Path) -> None:
    assert nowroom("rehearse", PLAN, STREAM, "--out", "/dev/null", home=tmp_path).returncode == 0
    assert Path("/dev/null").is_char_device()


@pytest.mark.data
def test_the_queue_is_pulled_in_boston(tmp_path: Path) -> None:
    """What the public record of 15 April 2013 asks: see story 2."""
    plan = DATA.parent / "rehearsals" / "boston.toml"
    done = nowroom("rehearse", plan, DATA / "crisis_t6_boston_replay.csv.gz", home=tmp_path)
    assert done.returncode == 0, done.stderr
    told = events(done.stdout)
    blast, latest = (datetime(2013, 4, 15, 18, *at, tzinfo=UTC) for at in ((49, 43), (55, 51)))
    held = {
        name: datetime.fromisoformat(one["at"]) for one in told if one["event"] == "hold" for name in one["deliveries"]
    }
    assert set(held) == {"runners-infographic", "runners-mail"}
    assert all(blast < at <= latest for at in held.values())
    holds = [one for one in told if one["event"] == "hold"]
    assert all(datetime.fromisoformat(one["at"]) > blast for one in holds)
    assert all(one["evidence"] for one in holds)
    out = {one["delivery"]: datetime.fromisoformat(one["at"]) for one in told if one["event"] == "published"}
    due = {"morning-cheer": 12, "recipe": 15, "singapore-jobs": 20}
    assert out == {name: datetime(2013, 4, 15, hour, tzinfo=UTC) for name, hour in due.items()}
