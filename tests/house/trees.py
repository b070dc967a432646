"""The project's own source as syntax trees, and what house rules ask of them. Every check returns what breaks it."""

import ast
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TypeVar

from django.apps import apps

from nowroom.lib.scoping import BrandManager

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "nowroom"
DJANGO_PACKAGES = frozenset(
    app.name.removeprefix("nowroom.") for app in apps.get_app_configs() if "nowroom" in app.name
)
OPEN_ROOMS = frozenset({"actions", "queries", "models", "web"})

_ALWAYS_WRITES = frozenset(
    {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create", "delete"}
)
_WRITES_ON_ROWS = frozenset({"update", "add", "set", "remove", "clear"})
_GIVES_ROWS = frozenset(
    {"objects", "_rows", "everywhere", "for_brand", "filter", "exclude", "all", "select_for_update"}
)
_CLOCKS = frozenset(
    {"utc_now", "datetime.now", "datetime.utcnow", "datetime.today", "date.today", "timezone.now", "time.time"}
)
_BACK_DOORS = frozenset({"_rows", "_default_manager", "_base_manager"})
_SCOPED_READS = frozenset({"for_brand", "everywhere", "create", "bulk_create"})
_SIGNALS = ("django.db.models.signals", "django.dispatch", "django.core.signals")


@dataclass(frozen=True, slots=True)
class File:
    """One source file; `path` is relative to the package."""

    path: PurePath
    tree: ast.Module

    @property
    def package(self) -> str:
        """The package it belongs to."""
        return self.path.parts[0]

    @property
    def room(self) -> str:
        """The room inside its package: ``actions`` for ``actions.py`` and for what is under ``actions/``."""
        return PurePath(self.path.parts[1]).stem if len(self.path.parts) > 1 else ""


N = TypeVar("N", bound=ast.AST)
Check = Callable[[File], Iterator[ast.AST]]


def file(path: str, code: str) -> File:
    """A made-up file, to show that a check finds something."""
    return File(PurePath(path), ast.parse(code))


def sources() -> Iterator[File]:
    """Every source file of the package but tests and migrations."""
    for path in sorted(SOURCE.rglob("*.py")):
        relative = path.relative_to(SOURCE)
        if not {"tests", "migrations"} & set(relative.parts):
            yield File(relative, ast.parse(path.read_text(encoding="utf-8")))


def broken(check: Check) -> list[str]:
    """Where the project's source breaks a rule: ``path:line: code``."""
    return [where for source in sources() for where in places(check, source)]


def places(check: Check, source: File) -> list[str]:
    """Where one file breaks a rule."""
    return [f"{source.path}:{getattr(node, 'lineno', 0)}: {ast.unparse(node)[:100]}" for node in check(source)]


def writes_outside_actions(source: File) -> Iterator[ast.AST]:
    """Calls that write rows, anywhere but in an `actions` room. The managers themselves live in `lib`."""
    if source.package not in DJANGO_PACKAGES | {"site", "workers", "rehearsal"} or source.room == "actions":
        return
    for scope in _functions(source.tree):
        rows = _row_variables(scope)
        yield from (call for call in _own(scope, ast.Call) if _is_write(call, rows))


def closed_rooms_entered(source: File) -> Iterator[ast.AST]:
    """Imports from another Django package that go past `actions`, `queries`, `models` and `web`."""
    for node in ast.walk(source.tree):
        for name in _imported(node):
            parts = name.split(".")
            foreign = parts[0] == "nowroom" and len(parts) > 2 and parts[1] in DJANGO_PACKAGES - {source.package}
            if foreign and parts[2] not in OPEN_ROOMS:
                yield node


def unscoped_reads(source: File) -> Iterator[ast.AST]:
    """Ways around a brand manager, and uses of it that say neither `for_brand` nor `everywhere`."""
    if source.package == "lib":
        return
    scoped = {m.__name__ for m in apps.get_models() if isinstance(getattr(m, "objects", None), BrandManager)}
    said: set[int] = set()
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Attribute):
            continue
        if node.attr in _BACK_DOORS:
            yield node
        if node.attr in _SCOPED_READS:
            said.add(id(node.value))
        if node.attr == "objects" and _last_name(node.value) in scoped and id(node) not in said:
            yield node


def everywhere_on_pages(source: File) -> Iterator[ast.AST]:
    """Reads of all brands outside of actions and queries: what pages are made of knows its brand."""
    if source.room in {"actions", "queries"} or source.package == "lib":
        return
    yield from (n for n in ast.walk(source.tree) if isinstance(n, ast.Attribute) and n.attr == "everywhere")


def model_signals(source: File) -> Iterator[ast.AST]:
    """Imports of Django's signals."""
    yield from (n for n in ast.walk(source.tree) if any(name.startswith(_SIGNALS) for name in _imported(n)))


def clock_reads(source: File) -> Iterator[ast.AST]:
    """Reads of the clock below the edge."""
    if source.room not in {"rules", "queries", "actions", "models"} and source.package != "engine":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _dotted(node.func) in _CLOCKS:
            yield node
        if isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield node


def _functions(tree: ast.Module) -> Iterator[ast.AST]:
    yield tree
    yield from (n for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)))


def _own(scope: ast.AST, kind: type[N]) -> Iterator[N]:
    """Nodes of a kind in a function, without those of functions inside it."""
    for child in ast.iter_child_nodes(scope):
        if isinstance(child, kind):
            yield child
        if not isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _own(child, kind)


def _row_variables(scope: ast.AST) -> set[str]:
    """Local names that a chain over rows was assigned to."""
    names: set[str] = set()
    for node in _own(scope, ast.Assign):
        if _reaches_rows(node.value, names):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return names


def _is_write(call: ast.Call, rows: set[str]) -> bool:
    func = call.func
    if not isinstance(func, ast.Attribute):
        return False
    # A picture is saved to somewhere: `save(out, "WEBP")`. A row is saved with keywords or nothing.
    if func.attr == "save" and call.args:
        return False
    if func.attr in _ALWAYS_WRITES:
        return not _dotted(func).startswith(("cache.", "session.", "super."))
    return func.attr in _WRITES_ON_ROWS and _reaches_rows(func.value, rows)


def _reaches_rows(node: ast.AST, rows: set[str]) -> bool:
    """Whether a chain of calls and attributes starts at a manager, a query set, or a many-to-many relation."""
    while isinstance(node, (ast.Call, ast.Attribute)):
        if isinstance(node, ast.Attribute) and (node.attr in _GIVES_ROWS or node.attr in _many_relations()):
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return isinstance(node, ast.Name) and node.id in rows


def _many_relations() -> set[str]:
    ours = [m for m in apps.get_models() if m.__module__.startswith("nowroom.")]
    return {field.name for model in ours for field in model._meta.many_to_many}


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _last_name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _dotted(node: ast.AST) -> str:
    """The last two names of what is called: ``datetime.now`` for ``datetime.datetime.now``."""
    if isinstance(node, ast.Attribute):
        owner = _last_name(node.value.func) if isinstance(node.value, ast.Call) else _last_name(node.value)
        return f"{owner}.{node.attr}"
    return _last_name(node)
