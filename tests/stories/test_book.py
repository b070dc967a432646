"""The book of stories, and the command that runs them."""

from pathlib import Path

import pytest

from tests.stories.__main__ import Outcomes, main
from tests.stories.book import Story, files_of, read_book


def test_the_book_has_twelve_stories_in_order() -> None:
    assert [story.number for story in read_book()] == list(range(1, 13))


def test_every_file_of_a_story_is_one_in_the_book() -> None:
    named = {file for story in read_book() for file in files_of(story)}
    assert named == set(Path(__file__).parent.glob("test_story_*.py"))


def test_a_storys_file_is_named_after_its_title() -> None:
    assert Story(9, "Nine o'clock everywhere").file == "test_story_09_nine_oclock_everywhere"


def test_an_unknown_number_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["13"]) == 2
    assert capsys.readouterr().err == "There is no story 13. The stories are 1 to 12.\n"


def test_a_story_without_tests_is_not_built_yet(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["8"]) == 0
    assert capsys.readouterr().out.split(maxsplit=1)[1] == "Three minutes                   not built yet\n"


def test_one_failure_makes_a_story_fail() -> None:
    outcomes = Outcomes()
    outcomes.passed[2], outcomes.failed[2] = 5, 1
    assert outcomes.sentence(Story(2, "The queue is pulled")) == "failed (1)"


def test_tests_that_cannot_be_loaded_are_a_failure() -> None:
    assert Outcomes().sentence(Story(2, "The queue is pulled")) == "failed (its tests cannot be loaded)"


def test_what_could_not_run_here_is_said() -> None:
    outcomes = Outcomes()
    outcomes.left_out[2] = 3
    assert outcomes.sentence(Story(2, "The queue is pulled")) == "not run here"
    outcomes.passed[2] = 1
    assert outcomes.sentence(Story(2, "The queue is pulled")) == "passed (3 not run here)"
