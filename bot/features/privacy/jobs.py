"""Sweeps away what the last words to an erased person leave in the outbox: her chat's id."""

from datetime import timedelta

from sqlalchemy import delete
from sqlmodel import col, select

from bot.core.due import Appointment, DueRow
from bot.core.outbox import Outgoing, State
from bot.core.store import UnitOfWork

TIDY = "privacy.tidy"
TIDY_AFTER = timedelta(minutes=1)
UNDERWAY = (State.PENDING, State.SENDING, State.HELD)


def tidy(uow: UnitOfWork, row: DueRow) -> None:
    """Drop every settled message behind which no person is kept; come again while some are under way."""
    nobody = col(Outgoing.person_id).is_(None)
    underway = col(Outgoing.state).in_(UNDERWAY)
    uow.session.execute(delete(Outgoing).where(nobody, ~underway))
    if uow.session.exec(select(Outgoing.id).where(nobody, underway).limit(1)).first() is not None:
        uow.due.soon(Appointment(TIDY, at=uow.now + TIDY_AFTER))
