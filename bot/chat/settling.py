"""Settling: what an outcome of a call changes in the store."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import structlog
from sqlalchemy import bindparam, case, delete, func, update
from sqlmodel import SQLModel, col, select

from bot.chat.context import House
from bot.chat.envelope import Envelope
from bot.chat.errors import Outcome, Verdict
from bot.chat.groups import mark_reachable, move_chat
from bot.core.card import Card, card_at
from bot.core.outbox import Outgoing, State, Verb
from bot.core.person import Person
from bot.core.prepared import Prepared
from bot.core.store import UnitOfWork
from bot.core.upsert import upsert

log = structlog.get_logger()
BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 5, 20, 60))
SCREENS = frozenset({Verb.SEND, Verb.SHOW, Verb.REFRESH})
SHOWN = ("person_id", "kind", "entity", "shown", "stamp")


def _table(model: type[SQLModel]) -> Any:
    return model.__table__  # type: ignore[attr-defined]


# Built once and run for many rows at a time; the names of the values differ from the columns'.
LEFT = (
    select(Outgoing.id, Outgoing.verb, Outgoing.message_id)
    .where(col(Outgoing.id).in_(bindparam("rows", expanding=True)))
    .with_for_update()
)
# What changed while it was on its way leaves again.
SENT = Prepared(
    update(_table(Outgoing))
    .where(col(Outgoing.id) == bindparam("row"))
    .values(
        state=case((col(Outgoing.revision) == bindparam("seen"), State.SENT), else_=State.PENDING),
        message_id=func.coalesce(bindparam("message"), col(Outgoing.message_id)),
        sent_at=bindparam("now"),
        error=bindparam("code"),
        body=None,
    )
)
HOLDS = upsert(
    Card,
    lambda insert: insert.on_conflict_do_update(
        index_elements=["chat_id", "message_id"], set_={name: insert.excluded[name] for name in SHOWN}
    ),
)
HOLDS_NONE = Prepared(
    delete(_table(Card)).where(col(Card.chat_id) == bindparam("chat"), col(Card.message_id) == bindparam("message"))
)
SCREEN = Prepared(
    update(_table(Person))
    .where(col(Person.id) == bindparam("person"))
    .where(col(Person.screen_id).is_distinct_from(bindparam("message")))
    .values(screen_id=bindparam("message"))
)


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one call."""

    envelope: Envelope
    verdict: Verdict
    message_id: int | None = None


