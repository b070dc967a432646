"""Rehearsals write into a file where channels would publish."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nowroom.accounts.queries import channel


@pytest.fixture(autouse=True)
def public(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The stand-ins' file."""
    settings.STAND_IN_FILE = tmp_path / "public.jsonl"
    channel.cache_clear()
    yield settings.STAND_IN_FILE
    channel.cache_clear()
