"""Inbox: every update of Telegram, kept before Telegram is told that we have it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, Update, bindparam, delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import big, instant
from bot.core.prepared import Prepared
from bot.core.upsert import upsert

# After a week without updates Telegram starts their numbers anew at random (Bot API, Update). A day less is safe,
# because Telegram keeps an update for 24 hours only.
QUIET = timedelta(days=6)
DEAD_LETTERS_KEPT = timedelta(days=7)


class InboxState(StrEnum):
    """Where an update stands."""

    NEW = "new"
    DONE = "done"
    DEAD = "dead"


class Incoming(SQLModel, table=True):
    """One raw update; its body is erased when it is done."""

    __tablename__ = "inbox"
    __table_args__ = (UniqueConstraint("epoch", "update_id"), Index("inbox_waiting", "state", "id"))

    id: int | None = Field(default=None, primary_key=True)
    epoch: int
    update_id: int = Field(sa_column=big())
    sender: int | None = Field(default=None, sa_column=big(nullable=True, index=True))  # of what is not done
    body: str = ""
    state: str = InboxState.NEW
    tries: int = 0
    error: str = ""
    received_at: datetime = Field(sa_column=instant(index=True))


NEWEST = Prepared(select(Incoming.epoch, Incoming.received_at).order_by(col(Incoming.id).desc()).limit(1))
KEEP = upsert(Incoming, lambda insert: insert.on_conflict_do_nothing(index_elements=["epoch", "update_id"]))


def keep_updates(session: Session, updates: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Keep raw updates that are not kept yet, in their order; return how many were new."""
    epoch, received_at = NEWEST.first(session) or (0, now)
    if now - received_at >= QUIET:
        epoch += 1
    return KEEP.run_many(session, [_incoming(epoch, update, now) for update in updates])


def _incoming(epoch: int, update: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    return {
        "epoch": epoch,
        "update_id": int(update["update_id"]),
        "sender": _sender(update),
        "body": json.dumps(update),
        "received_at": now,
    }


def _sender(update: Mapping[str, Any]) -> int | None:
    for part in update.values():
        sender = part.get("from") if isinstance(part, Mapping) else None
        number = sender.get("id") if isinstance(sender, Mapping) else None
        if type(number) is int and abs(number) < 2**62:
            return number
    return None


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that waits to be handled; ``origin`` names it in the keys of what it causes."""

    id: int
    origin: str
    body: str


WAITING = Prepared(
    select(Incoming.id, Incoming.epoch, Incoming.update_id, Incoming.body)
    .where(Incoming.state == InboxState.NEW)
    .order_by(col(Incoming.id))
    .limit(bindparam("most"))
)


def waiting_updates(session: Session, limit: int) -> list[Waiting]:
    """Return the oldest updates that wait to be handled."""
    found = WAITING.rows(session, {"most": limit})
    return [Waiting(number, f"{epoch}.{update_id}", body) for number, epoch, update_id, body in found]


def _claim() -> Update:
    inbox = Incoming.__table__  # type: ignore[attr-defined]
    waits, earlier = inbox.alias(), inbox.alias()
    before = select(earlier.c.id).where(
        earlier.c.sender == waits.c.sender, earlier.c.state == InboxState.NEW, earlier.c.id < waits.c.id
    )
    mine = (
        select(waits.c.id)
        .where(waits.c.id == bindparam("number"), waits.c.state == InboxState.NEW, ~before.exists())
        .with_for_update(of=waits, skip_locked=True)
    )
    done = {"state": InboxState.DONE, "body": "", "sender": None}
    return update(inbox).where(inbox.c.id == mine.scalar_subquery()).values(done)


CLAIM = Prepared(_claim())


def claim_update(session: Session, number: int) -> bool:
    """Take an update to handle it in this very transaction; it is done when that commits.

    Return False if it is done, somebody else has it in hand, or an earlier one of the same person is not done yet.
    """
    return CLAIM.run(session, {"number": number}) == 1


def forget_old_updates(session: Session, now: datetime) -> None:
    """Drop handled updates after the quiet time (none can come again) and dead letters after a week."""
    session.execute(
        delete(Incoming).where(
            col(Incoming.state) == InboxState.DONE,
            col(Incoming.received_at) < now - QUIET - timedelta(days=2),
        )
    )
    session.execute(
        delete(Incoming).where(
            col(Incoming.state) == InboxState.DEAD, col(Incoming.received_at) < now - DEAD_LETTERS_KEPT
        )
    )
