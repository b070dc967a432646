"""A channel's limits, each with where it was read and when, from the `limits.toml` beside the channel."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Limit:
    """One number that a channel enforces. `unit` says of what; `checked` is when `source` was last read."""

    value: int
    unit: str
    source: str
    checked: date


def load_limits(package: str) -> Mapping[str, Limit]:
    """The limits of the channel in this package, by name."""
    table = tomllib.loads(files(package).joinpath("limits.toml").read_text(encoding="utf-8"))
    return {name: Limit(**entry) for name, entry in table.items()}
