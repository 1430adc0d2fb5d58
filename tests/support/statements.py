"""Statements: what the database is asked, by SQLAlchemy and by what is prepared."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event

from bot.core import prepared

STEERING = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "PRAGMA", "SET")  # what neither reads nor writes


@contextmanager
def statements_heard() -> Iterator[list[str]]:
    """Write down the statements of all databases of this process."""
    said: list[str] = []
    execute = prepared.execute

    def hear(statement: str) -> None:
        if not statement.lstrip().upper().startswith(STEERING):
            said.append(statement)

    def on_statement(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        hear(statement)

    def execute_heard(connection: Connection, sql: str, values: Any = (), *, many: bool = False) -> Any:
        hear(sql)
        return execute(connection, sql, values, many=many)

    event.listen(Engine, "before_cursor_execute", on_statement)
    prepared.execute = execute_heard
    try:
        yield said
    finally:
        prepared.execute = execute
        event.remove(Engine, "before_cursor_execute", on_statement)
