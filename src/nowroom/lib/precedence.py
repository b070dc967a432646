"""Who goes first on an embedded database.

SQLite lets one writer in at a time and has those who wait poll, so a busy queue can keep an urgent writer out for
seconds. Whoever must go first takes `precedence` around its transaction; actions that can wait are marked
`gives_way`. PostgreSQL queues those who wait for a row in order and needs none of this.
"""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from django.db import connection

P = ParamSpec("P")
R = TypeVar("R")


@contextmanager
def precedence() -> Iterator[None]:
    """Keep those who give way out while the block runs, on every process of this machine."""
    with _locked(fcntl.LOCK_EX):
        yield


def gives_way(action: Callable[P, R]) -> Callable[P, R]:
    """Mark an action that waits, before it begins its transaction, while somebody has precedence.

    Inside a transaction it does not wait: who has precedence may be waiting for that very transaction.
    """

    @wraps(action)
    def waiting(*args: P.args, **kwargs: P.kwargs) -> R:
        if not connection.in_atomic_block:
            with _locked(fcntl.LOCK_SH):
                pass
        return action(*args, **kwargs)

    return waiting


@contextmanager
def _locked(kind: int) -> Iterator[None]:
    path = _path()
    if path is None:
        yield
        return
    with path.open("ab") as handle:
        fcntl.flock(handle, kind)
        yield


def _path() -> Path | None:
    """The lock's file beside the database; None where the database queues its writers itself."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor != "sqlite" or name == ":memory:" or name.startswith("file:"):
        return None
    return Path(f"{name}-precedence")
