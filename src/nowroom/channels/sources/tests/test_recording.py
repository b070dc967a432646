import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest

from nowroom.channels.sources.base import Heard, Listener, Problem, SourceRefusedError
from nowroom.channels.sources.recording import Recording


def _file(directory: Path, name: str, content: str | bytes) -> Path:
    path = directory / name
    data = content.encode() if isinstance(content, str) else content
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path


def _heard(path: Path, cursor: str | None = None) -> Heard:
    """The whole file in one helping."""
    helpings = list(Recording(path, size=10_000).listen(cursor))
    return helpings[0] if helpings else Heard((), cursor)


def test_csv_with_all_columns_is_read(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "stream.csv.gz",
        "event,ts_utc,tweet_id,label,text,author,place,lang,source\n"
        'boston,2013-04-15T18:49:43.123Z,7,on-topic,"Two, ""lines""\nof text",ann,Boston,en,sample\n',
    )
    heard = _heard(path)

    assert heard.problems == ()
    assert heard.posts == (
        {
            "id": "7",
            "ts": datetime(2013, 4, 15, 18, 49, 43, 123_000, UTC),
            "text": 'Two, "lines"\nof text',
            "author": "ann",
            "place": "Boston",
            "lang": "en",
            "source": "sample",
            "url": None,
        },
    )


def test_json_lines_are_read_and_other_keys_are_not_looked_at(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "stream.jsonl",
        '\ufeff{"ts_utc": "2013-04-15T20:49:43+02:00", "text": "Hi", "id": 5, "label": "on-topic"}\n\n'
        '{"ts_utc": "2013-04-15T18:49:44Z", "text": "Ho", "lang": null}\n',
    )
    first, second = _heard(path).posts

    assert (first["id"], first["ts"]) == ("5", datetime(2013, 4, 15, 18, 49, 43, tzinfo=UTC))
    assert (second["id"], second["lang"], second["source"]) == ("3", None, "recording")
    assert "label" not in first


def test_bad_rows_are_named_by_line_and_skipped(tmp_path: Path) -> None:
    path = _file(
        tmp_path,
        "stream.csv",
        b"ts_utc,text\n"
        b"2013-04-15T18:49:43Z,good\n"
        b"yesterday,bad time\n"
        b"0001-01-01T00:00:00+14:00,too early\n"
        b"2013-04-15T18:49:43,no zone\n"
        b"2013-04-15T18:49:43Z,\n"
        b"2013-04-15T18:49:43Z,too,many\n"
        b"2013-04-15T18:49:43Z,\xff\xfe\n"
        b"\n"
        b"2013-04-15T18:49:44Z,good again\n",
    )
    heard = _heard(path)

    assert [post["text"] for post in heard.posts] == ["good", "good again"]
    assert [(problem.line, problem.message) for problem in heard.problems] == [
        (3, "“yesterday” is not a time as in 2013-04-15T18:49:43Z."),
        (4, "“0001-01-01T00:00:00+14:00” is not a time as in 2013-04-15T18:49:43Z."),
        (5, "“2013-04-15T18:49:43” has no zone; write it with a Z."),
        (6, "The row has no “text”."),
        (7, "The row has 3 values for 2 columns."),
        (8, "The row is not text in UTF-8."),
    ]


def test_bad_json_lines_are_named_by_line_and_skipped(tmp_path: Path) -> None:
    path = _file(tmp_path, "s.jsonl", '{"ts_utc": "2013-04-15T18:49:43Z", "text": "good"}\n{"ts_utc":\n[1]\n{}\n')

    assert [(problem.line, problem.message) for problem in _heard(path).problems] == [
        (2, "The line is not JSON."),
        (3, "The line is not a JSON object."),
        (4, "The row has no “ts_utc”."),
    ]


def test_a_field_that_is_far_too_long_is_one_bad_row(tmp_path: Path) -> None:
    path = _file(
        tmp_path, "s.csv", "ts_utc,text\n2013-04-15T18:49:43Z," + "x" * 200_000 + "\n2013-04-15T18:49:43Z,ok\n"
    )
    heard = _heard(path)

    assert [post["text"] for post in heard.posts] == ["ok"]
    assert "not CSV" in heard.problems[0].message


def test_listening_goes_on_after_the_cursor(tmp_path: Path) -> None:
    lines = "".join(f"2013-04-15T18:49:{second:02}Z,post {second}\n" for second in range(10))
    source = Recording(_file(tmp_path, "s.csv", "ts_utc,text\n" + lines), size=4)
    helpings = list(source.listen(None))

    assert isinstance(source, Listener)
    assert [len(heard.posts) for heard in helpings] == [4, 4, 2]
    assert [post["text"] for heard in source.listen(helpings[0].cursor) for post in heard.posts] == [
        f"post {second}" for second in range(4, 10)
    ]
    assert list(source.listen(helpings[-1].cursor)) == []


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("s.csv", "", "is empty"),
        ("s.csv", "time,text\n", "no column “ts_utc”"),
        ("s.jsonl", '{"text": "Hi"}\n', "no column “ts_utc”"),
        ("s.jsonl", '{"text": \n', "first line is not JSON"),
        ("s.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "not text in UTF-8"),
        ("s.csv", b"ts_utc,\xff\n", "not text in UTF-8"),
    ],
)
def test_a_file_that_is_wrong_as_a_whole_is_refused_before_it_is_read(
    tmp_path: Path, name: str, content: str | bytes, sentence: str
) -> None:
    with pytest.raises(SourceRefusedError, match=sentence):
        Recording(_file(tmp_path, name, content)).listen(None)


def test_a_file_that_is_not_there_or_not_compressed_is_refused(tmp_path: Path) -> None:
    fake = tmp_path / "s.csv.gz"
    fake.write_text("ts_utc,text\n")

    for path, sentence in [(tmp_path / "none.csv", "No such file"), (tmp_path, "directory"), (fake, "gzip")]:
        with pytest.raises(SourceRefusedError, match=sentence):
            Recording(path).listen(None)


def test_a_file_that_breaks_off_keeps_what_came_before(tmp_path: Path) -> None:
    rows = "ts_utc,text\n" + "".join(f"2013-04-15T18:49:43Z,post {number * 7919}\n" for number in range(20_000))
    path = _file(tmp_path, "s.csv.gz", rows)
    path.write_bytes(path.read_bytes()[:-2000])
    helpings = list(Recording(path).listen(None))

    assert len(helpings) > 10
    assert helpings[-1].problems[-1].message.startswith("s.csv.gz breaks off")
    assert isinstance(helpings[-1].problems[-1], Problem)
