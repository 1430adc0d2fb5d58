"""Inbox: every update of Telegram, kept before Telegram is told that we have it."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, UniqueConstraint, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import big, instant

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
    sender: int | None = Field(default=None, sa_column=big(nullable=True, index=True))  # for erasure only
    body: str = ""
    state: str = InboxState.NEW
    tries: int = 0
    error: str = ""
    received_at: datetime = Field(sa_column=instant(index=True))


def keep_updates(session: Session, updates: Sequence[Mapping[str, Any]], now: datetime) -> int:
    """Keep raw updates that are not kept yet, in their order; return how many were new."""
    newest = session.exec(select(Incoming).order_by(col(Incoming.id).desc()).limit(1)).first()
    epoch = newest.epoch if newest else 0
    if newest and now - newest.received_at >= QUIET:
        epoch += 1
    ids = [int(update["update_id"]) for update in updates]
    known = set(
        session.exec(select(Incoming.update_id).where(Incoming.epoch == epoch, col(Incoming.update_id).in_(ids)))
    )
    kept = 0
    for update_id, update in zip(ids, updates, strict=True):
        if update_id in known:
            continue
        known.add(update_id)
        session.add(_incoming(epoch, update, now))
        kept += 1
    session.flush()
    return kept


def _incoming(epoch: int, update: Mapping[str, Any], now: datetime) -> Incoming:
    return Incoming(
        epoch=epoch,
        update_id=int(update["update_id"]),
        sender=_sender(update),
        body=json.dumps(update),
        received_at=now,
    )


def _sender(update: Mapping[str, Any]) -> int | None:
    for part in update.values():
        sender = part.get("from") if isinstance(part, Mapping) else None
        number = sender.get("id") if isinstance(sender, Mapping) else None
        if isinstance(number, int) and abs(number) < 2**62:
            return number
    return None


def waiting_updates(session: Session, limit: int) -> list[Incoming]:
    """Return the oldest updates that wait to be handled."""
    query = select(Incoming).where(Incoming.state == InboxState.NEW).order_by(col(Incoming.id)).limit(limit)
    return list(session.exec(query))


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
