"""The listen worker against a real feed server, real files, and everything that goes wrong with them."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from nowroom.accounts.queries import network
from nowroom.channels.sources.base import Backoff, Heard
from nowroom.channels.sources.registry import listener
from nowroom.lib.clock import utc_now
from nowroom.listening.actions import add_topic, correct_source, hear, set_source_active
from nowroom.listening.models import Mention, Source, SourceKind
from nowroom.people.queries import actor_for
from nowroom.workers import ear, listen, readers
from nowroom.workers.listen import Listening
from nowroom.workers.tests.scenes import Clock, source
from tests.cast import Cast
from tests.servers.web import Page, web_server
from tests.waiting import until

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("loopback", "patience")]

_ROWS = "ts_utc,id,text\n2026-03-02T08:00:00Z,a,good coffee\n2026-03-02T08:01:00Z,b,more coffee\n"


@pytest.fixture
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at what changed, and keep what was heard, at every turn."""
    monkeypatch.setattr(listen, "REFRESH", timedelta(0))
    monkeypatch.setattr(listen, "PATIENCE", 0.02)
    monkeypatch.setattr(ear, "SAVE_EVERY", 0.0)


@pytest.fixture
def listening(cast: Cast) -> Iterator[Listening]:
    add_topic(cast.brand, name="coffee", query="coffee", by=actor_for(cast.duty_editor), now=cast.now)
    stop = threading.Event()
    yield Listening(utc_now, stop, backoff=lambda: Backoff(first=0.01, ceiling=0.02))
    stop.set()
    for thread in threading.enumerate():
        if isinstance(thread, readers.Reader):
            thread.cancel()
            thread.join()


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "stream.csv"
    path.write_text(_ROWS, encoding="utf-8")
    return path


def _turns_until(listening: Listening, condition: Callable[[], object], complaint: str) -> None:
    def turned() -> object:
        listening.turn()
        return condition()

    until(turned, complaint)


def _heard(cast: Cast) -> list[str]:
    return list(Mention.objects.for_brand(cast.brand).order_by("at").values_list("external_id", flat=True))


def _now(of: Source) -> Source:
    return Source.objects.for_brand(of.brand_id).select_related("brand").get(pk=of.pk)


