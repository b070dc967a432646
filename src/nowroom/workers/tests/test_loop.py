"""The loop around every worker: what fails is survived."""

import logging
import threading
from datetime import timedelta

import pytest

from nowroom.workers import loop
from tests.waiting import until

pytestmark = pytest.mark.django_db(transaction=True)
_AT_ONCE = timedelta(milliseconds=1)


class Turns:
    """Counts its turns; raises in those that are named."""

    def __init__(self, *, failing: tuple[int, ...] = (), last: int = 5) -> None:
        self.count = 0
        self.stop = threading.Event()
        self._failing = failing
        self._last = last

    def __call__(self) -> int:
        self.count += 1
        if self.count >= self._last:
            self.stop.set()
        if self.count in self._failing:
            raise KeyError("a bug")
        return self.count % 2


def test_it_turns_until_it_is_stopped() -> None:
    turns = Turns(last=5)
    loop.run("test", turns, turns.stop, idle=_AT_ONCE)
    assert turns.count == 5


def test_a_turn_that_fails_is_logged_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    turns = Turns(failing=(2, 3), last=4)
    with caplog.at_level(logging.ERROR):
        loop.run("test", turns, turns.stop, idle=_AT_ONCE, troubled=_AT_ONCE)
    assert turns.count == 4
    assert [record.getMessage() for record in caplog.records] == ["test failed; it will be tried again"] * 2
    assert all(record.exc_info for record in caplog.records)


def test_a_failing_turn_is_not_tried_again_at_once() -> None:
    turns = Turns(failing=tuple(range(1, 100)), last=100)
    thread = threading.Thread(target=loop.run, args=("test", turns, turns.stop))
    thread.start()
    until(lambda: turns.count, "it did not begin")
    turns.stop.set()
    thread.join()
    assert turns.count == 1


def test_nothing_runs_after_it_was_stopped() -> None:
    turns = Turns()
    turns.stop.set()
    loop.run("test", turns, turns.stop)
    assert turns.count == 0
