"""Column types that mean the same on SQLite and PostgreSQL."""

from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, BigInteger, Column, DateTime, Dialect, Enum, ForeignKey, Integer, TypeDecorator
from sqlmodel import SQLModel

# Tables are never validated by pydantic: what that would take is made when somebody asks for it, not at the start.
SQLModel.model_config["defer_build"] = True


class UtcDateTime(TypeDecorator[datetime]):
    """An instant in UTC; naive values are refused because nobody could say which zone they were in."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Store the instant in UTC (SQLite keeps it without a zone)."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        utc = value.astimezone(UTC)
        return utc.replace(tzinfo=None) if dialect.name == "sqlite" else utc

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Give the instant back aware, in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def instant(*, nullable: bool = False, index: bool = False) -> Column[Any]:
    """Make a column for an instant in UTC."""
    return Column(UtcDateTime, nullable=nullable, index=index)


def big(*, nullable: bool = False, index: bool = False, unique: bool = False) -> Column[Any]:
    """Make a column for a Telegram id, which needs 52 bits."""
    return Column(BigInteger, nullable=nullable, index=index, unique=unique)


def choice(kind: type[StrEnum], *, index: bool = False) -> Column[Any]:
    """Make a column for one of a few words, kept as plain text: a new word then needs no migration."""
    words = Enum(kind, native_enum=False, create_constraint=False, length=32, values_callable=_values)
    return Column(words, nullable=False, index=index)


def _values(kind: type[StrEnum]) -> list[str]:
    return [member.value for member in kind]


def json_column(*, nullable: bool = False) -> Column[Any]:
    """Make a column for a small JSON value."""
    return Column(JSON(none_as_null=True), nullable=nullable)


def key_to(target: str, *, nullable: bool = False, primary: bool = False) -> Column[Any]:
    """Make an indexed reference to ``table.id``; rows behind it are removed by their erasers, never silently."""
    return Column(Integer, ForeignKey(target), nullable=nullable, index=not primary, primary_key=primary)
