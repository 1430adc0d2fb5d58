"""Due: instants that wait; one tick asks what is due, nothing lives in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import instant, json_column, key_to

KEPT = timedelta(days=30)  # as long as messages


class DueState(StrEnum):
    """Where a due row stands."""

    WAITING = "waiting"
    DONE = "done"
    EXPIRED = "expired"  # came too late; kept as a note
    DEAD = "dead"  # its job failed again and again


class DueRow(SQLModel, table=True):
    """One thing to do at an instant; ``wall`` keeps the wall time and zone it was planned in."""

    __tablename__ = "due"
    __table_args__ = (Index("due_waiting", "state", "at"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str = Field(index=True)
    entity: int = Field(default=0, index=True)
    revision: int = 0
    person_id: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    args: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    at: datetime = Field(sa_column=instant())
    wall: str = ""
    expires_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    state: str = DueState.WAITING
    tries: int = 0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Appointment:
    """What shall be done when; unique by kind, entity, revision, person and ``step``. Instants are UTC."""

    kind: str
    at: datetime
    entity: int = 0
    revision: int = 0
    person_id: int | None = None
    step: str = ""
    args: dict[str, Any] = field(default_factory=dict)
    wall: str = ""
    expires_at: datetime | None = None

    @property
    def key(self) -> str:
        """The business key."""
        return f"{self.kind}:{self.entity}:{self.revision}:{self.person_id or 0}:{self.step}"


class Due:
    """The due rows of one unit of work."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def plan(self, appointment: Appointment) -> bool:
        """Plan something once; return False if it is (or was) planned already."""
        if self._find(appointment.key) is not None:
            return False
        self._add(appointment)
        return True

    def soon(self, appointment: Appointment) -> None:
        """Plan something that may recur: if it waits already that is enough, if it is done it waits anew."""
        row = self._find(appointment.key)
        if row is None:
            self._add(appointment)
        elif row.state != DueState.WAITING:
            row.state, row.at, row.tries, row.error = DueState.WAITING, appointment.at, 0, ""
            self.session.add(row)

    def drop(self, kind: str, entity: int, person_id: int | None = None) -> None:
        """Take back what waits for this entity (and person, if named)."""
        query = delete(DueRow).where(
            col(DueRow.kind) == kind, col(DueRow.entity) == entity, col(DueRow.state) == DueState.WAITING
        )
        if person_id is not None:
            query = query.where(col(DueRow.person_id) == person_id)
        self.session.execute(query)

    def _find(self, key: str) -> DueRow | None:
        return self.session.exec(select(DueRow).where(DueRow.key == key)).first()

    def _add(self, a: Appointment) -> None:
        self.session.add(
            DueRow(
                key=a.key,
                kind=a.kind,
                entity=a.entity,
                revision=a.revision,
                person_id=a.person_id,
                args=a.args,
                at=a.at,
                wall=a.wall,
                expires_at=a.expires_at,
            )
        )
        self.session.flush()


def due_rows(session: Session, now: datetime, limit: int) -> list[DueRow]:
    """Return what is due now, the longest waiting first."""
    query = (
        select(DueRow)
        .where(DueRow.state == DueState.WAITING, col(DueRow.at) <= now)
        .order_by(col(DueRow.at), col(DueRow.id))
        .limit(limit)
    )
    return list(session.exec(query))


def forget_old_appointments(session: Session, now: datetime) -> None:
    """Drop what was due long ago and is settled; the notes on late reminders have been read by then."""
    settled = col(DueRow.state) != DueState.WAITING
    session.execute(delete(DueRow).where(settled, col(DueRow.at) < now - KEPT))


def next_instant(session: Session, kinds: tuple[str, ...] = ()) -> datetime | None:
    """Return the instant of the next waiting row (of these kinds, if any are named), or nothing."""
    query = select(DueRow.at).where(DueRow.state == DueState.WAITING).order_by(col(DueRow.at)).limit(1)
    if kinds:
        query = query.where(col(DueRow.kind).in_(kinds))
    return session.exec(query).first()
