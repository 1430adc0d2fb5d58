"""Upsert: an INSERT that minds a row with the same key, built once."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sqlalchemy import CursorResult, Executable, Table
from sqlmodel import Session, SQLModel


class Upsert:
    """Built by ``build`` from the dialect's own INSERT, because SQL's standard has no word for it."""

    def __init__(self, model: type[SQLModel], build: Callable[[Any], Executable]) -> None:
        self._table: Table = model.__table__  # type: ignore[attr-defined]
        self._build = build
        self._built: dict[str, Executable] = {}

    def run(self, session: Session, values: Any) -> int:
        """Write one row (a mapping) or many (a list of them); return how many rows were written."""
        dialect = session.get_bind().dialect.name
        if dialect not in self._built:
            # Only one of the two is ever used, and importing the other is a twentieth of the start.
            insert = import_module(f"sqlalchemy.dialects.{dialect}").insert
            # Inline: nobody asks for the new row's number, and asking would cost the count of rows.
            self._built[dialect] = self._build(insert(self._table).inline())
        result = session.execute(self._built[dialect], values, execution_options={"preserve_rowcount": True})
        assert isinstance(result, CursorResult)
        return result.rowcount


def insert_new(model: type[SQLModel], key: str) -> Upsert:
    """Return the statement that writes a row unless there is one with its key."""
    return Upsert(model, lambda insert: insert.on_conflict_do_nothing(index_elements=[key]))
