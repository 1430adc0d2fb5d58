"""Upsert: an INSERT that minds a row with the same key, built once for both databases."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import Session, SQLModel


class Upsert:
    """Built by ``build`` from the dialect's own INSERT, because SQL's standard has no word for it."""

    def __init__(self, model: type[SQLModel], build: Callable[[Any], Executable]) -> None:
        table: Table = model.__table__  # type: ignore[attr-defined]
        # Inline: nobody asks for the new row's number, and asking would cost the count of rows.
        self._built = {
            "sqlite": build(sqlite.insert(table).inline()),
            "postgresql": build(postgresql.insert(table).inline()),
        }

    def run(self, session: Session, values: Any) -> int:
        """Write one row (a mapping) or many (a list of them); return how many rows were written."""
        statement = self._built[session.get_bind().dialect.name]
        result = session.execute(statement, values, execution_options={"preserve_rowcount": True})
        assert isinstance(result, CursorResult)
        return result.rowcount


def insert_new(model: type[SQLModel], key: str) -> Upsert:
    """Return the statement that writes a row unless there is one with its key."""
    return Upsert(model, lambda insert: insert.on_conflict_do_nothing(index_elements=[key]))
