"""Database triggers that back promises which columns and constraints cannot express, on both databases.

A migration calls `refuse(...)`; the rule then holds for every process and for anyone with a database shell.
A table that SQLite rebuilds (an altered column) loses its triggers: such a migration must add them again, and
`tests/house/test_triggers.py` fails until it does.
"""

from collections.abc import Callable

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import RunPython

Step = Callable[[object, BaseDatabaseSchemaEditor], None]


def refuse(table: str, name: str, *, on: str, when: str, message: str) -> RunPython:
    """An operation adding a trigger that refuses a write.

    Args:
        table: the table's name.
        name: the trigger's name, unique in the database.
        on: ``"INSERT"``, ``"UPDATE"`` or ``"DELETE"``.
        when: an SQL condition over ``NEW``/``OLD``, or ``"1 = 1"``; plain SQL that both databases read. It may hold
            sub-selects: PostgreSQL evaluates it inside the function's body, where they are allowed.
        message: what the database error says.

    """

    def forwards(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        for statement in _statements(editor.connection.vendor, table, name, on, when, message):
            editor.execute(statement, None)

    def backwards(_apps: object, editor: BaseDatabaseSchemaEditor) -> None:
        if editor.connection.vendor == "sqlite":
            editor.execute(f"DROP TRIGGER IF EXISTS {name}", None)
        else:
            editor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}", None)
            editor.execute(f"DROP FUNCTION IF EXISTS {name}()", None)

    return RunPython(forwards, backwards)


def _statements(vendor: str, table: str, name: str, on: str, when: str, message: str) -> list[str]:
    quoted = message.replace("'", "''")
    if vendor == "sqlite":
        body = f"BEGIN SELECT RAISE(ABORT, '{quoted}'); END"
        return [f"CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW WHEN {when} {body}"]
    row = "OLD" if on == "DELETE" else "NEW"
    refusal = f"RAISE EXCEPTION USING ERRCODE = 'integrity_constraint_violation', MESSAGE = '{quoted}'"
    body = f"BEGIN IF {when} THEN {refusal}; END IF; RETURN {row}; END"
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
        f"CREATE TRIGGER {name} BEFORE {on} ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()",
    ]
