"""Held: what was waiting to leave or to be answered when a backup was made, until a human lets it go or throws it away.

Waiting updates of people are held as dead letters, messages in a state of their own; both carry the same note.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, and_, func, or_, update
from sqlmodel import Session, SQLModel, col, select

from bot.core.inbox import InboxState, Incoming
from bot.core.outbox import Outgoing, State
from bot.core.store import UnitOfWork
from bot.features.announcements.models import Broadcast, BroadcastState
from bot.features.announcements.services import look_soon
from bot.operate.opening import open_current_store
from bot.settings import Settings

# Held by a restore and not by a coordinator's stop: the note where otherwise Telegram's refusal is told.
RESTORED = "restored"
UPDATES = and_(col(Incoming.state) == InboxState.DEAD, col(Incoming.error) == RESTORED)
REPORTED = ("announcement", "broadcast")  # topics whose progress coordinators watch


@dataclass(frozen=True, slots=True)
class Pile:
    """The held messages of one kind; instants in UTC."""

    kind: str
    count: int
    oldest: datetime
    newest: datetime


class What(StrEnum):
    """What shall be done with them."""

    SHOW = "show"
    RELEASE = "release"
    DISCARD = "discard"


def settle_held(settings: Settings, what: What) -> list[str]:
    """Show, release or throw away what is held since a restore; return the report, line by line.

    :raises Problem: the database has not the tables of this version.
    """
    store = open_current_store(settings)
    try:
        with store.unit_of_work() as uow:
            report = [_line(pile, uow.now) for pile in piles(uow.session)]
            match what:
                case What.SHOW:
                    done = f"{sum(pile.count for pile in piles(uow.session))} messages are held since a restore."
                case What.RELEASE:
                    done = f"{release(uow)} messages are released; the bot sends what still has a point."
                case What.DISCARD:
                    done = f"{discard(uow)} messages are discarded."
        return [*report, done]
    finally:
        store.close()


def _line(pile: Pile, now: datetime) -> str:
    youngest, eldest = _age(now - pile.newest), _age(now - pile.oldest)
    return f"{pile.count:6} {pile.kind}, written {eldest} ago" + (f" to {youngest} ago" if youngest != eldest else "")


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds())) // 60
    if minutes < 2 * 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 2 * 24 * 60 else f"{minutes // (24 * 60)} d"


def hold(uow: UnitOfWork) -> int:
    """Hold everything that waits to be handled or to leave; return how many. Only a restore does this."""
    uow.session.flush()
    waiting = col(Outgoing.state).in_((State.PENDING, State.SENDING))
    updates = _set(uow, Incoming, col(Incoming.state) == InboxState.NEW, state=InboxState.DEAD, error=RESTORED)
    return updates + _set(uow, Outgoing, waiting, state=State.HELD, error=RESTORED)


def piles(session: Session) -> list[Pile]:
    """Return what is held since a restore, by kind."""
    kind = func.coalesce(func.nullif(Outgoing.kind, ""), Outgoing.verb)
    age = func.min(Outgoing.created_at), func.max(Outgoing.created_at)
    query = select(kind, func.count(), *age).where(_is_held(session)).group_by(kind).order_by(kind)
    return [*(Pile(*row) for row in session.exec(query)), *_updates(session)]


def _updates(session: Session) -> list[Pile]:
    age = func.min(Incoming.received_at), func.max(Incoming.received_at)
    count, oldest, newest = session.exec(select(func.count(), *age).where(UPDATES)).one()
    return [Pile("from people, to be answered", count, oldest, newest)] if count else []


def release(uow: UnitOfWork) -> int:
    """Let everything go that is held since a restore; return how many. What became pointless is dropped on its way."""
    _report(uow)
    updates = _set(uow, Incoming, UPDATES, state=InboxState.NEW, error="")
    return updates + _set(uow, Outgoing, _is_held(uow.session), state=State.PENDING, error="", tries=0)


def discard(uow: UnitOfWork) -> int:
    """Throw away, as come too late, what is held since a restore; return how many."""
    _report(uow)
    updates = _set(uow, Incoming, UPDATES, state=InboxState.DONE, body="", sender=None)
    return updates + _set(uow, Outgoing, _is_held(uow.session), state=State.EXPIRED, error="discarded", body=None)


def _is_held(session: Session) -> ColumnElement[bool]:
    # A broadcast that was let go after the restore and stopped again is its coordinator's matter.
    stopped = session.exec(select(Broadcast).where(Broadcast.state == BroadcastState.STOPPED)).all()
    topics = [broadcast.topic for broadcast in stopped]
    free = or_(col(Outgoing.topic).is_(None), col(Outgoing.topic).not_in(topics))
    return and_(col(Outgoing.state) == State.HELD, col(Outgoing.error) == RESTORED, free)


def _report(uow: UnitOfWork) -> None:
    topics = uow.session.exec(select(Outgoing.topic).where(_is_held(uow.session)).distinct()).all()
    for topic in topics:
        kind, _, entity = (topic or "").partition(":")
        if kind in REPORTED:
            look_soon(uow, kind, int(entity))


def _set(uow: UnitOfWork, table: type[SQLModel], which: ColumnElement[bool], **values: object) -> int:
    change = update(table).where(which).values(values).execution_options(synchronize_session=False)
    changed = uow.session.execute(change)
    uow.outbox.touched = True
    return int(changed.rowcount)  # type: ignore[attr-defined]
