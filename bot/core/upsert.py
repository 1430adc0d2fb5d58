"""Upsert: an INSERT that minds a row with the same key, in the words of both databases."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Executable, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlmodel import SQLModel

from bot.core.prepared import Prepared

INSERTS: dict[str, Callable[[Table], Any]] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def upsert(model: type[SQLModel], build: Callable[[Any], Executable]) -> Prepared:
    """Return what ``build`` makes of the dialect's own INSERT, because SQL's standard has no word for it."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    # Inline: nobody asks for the new row's number, and asking would cost the count of rows.
    return Prepared(lambda dialect: build(INSERTS[dialect](table).inline()))


def insert_new(model: type[SQLModel], key: str) -> Prepared:
    """Return the statement that writes a row unless there is one with its key."""
    return upsert(model, lambda insert: insert.on_conflict_do_nothing(index_elements=[key]))
