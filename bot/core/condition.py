"""Condition: something the database says of a person; many such questions are asked in one statement."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, exists, false, select, true
from sqlmodel import Session, col

from bot.core.person import Grant, Role

Condition = ColumnElement[bool]

PERSON = bindparam("person", type_=Integer)  # whom a condition asks about


def has(table: Any) -> Condition:
    """The condition that a table with a ``person_id`` has a row of the person's."""
    return exists().where(col(table.person_id) == PERSON)


EVERYBODY: Condition = true()
GRANTED: Condition = has(Grant)  # any role
COORDINATES: Condition = exists().where(
    col(Grant.person_id) == PERSON, col(Grant.role).in_((Role.COORDINATOR, Role.ADMIN))
)


class Conditions:
    """Conditions prepared to be asked together; one that is given twice is asked once."""

    def __init__(self, conditions: Iterable[Condition]) -> None:
        distinct = {id(condition): condition for condition in conditions}
        self._ids = tuple(distinct)
        # Without any there is nothing to ask, but SQL wants a column.
        self._statement = select(*(distinct.values() or (false(),)))

    def hold(self, session: Session, person_id: int) -> set[int]:
        """Return which hold for a person, by the ``id`` of each: comparing conditions would make another one."""
        row = session.execute(self._statement, {"person": person_id}).one()
        return {number for number, holds in zip(self._ids, row, strict=False) if holds}