class Settler:
    """Writes outcomes; every branch leaves the row in a state that says what is true."""

    def __init__(self, house: House) -> None:
        self.house = house

    def settle(self, uow: UnitOfWork, delivered: Sequence[Delivered]) -> None:
        """Note what came of some calls; what was erased meanwhile is passed over."""
        found = uow.session.execute(LEFT, {"rows": [one.envelope.row_id for one in delivered]})
        rows = {number: (Verb(verb), message_id) for number, verb, message_id in found}
        left = [one for one in delivered if one.envelope.row_id in rows]
        sent = [one for one in left if one.verdict.outcome in {Outcome.SENT, Outcome.SAME}]
        if sent:
            SENT.run_many(uow.session, [_note(uow, one, rows[one.envelope.row_id][0]) for one in sent])
            _note_screens(uow, [(one, *rows[one.envelope.row_id]) for one in sent])
        for one in left:
            if one not in sent:
                self._not_sent(uow, one)

    def _not_sent(self, uow: UnitOfWork, one: Delivered) -> None:
        row = uow.session.get_one(Outgoing, one.envelope.row_id)
        row.error = one.verdict.code
        if one.verdict.outcome == Outcome.MOVED:
            row.state = State.PENDING
            uow.session.flush()
            move_chat(uow, row.chat_id, one.verdict.new_chat_id)
        else:
            self._failed(uow, row, one.verdict)
        uow.session.add(row)
        uow.session.flush()

    def _failed(self, uow: UnitOfWork, row: Outgoing, verdict: Verdict) -> None:
        match verdict.outcome:
            case Outcome.VANISHED:
                self._vanished(uow, row)
            case Outcome.UNREACHABLE:
                self._unreachable(uow, row)
            case Outcome.HALT:
                row.state = State.PENDING
            case Outcome.LATER:
                self._later(uow, row)
            case Outcome.UNKNOWN:
                self._unknown(uow, row)
            case _:
                log.error("message_refused", kind=row.kind, verb=row.verb, code=verdict.code)
                row.state, row.body = State.DEAD, None

    def _vanished(self, uow: UnitOfWork, row: Outgoing) -> None:
        if row.verb == Verb.SHOW:  # the screen was deleted: the person still gets her answer
            row.verb, row.message_id, row.state = Verb.SEND, None, State.PENDING
            return
        card = card_at(uow.session, row.chat_id, row.message_id or 0)
        if card:
            uow.session.delete(card)
        row.state, row.body = State.SENT, None

    def _unreachable(self, uow: UnitOfWork, row: Outgoing) -> None:
        row.state, row.body = State.DEAD, None
        waiting = update(Outgoing).where(col(Outgoing.chat_id) == row.chat_id)
        waiting = waiting.where(col(Outgoing.state) == State.PENDING)
        uow.session.execute(waiting.values(state=State.DEAD, body=None, error="unreachable"))
        if row.person_id:
            mark_reachable(uow, row.person_id, False, self.house)

    def _later(self, uow: UnitOfWork, row: Outgoing) -> None:
        row.state = State.PENDING
        row.not_before = uow.now + BACK_OFF[min(row.tries, len(BACK_OFF) - 1)]
        row.tries += 1
        # What waits behind it for the same chat must not overtake it.
        behind = update(Outgoing).where(col(Outgoing.chat_id) == row.chat_id, col(Outgoing.state) == State.PENDING)
        behind = behind.where(col(Outgoing.lane) == row.lane, col(Outgoing.not_before) < row.not_before)
        uow.session.execute(behind.values(not_before=row.not_before))

    def _unknown(self, uow: UnitOfWork, row: Outgoing) -> None:
        if row.once:
            row.state, row.body = State.UNKNOWN, None
        else:
            self._later(uow, row)


def _note(uow: UnitOfWork, one: Delivered, verb: Verb) -> dict[str, Any]:
    message_id = one.message_id if verb in SCREENS else None
    row, seen = one.envelope.row_id, one.envelope.revision
    return {"row": row, "seen": seen, "message": message_id, "now": uow.now, "code": one.verdict.code}


def _note_screens(uow: UnitOfWork, sent: Sequence[tuple[Delivered, Verb, int | None]]) -> None:
    """Remember which message shows what, and which carries a person's live keyboard."""
    shown = [
        (one.envelope, verb, one.message_id or edited)
        for one, verb, edited in sent
        if verb in SCREENS and (one.message_id or edited) and one.envelope.person_id
    ]
    cards = [_card(envelope, message) for envelope, _, message in shown if envelope.card]
    # A new message cannot have been a card before.
    none = [_at(envelope, message) for envelope, verb, message in shown if not envelope.card and verb != Verb.SEND]
    live = [
        # A card keeps its keyboard when something else comes after it.
        {"person": envelope.person_id, "message": None if envelope.card else message}
        for envelope, verb, message in shown
        if verb != Verb.REFRESH and envelope.has_buttons
    ]
    if cards:
        HOLDS.run_many(uow.session, cards)
    if none:
        HOLDS_NONE.run_many(uow.session, none)
    if live:
        SCREEN.run_many(uow.session, live)


def _at(envelope: Envelope, message_id: int | None) -> dict[str, Any]:
    return {"chat": envelope.chat_id, "message": message_id}


def _card(envelope: Envelope, message_id: int | None) -> dict[str, Any]:
    """Return which entity a message shows from now on."""
    assert envelope.card
    kind, entity = envelope.card
    shown = {"kind": kind, "entity": entity, "shown": envelope.shown, "stamp": envelope.stamp}
    return {"person_id": envelope.person_id, "chat_id": envelope.chat_id, "message_id": message_id, **shown}
