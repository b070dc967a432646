"""Whatever a user can name is described in docs/reference, and nothing that is not there any more."""

import re
from collections.abc import Iterator

import pytest
import typer
from typer.core import TyperCommand, TyperGroup

from nowroom.channels import registry
from nowroom.people.models import Role
from nowroom.people.rules import GRANTS, Permission
from nowroom.site.cli import app
from tests.house.trees import ROOT, SOURCE

REFERENCE = ROOT / "docs" / "reference"


def _page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def _first_cells(page: str) -> dict[str, str]:
    """Of every table row that starts with a name in code: the name and the row."""
    return {m.group(1): m.group(0) for m in re.finditer(r"^\| `([^`]+)` \|.*$", page, re.MULTILINE)}


def _variables() -> set[str]:
    code = "".join(
        path.read_text(encoding="utf-8")
        for folder in (SOURCE, ROOT / "tests")
        for path in folder.rglob("*.py")
        if "house" not in path.relative_to(ROOT).parts
    )
    return set(re.findall(r'["\'](NOWROOM_[A-Z_]+)["\']', code))


def test_every_setting_is_described_and_no_other() -> None:
    assert set(_first_cells(_page("settings.md"))) == _variables()


def test_every_permission_is_described_and_no_other() -> None:
    assert set(_first_cells(_page("permissions.md"))) == {p.value for p in Permission}


def test_every_role_is_described_with_what_it_grants() -> None:
    rows = _first_cells(_page("roles.md"))
    assert set(rows) == set(Role.values)
    for role in Role:
        granted = {p.value for p in GRANTS[role] - {Permission.VIEW, Permission.HOLD}}
        assert set(re.findall(r"`([a-z_]+)`", rows[role.value])) - {role.value} == granted, role


@pytest.mark.parametrize("slug", registry.slugs())
def test_every_channel_is_described(slug: str) -> None:
    assert slug in _first_cells(_page("channels.md"))
    assert (SOURCE / "channels" / slug / "doc.md").is_file()


def _commands(group: TyperGroup, before: str = "nowroom") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, TyperGroup):
            yield from _commands(command, f"{before} {name}")
        elif isinstance(command, TyperCommand):
            yield f"{before} {name}"


def test_every_command_is_described() -> None:
    root = typer.main.get_command(app)
    assert isinstance(root, TyperGroup)
    missing = [command for command in _commands(root) if f"`{command}" not in _page("cli.md")]
    assert missing == []
