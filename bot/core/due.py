"""Due: instants that wait; one tick asks what is due, nothing lives in memory."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, bindparam, case, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import instant, json_column, key_to
from bot.core.prepared import Prepared
from bot.core.upsert import insert_new, upsert

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


def _waits_again(insert: Any) -> Any:
    """Let a row wait (anew, if it is settled). It is written in any case: whoever is just doing it holds its lock, so
    what is planned meanwhile is either seen by her or waits anew once she is done.
    """
    at = case((col(DueRow.state) == DueState.WAITING, col(DueRow.at)), else_=insert.excluded.at)
    changed = {"state": DueState.WAITING, "at": at, "args": insert.excluded.args, "tries": 0, "error": ""}
    return insert.on_conflict_do_update(index_elements=["key"], set_=changed)


PLAN = insert_new(DueRow, "key")
SOON = upsert(DueRow, _waits_again)


class Due:
    """The due rows of one unit of work."""

    def __init__(self, session: Session) -> None:
        self.session = session

    def plan(self, appointment: Appointment) -> bool:
        """Plan something once; return False if it is (or was) planned already."""
        return PLAN.run(self.session, _row(appointment)) == 1

    def soon(self, appointment: Appointment) -> None:
        """Plan something that may recur: if it waits already that is enough, if it is done it waits anew."""
        SOON.run(self.session, _row(appointment))

    def drop(self, kind: str, entity: int, person_id: int | None = None) -> None:
        """Take back what waits for this entity (and person, if named)."""
        query = delete(DueRow).where(
            col(DueRow.kind) == kind, col(DueRow.entity) == entity, col(DueRow.state) == DueState.WAITING
        )
        if person_id is not None:
            query = query.where(col(DueRow.person_id) == person_id)
        self.session.execute(query)


def _row(a: Appointment) -> dict[str, Any]:
    values = {name: getattr(a, name) for name in ("kind", "at", "entity", "revision", "person_id", "args", "wall")}
    return {"key": a.key, "expires_at": a.expires_at, **values}


DUE = Prepared(
    select(DueRow.id, DueRow.kind)
    .where(DueRow.state == DueState.WAITING, col(DueRow.at) <= bindparam("now"))
    .order_by(col(DueRow.at), col(DueRow.id))
    .limit(bindparam("most"))
)
TAKEN = (
    select(DueRow)
    .where(col(DueRow.id).in_(bindparam("rows", expanding=True)), DueRow.state == DueState.WAITING)
    .where(col(DueRow.at) <= bindparam("now"))
    .order_by(col(DueRow.at), col(DueRow.id))
    .with_for_update()
)


def due_rows(session: Session, now: datetime, limit: int) -> list[tuple[int, str]]:
    """Return what is due now, the longest waiting first: its number and its kind."""
    return [(number, kind) for number, kind in DUE.rows(session, {"now": now, "most": limit})]


def take_due(session: Session, numbers: list[int], now: datetime) -> list[DueRow]:
    """Settle those of these rows that are still due: as done, or as expired where they come too late."""
    rows = list(session.exec(TAKEN, params={"rows": numbers, "now": now}))
    for row in rows:
        late = row.expires_at is not None and now >= row.expires_at
        row.state = DueState.EXPIRED if late else DueState.DONE
        session.add(row)
    return rows


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
