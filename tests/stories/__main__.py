"""``python -m tests.stories [NUMBER]``: the end-to-end tests of all stories or of one, then a table.

Status 0 when none failed, 1 when one failed, 2 when there is no story of that number.
"""

import sys
from collections import defaultdict
from collections.abc import Sequence

import pytest

from tests.stories.book import Story, files_of, read_book

_FAILED, _USAGE = 1, 2


class Outcomes:
    """A pytest plugin that notes how each story's tests ended, by the story's number."""

    def __init__(self) -> None:
        self._story_of: dict[str, int] = {}
        self.passed: dict[int, int] = defaultdict(int)
        self.failed: dict[int, int] = defaultdict(int)
        self.left_out: dict[int, int] = defaultdict(int)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note whose tests these are."""
        self._story_of = {item.nodeid: _number(item) for item in items}

    def pytest_deselected(self, items: Sequence[pytest.Item]) -> None:
        """Note what this machine cannot run."""
        for item in items:
            self.left_out[_number(item)] += 1

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a test ended; an error while setting up or cleaning up is a failure, too."""
        story = self._story_of[report.nodeid]
        if report.failed:
            self.failed[story] += 1
        elif report.when == "call":
            self.passed[story] += 1

    def sentence(self, story: Story) -> str:
        """How the story stands."""
        if self.failed[story.number]:
            return f"failed ({self.failed[story.number]})"
        missing = self.left_out[story.number]
        if self.passed[story.number]:
            return f"passed ({missing} not run here)" if missing else "passed"
        if missing:
            return "not run here"
        return "failed (its tests cannot be loaded)" if files_of(story) else "not built yet"


def main(arguments: Sequence[str]) -> int:
    """Run what was asked for, print the table, return the exit status."""
    book = read_book()
    asked = [story for story in book if not arguments or str(story.number) in arguments]
    if unknown := [word for word in arguments if word not in {str(story.number) for story in book}]:
        sys.stderr.write(f"There is no story {', '.join(unknown)}. The stories are 1 to {len(book)}.\n")
        return _USAGE
    files = [str(file) for story in asked for file in files_of(story)]
    outcomes = Outcomes()
    status = pytest.main(["-q", *files], plugins=[outcomes]) if files else pytest.ExitCode.OK
    for story in asked:
        sys.stdout.write(f"{story.number:>3}  {story.title:<30}  {outcomes.sentence(story)}\n")
    ran_well = status in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED}
    return 0 if ran_well else _FAILED


def _number(item: pytest.Item) -> int:
    marker = item.get_closest_marker("story")
    assert marker is not None, f"{item.nodeid} is in a story's file without the marker of a story."
    return int(marker.args[0])


if __name__ == "__main__":
    sys.exit(main([word for word in sys.argv[1:] if word]))
