"""Choosing: which of the waiting messages may leave now, by lane, by chat and by the gate."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, tuple_
from sqlmodel import Session, col, select

from bot.chat.pacing import Gate
from bot.core.outbox import Lane, Outgoing, State
from bot.core.prepared import Prepared

PAGE = 50  # rows looked at together
IDLE = 1.0  # seconds between looks at the outbox when nothing woke us: rows may become due by themselves

Lanes = tuple[Lane, Lane]  # the first and the last of them
ANSWERS, THE_REST, EVERY = (Lane.ANSWER, Lane.ANSWER), (Lane.REMINDER, Lane.BULK), (Lane.ANSWER, Lane.BULK)
WAITING = Prepared(
    select(Outgoing.lane, Outgoing.id, Outgoing.chat_id)
    .where(Outgoing.state == State.PENDING, col(Outgoing.not_before) <= bindparam("now"))
    .where(col(Outgoing.lane).between(bindparam("first"), bindparam("last")))
    .where(tuple_(col(Outgoing.lane), col(Outgoing.id)) > tuple_(bindparam("lane"), bindparam("row")))
    .order_by(col(Outgoing.lane), col(Outgoing.id))
    .limit(bindparam("most"))
)
START = (-1, 0)  # before the first lane and row


@dataclass(frozen=True, slots=True)
class Chosen:
    """Rows that may leave now. Of those that may not, one may in ``wait`` seconds, or when the gate lets more out."""

    ids: list[int]
    wait: float = IDLE
    more: bool = False


def something_waits(session: Session, now: datetime) -> bool:
    """Say whether there is anything to choose from."""
    return bool(_page(session, now, EVERY, START, 1))


def choose(session: Session, now: datetime, gate: Gate, busy: Collection[int]) -> Chosen:
    """Pick one row a chat, so that a chat's messages keep their order: all answers the gate lets out, then the rest.

    ``busy`` are the chats to which something is under way.
    """
    taken, free = set(busy), gate.free()
    answers = _choose(session, now, gate, taken, (ANSWERS, free))
    rest = _choose(session, now, gate, taken, (THE_REST, min(free - len(answers.ids) - gate.reserved, gate.spaced())))
    return Chosen(answers.ids + rest.ids, min(answers.wait, rest.wait), rest.more)


def _choose(session: Session, now: datetime, gate: Gate, taken: set[int], quota: tuple[Lanes, int]) -> Chosen:
    lanes, most = quota
    ids: list[int] = []
    wait, after = IDLE, START
    while page := _page(session, now, lanes, after, PAGE):
        for lane, row, chat_id in page:
            if chat_id in taken:
                continue
            if len(ids) >= most:
                return Chosen(ids, wait, more=True)
            taken.add(chat_id)
            pause = gate.chat_wait(chat_id) if lane != Lane.ANSWER or chat_id < 0 else 0.0
            if pause > 0:
                wait = min(wait, pause)
            else:
                ids.append(row)
            after = (lane, row)
        if len(page) < PAGE:
            break
        after = tuple(page[-1][:2])
    return Chosen(ids, wait)


def _page(session: Session, now: datetime, lanes: Lanes, after: tuple[int, int], most: int) -> Sequence[Any]:
    values = {"now": now, "first": lanes[0], "last": lanes[1], "lane": after[0], "row": after[1], "most": most}
    return WAITING.rows(session, values)
