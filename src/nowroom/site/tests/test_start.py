"""How commands begin: homes, keys and settings."""

import stat
from pathlib import Path

import pytest

from nowroom.site.tests.commands import nowroom


@pytest.mark.slow
def test_a_home_is_made_for_its_owner_alone_and_its_keys_stay_the_same(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert nowroom("migrate", home=home).returncode == 0
    keys = {name: (home / name).read_text("ascii") for name in ("secret.key", "credential.key")}
    assert all(len(key) >= 64 for key in keys.values())
    assert len(set(keys.values())) == 2
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert {stat.S_IMODE((home / name).stat().st_mode) for name in keys} == {0o600}
    assert nowroom("migrate", home=home).returncode == 0
    assert {name: (home / name).read_text("ascii") for name in keys} == keys


@pytest.mark.parametrize("kept", ["secret.key", "holiday.jpg"])
def test_a_demo_never_empties_a_folder_that_is_not_its_own(tmp_path: Path, kept: str) -> None:
    (tmp_path / kept).write_text("of somebody", encoding="utf-8")
    done = nowroom("demo", "--home", tmp_path, home=tmp_path / "elsewhere")
    assert (done.returncode, done.stdout) == (1, "")
    assert "holds something that is not a demo's. Name another folder with --home." in done.stderr
    assert (tmp_path / kept).read_text("utf-8") == "of somebody"


def test_a_setting_that_cannot_be_used_is_told_in_a_sentence(tmp_path: Path) -> None:
    done = nowroom("migrate", home=tmp_path, NOWROOM_MAIL_PORT="none")
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("nowroom: A setting cannot be used: ")
