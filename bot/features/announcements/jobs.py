"""What happens by itself: broadcasts leave, and the reports of both kinds are kept true."""

from dataclasses import astuple
from datetime import datetime

from bot.core.due import Appointment, DueRow
from bot.core.store import UnitOfWork
from bot.features.announcements import queries, rules, services
from bot.features.shifts.queries import shift as shift_of


def on_leave(uow: UnitOfWork, row: DueRow) -> None:
    """Tell the next people of a broadcast."""
    services.let_leave(uow, row.entity)


def on_look_at_announcement(uow: UnitOfWork, row: DueRow) -> None:
    """Bring the report on a shift's announcement up to date, until the shift begins."""
    shift = shift_of(uow.session, row.entity)
    if shift is None:
        return
    topic = queries.announcement_topic(row.entity)
    standing = queries.standing(uow.session, topic)
    answers = queries.answers(uow.session, row.entity, topic)
    seen = [shift.state, *_counts(standing), *astuple(answers)]
    _show_if_new(uow, row, "announcement", seen)
    _look_again(uow, row, standing, (shift.published_at or uow.now, shift.starts_at))


def on_look_at_broadcast(uow: UnitOfWork, row: DueRow) -> None:
    """Bring the report on a broadcast up to date, as long as messages wait."""
    found = queries.broadcast(uow.session, row.entity)
    if found is None:
        return
    standing = queries.broadcast_standing(uow.session, found)
    _show_if_new(uow, row, "broadcast", [found.state, *_counts(standing)])
    _look_again(uow, row, standing, (found.leaves_at, found.leaves_at))


def _counts(standing: rules.Standing) -> list[int]:
    return [standing.sent, standing.waiting, standing.stopped, standing.unreachable, standing.dropped]


def _show_if_new(uow: UnitOfWork, row: DueRow, kind: str, seen: list[object]) -> None:
    # An edit that changes nothing costs a call all the same.
    if row.args.get("seen") != seen:
        row.args = {"seen": seen}
        services.show_report(uow, kind, row.entity)


def _look_again(uow: UnitOfWork, row: DueRow, standing: rules.Standing, span: tuple[datetime, datetime]) -> None:
    at = rules.decide_next_look(uow.now, span[0], standing, span[1])
    if at is not None:
        uow.due.soon(Appointment(kind=row.kind, at=at, entity=row.entity))
