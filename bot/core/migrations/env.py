"""Alembic's entrance: migrates the connection it is handed, with the tables the caller has imported."""

from typing import Any, Literal

import sqlalchemy as sa
from alembic import context
from sqlmodel import AutoString, SQLModel

from bot.core.columns import UtcDateTime


def render_item(kind: str, item: Any, _context: Any) -> str | Literal[False]:
    """Write our column types as SQLAlchemy's own, so that a migration stays readable and true for ever."""
    if kind != "type":
        return False
    if isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if isinstance(item, AutoString) or (isinstance(item, sa.Enum) and not item.native_enum):
        return f"sa.String(length={item.length})" if item.length else "sa.String()"
    return "sa.JSON()" if isinstance(item, sa.JSON) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=SQLModel.metadata,
    render_as_batch=True,
    render_item=render_item,
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
