"""What happens by itself: broadcasts leave, and the reports of both kinds are kept true."""

from dataclasses import astuple
from datetime import datetime

from bot.core.due import Appointment, DueRow
from bot.core.outbox import Lane, Message
from bot.core.person import is_coordinator_of
from bot.core.store import UnitOfWork
from bot.features.announcements import queries, rules, services
from bot.features.announcements.models import Broadcast, BroadcastState, move_state
from bot.features.shifts.queries import shift as shift_of

CHUNK = 100  # people told in one unit of work, so that nobody's tap waits for a long list


def on_leave(uow: UnitOfWork, row: DueRow) -> None:
    """Tell the next people of a broadcast."""
    let_leave(uow, row.entity)


def let_leave(uow: UnitOfWork, broadcast_id: int, chunk: int = CHUNK) -> None:
    """Tell the next ``chunk`` people of a broadcast; plans itself again until all are told, never into the night.

    Who it is for, who agrees and whether its author still coordinates are asked anew: a right that was taken away
    within the hold takes the broadcast back.
    """
    found = queries.broadcast(uow.session, broadcast_id)
    if found is None or found.complete:
        return
    if found.state == BroadcastState.HELD and not _begin(uow, found):
        return
    if found.state != BroadcastState.LEAVING:
        return
    left = queries.next_readers(uow.session, found, uow.now, chunk + 1)
    message = Message(kind=queries.MESSAGE, key=found.topic, args={"id": found.key}, lane=Lane.BULK, topic=found.topic)
    services.tell_all(uow, left[:chunk], message)
    found.queued_until = max([found.queued_until, *(person.key for person in left[:chunk])])
    found.complete = len(left) <= chunk
    uow.session.add(found)
    if not found.complete:
        uow.due.soon(Appointment(kind=services.LEAVE, at=uow.now, entity=found.key))
    services.look_soon(uow, "broadcast", found.key)


def _begin(uow: UnitOfWork, found: Broadcast) -> bool:
    """Let a held broadcast go, unless it is night by now (the bot was away) or its author may not any more."""
    shift = services.target_shift(uow, found.target)
    at = rules.decide_leaving(uow.now, uow.zone, shift.starts_at if shift else None)
    author = found.author_id
    entitled = author is None or is_coordinator_of(uow.session, author, found.organisation_id)
    if at > uow.now:
        found.leaves_at = at
        uow.due.soon(Appointment(kind=services.LEAVE, at=at, entity=found.key))
    else:
        found.planned = len(queries.reach(uow.session, found.target, uow.now).people)
        new = BroadcastState.LEAVING if entitled else BroadcastState.RECALLED
        move_state(uow.session, found, BroadcastState.HELD, new)
    services.show_report(uow, "broadcast", found.key)
    return at <= uow.now


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
