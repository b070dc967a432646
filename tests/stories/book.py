"""The stories as docs/stories.md tells them, and where their tests are."""

import re
from dataclasses import dataclass
from pathlib import Path

from tests.availability import ROOT

_HEADING = re.compile(r"^## (?P<number>\d+)\. (?P<title>.+)$", re.MULTILINE)
_HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Story:
    """One story: its number and its title."""

    number: int
    title: str

    @property
    def file(self) -> str:
        """What the names of its test files begin with."""
        words = re.sub(r"[^a-z0-9]+", "_", self.title.lower().replace("'", "")).strip("_")
        return f"test_story_{self.number:02}_{words}"


def read_book() -> list[Story]:
    """All stories, in the order of the book."""
    text = (ROOT / "docs" / "stories.md").read_text(encoding="utf-8")
    return [Story(int(found["number"]), found["title"]) for found in _HEADING.finditer(text)]


def files_of(story: Story) -> list[Path]:
    """The story's test files; none where it is not built yet."""
    return sorted(_HERE.glob(f"{story.file}*.py"))
