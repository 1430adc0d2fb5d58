"""Reads about reminders: what is planned, what was sent, and who was not reached."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.core.due import DueRow, DueState
from bot.core.outbox import Outgoing, State
from bot.core.person import Person
from bot.features.shifts.models import Shift
from bot.features.shifts.queries import shift as shift_of

DUE = "reminder"
MESSAGE = "shift.reminder"
ON_THE_WAY = (State.PENDING, State.SENDING, State.HELD)


@dataclass(frozen=True, slots=True)
class Note:
    """What became of one reminder of a shift; ``at`` is its instant (UTC).

    ``missed``: it came too late to be sent to anybody. ``not_reached`` are those who should have got it and did not.
    """

    at: datetime
    waits: bool
    missed: bool
    sent: int = 0
    not_reached: tuple[Person, ...] = ()


def topic_of(shift: Shift) -> str:
    """Return what the reminders of a shift's present revision are found by in the outbox."""
    return f"reminder:{shift.key}:{shift.revision}"


def reminder_notes(session: Session, shift_id: int) -> list[Note]:
    """Return what became of the reminders of a shift's present revision, in their order."""
    shift = shift_of(session, shift_id)
    if shift is None:
        return []
    rows = session.exec(
        select(DueRow)
        .where(DueRow.kind == DUE, DueRow.entity == shift_id, DueRow.revision == shift.revision)
        .order_by(col(DueRow.at))
    ).all()
    told = session.exec(
        select(Outgoing, Person)
        .join(Person, col(Person.id) == col(Outgoing.person_id))
        .where(Outgoing.topic == topic_of(shift))
        .order_by(col(Outgoing.id))
    ).all()
    return [_note(row, [pair for pair in told if pair[0].args["step"] == row.args["step"]]) for row in rows]


def _note(row: DueRow, told: list[tuple[Outgoing, Person]]) -> Note:
    lost = [person for message, person in told if _is_lost(message)]
    return Note(
        at=row.at,
        waits=row.state == DueState.WAITING or any(message.state in ON_THE_WAY for message, _ in told),
        missed=row.state in {DueState.EXPIRED, DueState.DEAD},
        sent=sum(message.state in {State.SENT, State.UNKNOWN} for message, _ in told),
        not_reached=tuple(lost),
    )


def _is_lost(message: Outgoing) -> bool:
    # One that had become pointless, because she gave her place back, is no loss.
    return message.state == State.EXPIRED or (message.state == State.DEAD and message.error != "pointless")