def _counting(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every address that a reader begins to read."""
    read: list[str] = []
    real = listener

    def counted(kind: str, address: str, **options: object) -> object:
        read.append(address)
        return real(kind, address, **options)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(readers, "listener", counted)
    return read


def _feed(*entries: str) -> bytes:
    items = "".join(f"<item><guid>{entry}</guid><title>{entry} coffee</title></item>" for entry in entries)
    return f"<rss version='2.0'><channel><title>Town</title>{items}</channel></rss>".encode()


def test_a_recorded_file_is_read_once_and_never_again(
    cast: Cast, listening: Listening, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = _counting(monkeypatch)
    of = source(cast, address=str(recording))
    _turns_until(listening, lambda: _now(of).cursor == "3", "the file was not read")
    for _again in range(20):
        listening.turn()
    assert _heard(cast) == ["a", "b"]
    assert _now(of).posts == 2
    assert len(read) == 1


def test_a_finished_file_that_grew_is_read_on_after_a_pause(cast: Cast, listening: Listening, recording: Path) -> None:
    of = source(cast, address=str(recording))
    _turns_until(listening, lambda: _now(of).cursor == "3", "the file was not read")
    recording.write_text(_ROWS + "2026-03-02T08:02:00Z,c,coffee again\n", encoding="utf-8")
    set_source_active(of, active=False, by=actor_for(cast.duty_editor), now=cast.now)
    listening.turn()
    set_source_active(of, active=True, by=actor_for(cast.duty_editor), now=cast.now)
    _turns_until(listening, lambda: _now(of).posts == 3, "it was not read on")
    assert _heard(cast) == ["a", "b", "c"]


def test_a_refused_source_is_shown_as_trouble_and_recovers_once_its_address_is_corrected(
    cast: Cast, listening: Listening, recording: Path
) -> None:
    of = source(cast, address="/nowhere/stream.csv")
    _turns_until(listening, lambda: "cannot be read" in _now(of).trouble, "nobody was told")
    correct_source(_now(of), address=str(recording), by=actor_for(cast.duty_editor), now=cast.now)
    _turns_until(listening, lambda: _now(of).posts == 2, "the corrected address was not read")
    assert _now(of).trouble == ""


def test_a_refused_source_recovers_by_itself_once_it_is_there(cast: Cast, listening: Listening, tmp_path: Path) -> None:
    late = tmp_path / "late.csv"
    of = source(cast, address=str(late))
    _turns_until(listening, lambda: _now(of).trouble, "nobody was told")
    late.write_text(_ROWS, encoding="utf-8")
    _turns_until(listening, lambda: _now(of).posts == 2 and not _now(of).trouble, "it did not recover")


def test_another_address_is_read_from_its_beginning(
    cast: Cast, listening: Listening, recording: Path, tmp_path: Path
) -> None:
    of = source(cast, address=str(recording))
    _turns_until(listening, lambda: _now(of).cursor == "3", "the file was not read")
    other = tmp_path / "other.csv"
    other.write_text("ts_utc,id,text\n2026-03-02T09:00:00Z,z,other coffee\n", encoding="utf-8")
    correct_source(_now(of), address=str(other), by=actor_for(cast.duty_editor), now=cast.now)
    _turns_until(listening, lambda: "z" in _heard(cast), "the other file was not read")
    assert _now(of).cursor == "2"


def test_a_reader_that_dies_is_noticed_shown_and_started_again(
    cast: Cast, listening: Listening, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dead = threading.Event()

    class Dying:
        def listen(self, cursor: str | None) -> Iterator[Heard]:
            yield from listener("replay", str(recording), name="town", network=network()).listen(cursor)
            if not dead.is_set():
                raise RuntimeError("a bug in a source")

    monkeypatch.setattr(readers, "listener", lambda *_args, **_options: Dying())
    of = source(cast, address=str(recording))
    _turns_until(listening, lambda: "stopped unexpectedly" in _now(of).trouble, "nobody noticed")
    assert _heard(cast) == ["a", "b"]
    dead.set()
    recording.write_text(_ROWS + "2026-03-02T08:02:00Z,c,coffee again\n", encoding="utf-8")
    _turns_until(listening, lambda: not _now(of).trouble, "it was not started again")
    assert (_heard(cast), _now(of).posts) == (["a", "b", "c"], 3)


def test_what_could_not_be_kept_is_heard_again_and_counted_once(
    cast: Cast, listening: Listening, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = source(cast, address=str(recording))
    broken = threading.Event()
    real = hear

    def failing(*args: object, **options: object) -> object:
        if not broken.is_set():
            broken.set()
            raise OSError("the disk is full")
        return real(*args, **options)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(ear, "hear", failing)
    _turns_until(listening, lambda: "could not be kept" in _now(of).trouble, "nobody was told")
    _turns_until(listening, lambda: _now(of).posts == 2, "it was not heard again")
    assert _heard(cast) == ["a", "b"]
    assert [count.posts for topic in cast.brand.topics.all() for count in topic.counts.all()] == [1, 1]
    _turns_until(listening, lambda: not _now(of).trouble, "the trouble is still shown")


def test_one_brands_trouble_keeps_no_other_from_being_heard(
    cast: Cast, listening: Listening, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = source(cast, address=str(recording))
    theirs = Source.objects.create(
        brand=cast.other_brand, kind=SourceKind.REPLAY, name="theirs", address=str(recording)
    )
    real = ear.watches

    def failing(brand: object, now: object) -> object:
        if brand == cast.other_brand:
            raise KeyError("a bug in one brand")
        return real(brand, now)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(ear, "watches", failing)
    _turns_until(listening, lambda: _now(of).posts == 2, "the other brand was not heard")
    assert "could not be kept" in _now(theirs).trouble
    assert not Mention.objects.for_brand(cast.other_brand).exists()


def test_a_feed_is_heard_and_its_trouble_goes_when_it_answers_again_without_news(
    cast: Cast, listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"page": Page(_feed("one", "two"))}
    with web_server(lambda _path, _headers: answers["page"]) as server:
        _hurry(monkeypatch)
        of = source(cast, kind=SourceKind.FEED, address=f"{server.url}/feed")
        _turns_until(listening, lambda: len(_heard(cast)) == 2, "the feed was not heard")
        answers["page"] = Page(status=503)
        _turns_until(listening, lambda: "answered 503" in _now(of).trouble, "nobody was told")
        answers["page"] = Page(_feed("one", "two"))
        _turns_until(listening, lambda: not _now(of).trouble, "the trouble is still shown")
    assert _now(of).posts == 2


def test_a_broken_row_is_told_with_its_line(cast: Cast, listening: Listening, recording: Path) -> None:
    recording.write_text(_ROWS + "yesterday,c,coffee\n", encoding="utf-8")
    of = source(cast, address=str(recording))
    _turns_until(listening, lambda: _now(of).trouble, "nobody was told")
    assert _now(of).trouble.startswith("Line 4: “yesterday” is not a time")
    assert _heard(cast) == ["a", "b"]


def test_a_clock_that_jumps_back_keeps_nobody_from_being_heard(
    cast: Cast, recording: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listen, "REFRESH", timedelta(hours=1))
    clock, stop = Clock(cast.now), threading.Event()
    listening = Listening(clock, stop)
    listening.turn()
    of = source(cast, address=str(recording))
    clock.turn(days=-30)
    _turns_until(listening, lambda: _now(of).posts == 2, "it was not heard")
    stop.set()


def test_a_paused_source_is_not_read(cast: Cast, listening: Listening, recording: Path) -> None:
    of = source(cast, address=str(recording))
    set_source_active(of, active=False, by=actor_for(cast.duty_editor), now=cast.now)
    for _turn in range(5):
        assert listening.turn() == 0
    assert _heard(cast) == []


def _hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Feeds are asked without waiting, whatever they answered."""
    real = listener

    def hurried(*args: object, sleep: Callable[[float], object], **options: object) -> object:
        return real(*args, sleep=lambda _seconds: sleep(0.01), **options)  # type: ignore[arg-type] # handed on as they came

    monkeypatch.setattr(readers, "listener", hurried)
