"""What the documentation points at is there: pages, headings, decisions, refusals, examples."""

import ast
import re
from pathlib import Path

import pytest

from nowroom.channels.sources.recording import Recording
from nowroom.rehearsal.plan import read_plan
from tests.house.trees import ROOT, SOURCE

DOCS = ROOT / "docs"
PAGES = sorted([*ROOT.glob("*.md"), *DOCS.rglob("*.md")])
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"^(?: {4}|\t).*$|`[^`]*`", re.MULTILINE)


def _headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


def _broken_links(page: Path) -> list[str]:
    found = _LINK.findall(_CODE.sub("", page.read_text(encoding="utf-8")))
    return [link for link in found if "://" not in link and not link.startswith("mailto:") and not _leads(page, link)]


def _leads(page: Path, link: str) -> bool:
    path, _sign, anchor = link.partition("#")
    target = (page.parent / path).resolve() if path else page
    return target.exists() and (not anchor or anchor in _headings(target))


def test_a_broken_link_and_a_missing_heading_are_found(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("# One word\n[a](#one-word) [b](#two) [c](page.md) [d](gone.md) `[e](code.md)` [f](https://x.y/)\n")
    assert _broken_links(page) == ["#two", "gone.md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_leads_somewhere(page: Path) -> None:
    assert _broken_links(page) == []


def test_every_decision_is_in_the_index() -> None:
    pages = {page.name for page in (DOCS / "decisions").glob("[0-9]*.md")}
    listed = _LINK.findall((DOCS / "decisions" / "README.md").read_text(encoding="utf-8"))
    assert sorted(listed) == sorted(pages)


def _refused_codes() -> set[str]:
    """The first argument of every `Refused(...)` in the source that is a plain text."""
    calls = (
        node
        for path in SOURCE.rglob("*.py")
        if "tests" not in path.parts
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refused" and node.args
    )
    return {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}


def test_every_refusal_is_described_and_no_other() -> None:
    page = (DOCS / "reference" / "errors.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)) == _refused_codes()


def test_the_example_of_a_rehearsal_can_be_read() -> None:
    plan = read_plan(DOCS / "examples" / "plan.toml")
    heard = list(Recording(DOCS / "examples" / "stream.csv", name=plan.sources[0].name).listen(None))
    assert [problem for helping in heard for problem in helping.problems] == []
    assert sum(len(helping.posts) for helping in heard) == 40
