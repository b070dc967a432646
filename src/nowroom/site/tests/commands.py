"""The real command line, in processes of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.availability import ROOT

PLAN = ROOT / "docs" / "examples" / "plan.toml"
STREAM = ROOT / "docs" / "examples" / "stream.csv"


_MAIN = """
import resource, sys
limit = int(sys.argv.pop(1))
if limit >= 0:
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
from nowroom.site.cli import main
main()
"""


def nowroom(
    *arguments: str | Path, home: Path, file_limit: int | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run `nowroom` to its end, with a home of its own; no file may grow beyond `file_limit` bytes, if there is one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("NOWROOM_", "DJANGO_"))}
    return subprocess.run(
        [sys.executable, "-c", _MAIN, str(-1 if file_limit is None else file_limit), *map(str, arguments)],
        env=kept | {"NOWROOM_HOME": str(home), "COLUMNS": "200", **environment},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def events(text: str) -> list[dict[str, Any]]:
    """JSON lines as they were told."""
    return [json.loads(line) for line in text.splitlines()]
