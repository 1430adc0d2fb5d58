"""What happens by itself: a shift begins; somebody is erased, or cannot be reached any more."""

from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col, select

from bot.core.due import DueRow
from bot.core.person import Person
from bot.core.store import UnitOfWork
from bot.features.shifts import models, queries, rules, services
from bot.features.shifts.models import Shift, SignUp, SignUpState


def on_began(uow: UnitOfWork, row: DueRow) -> None:
    """Take the buttons off the cards of a shift that has begun."""
    _refresh(uow, row.entity)


def _refresh(uow: UnitOfWork, shift_id: int) -> None:
    uow.cards.refresh(services.CARDS, shift_id)


def show_sign_ups(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Return what a person answered to which shifts, JSON-ready, instants in UTC."""
    query = select(SignUp, Shift).join(Shift, col(Shift.id) == col(SignUp.shift_id))
    found = session.exec(query.where(SignUp.person_id == person_id).order_by(col(SignUp.id)))
    return [
        {**row.model_dump(mode="json", exclude={"id", "person_id"}), "starts_at": shift.starts_at.isoformat()}
        for row, shift in found
    ]


def erase_sign_ups(uow: UnitOfWork, person_id: int) -> None:
    """Remove a person from every list; her places go to the waitlist, and the coordinators hear of those left free."""
    on = {offered.shift.key for offered in queries.shifts_of(uow.session, person_id, uow.now)}
    for row in uow.session.exec(
        select(SignUp).where(SignUp.person_id == person_id).order_by(col(SignUp.shift_id))
    ).all():
        shift = models.locked_shift(uow.session, row.shift_id)
        held = row.state == SignUpState.CONFIRMED
        uow.session.delete(row)
        uow.session.flush()
        if held and shift.key in on:
            services.give_back(uow, shift, person_id)
            if not shift.is_full and not rules.matters_soon(shift, uow.now):  # too few is told already
                services.tell_coordinators(uow, shift, "shift.place_free", str(row.id))
        _refresh(uow, shift.key)


def show_created(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Return which shifts a coordinator made."""
    found = session.exec(select(Shift).where(Shift.created_by == person_id).order_by(col(Shift.id)))
    return [{"shift": shift.key, "created_at": shift.created_at.isoformat()} for shift in found]


def erase_created(uow: UnitOfWork, person_id: int) -> None:
    """Take a coordinator's name off the shifts she made; they stay her organisation's."""
    uow.session.execute(update(Shift).where(col(Shift.created_by) == person_id).values(created_by=None))


def on_unreachable(uow: UnitOfWork, person: Person) -> None:
    """Tell the coordinators once of each place that somebody holds who cannot be reached; nothing is freed."""
    for offered in queries.shifts_of(uow.session, person.key, uow.now):
        uow.cards.refresh("roster", offered.shift.key)
        row = offered.sign_up
        if row and row.state == SignUpState.CONFIRMED:
            services.tell_coordinators(uow, offered.shift, "shift.unreachable", str(row.id), person.key)
