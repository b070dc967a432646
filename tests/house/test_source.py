"""The rules of the house, read off the syntax trees. Each check is shown to find a planted break first."""

import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.management import call_command

from tests.house import trees
from tests.house.trees import ROOT, Check, broken, file, places


@pytest.mark.parametrize(
    "line",
    [
        "asset.save()",
        "Asset.objects.create(brand=brand)",
        "Asset.objects.for_brand(brand).update(name='x')",
        "Asset.objects.for_brand(brand).filter(pk=1).delete()",
        "Asset.objects.everywhere().get_or_create(name='x')",
        "rows = Asset.objects.for_brand(brand)\n    rows = rows.filter(pk=1)\n    rows.update(name='x')",
        "hold.in_flight.add(passage)",
        "hold.in_flight.set([])",
    ],
)
def test_a_planted_write_is_found_outside_actions_and_not_inside(line: str) -> None:
    code = f"def view(asset, brand, hold, passage):\n    {line}\n"
    assert len(places(trees.writes_outside_actions, file("content/views.py", code))) == 1
    assert places(trees.writes_outside_actions, file("content/actions.py", code)) == []
    assert places(trees.writes_outside_actions, file("content/actions/editing.py", code)) == []


@pytest.mark.parametrize(
    "line",
    [
        "seen.add(1)",
        "facts.update(name='x')",
        "digest.update(b'')",
        "cache.delete('x')",
        "rows = set()\n    rows.add(1)",
    ],
)
def test_sets_dicts_and_digests_are_no_writes(line: str) -> None:
    assert places(trees.writes_outside_actions, file("content/views.py", f"def view(seen):\n    {line}\n")) == []


def test_writes_live_in_actions_only() -> None:
    assert broken(trees.writes_outside_actions) == []


@pytest.mark.parametrize(
    ("check", "path", "code"),
    [
        (trees.closed_rooms_entered, "desk/views.py", "from nowroom.publishing.rules import NEXT"),
        (trees.closed_rooms_entered, "safety/actions.py", "import nowroom.listening.views"),
        (trees.closed_rooms_entered, "workers/send.py", "from nowroom.publishing import rules"),
        (trees.unscoped_reads, "desk/views.py", "Asset._rows.all()"),
        (trees.unscoped_reads, "desk/views.py", "Asset._default_manager.all()"),
        (trees.unscoped_reads, "desk/views.py", "Asset.objects.filter(pk=1)"),
        (trees.unscoped_reads, "desk/views.py", "get_object_or_404(models.Asset.objects, pk=1)"),
        (trees.everywhere_on_pages, "desk/views.py", "Asset.objects.everywhere()"),
        (trees.model_signals, "content/apps.py", "from django.db.models.signals import post_save"),
        (trees.model_signals, "content/apps.py", "from django.db.models import signals"),
        (trees.model_signals, "content/apps.py", "from django.dispatch import receiver"),
        (trees.clock_reads, "content/rules.py", "utc_now()"),
        (trees.clock_reads, "content/queries.py", "datetime.datetime.now(UTC)"),
        (trees.clock_reads, "content/actions/x.py", "timezone.now()"),
        (trees.clock_reads, "content/models.py", "models.DateTimeField(auto_now=True)"),
    ],
)
def test_a_planted_break_is_found(check: Check, path: str, code: str) -> None:
    assert len(places(check, file(path, code))) == 1


@pytest.mark.parametrize(
    ("check", "path", "code"),
    [
        (trees.closed_rooms_entered, "desk/views.py", "from nowroom.publishing import actions, queries"),
        (trees.closed_rooms_entered, "desk/views.py", "from nowroom.people.web import BrandRequest"),
        (trees.closed_rooms_entered, "content/queries.py", "from nowroom.content.rules import words"),
        (trees.closed_rooms_entered, "content/queries.py", "from nowroom.channels.base import Message"),
        (trees.unscoped_reads, "desk/views.py", "Asset.objects.for_brand(brand).filter(pk=1)"),
        (trees.unscoped_reads, "desk/views.py", "Brand.objects.filter(pk=1)"),
        (trees.everywhere_on_pages, "content/queries.py", "Asset.objects.everywhere()"),
        (trees.clock_reads, "people/web.py", "utc_now()"),
    ],
)
def test_what_the_house_allows_is_not_found(check: Check, path: str, code: str) -> None:
    assert places(check, file(path, code)) == []


def test_across_packages_only_open_rooms_are_entered() -> None:
    assert broken(trees.closed_rooms_entered) == []


def test_no_read_is_unscoped() -> None:
    assert broken(trees.unscoped_reads) == []


def test_pages_never_read_everywhere() -> None:
    assert broken(trees.everywhere_on_pages) == []


def test_there_are_no_model_signals() -> None:
    assert broken(trees.model_signals) == []


def test_nothing_below_the_edge_reads_the_clock() -> None:
    assert broken(trees.clock_reads) == []


_DIRECTIVE = re.compile(r"#?\s*(noqa(:\s*[A-Z]+\d+(,\s*[A-Z]+\d+)*)?|type:\s*ignore(\[[\w,\s-]*\])?|fmt:\s*\w+)")


def _without_reason(code: str) -> Iterator[str]:
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        is_suppression = re.search(r"#\s*(noqa|type:\s*ignore)\b", token.string)
        if (
            token.type == tokenize.COMMENT
            and is_suppression
            and not re.search(r"\w{3}", _DIRECTIVE.sub("", token.string))
        ):
            yield f"{token.start[0]}: {token.string}"


@pytest.mark.parametrize(
    "comment", ["# noqa", "# noqa: S101", "# noqa: S101, E501 -", "# type: ignore[misc]", "# type: ignore # noqa: E501"]
)
def test_a_suppression_without_a_reason_is_found(comment: str) -> None:
    assert list(_without_reason(f"x = 1  {comment}\n"))


@pytest.mark.parametrize("comment", ["# noqa: S101 - a test", "# type: ignore[misc]  # no types there", "# says noqa"])
def test_a_suppression_with_a_reason_is_fine(comment: str) -> None:
    assert not list(_without_reason(f"x = 1  {comment}\n"))


def test_every_suppression_has_its_reason_beside_it() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for path in _python_files()
        for line in _without_reason(path.read_text("utf-8"))
    ]
    assert found == []


def _python_files() -> Iterator[Path]:
    yield ROOT / "conftest.py"
    for folder in ("src", "tests", "bench", "scripts"):
        yield from (ROOT / folder).rglob("*.py")


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, skip_checks=True)
