"""Settling: what an outcome of a call changes in the store."""

from datetime import timedelta

import structlog
from sqlalchemy import update
from sqlmodel import col

from bot.chat.context import House
from bot.chat.envelope import Envelope
from bot.chat.errors import Outcome, Verdict
from bot.chat.groups import mark_reachable, move_chat
from bot.core.card import Card, card_at
from bot.core.outbox import Outgoing, State, Verb
from bot.core.person import Person
from bot.core.store import UnitOfWork

log = structlog.get_logger()
BACK_OFF = tuple(timedelta(seconds=s) for s in (1, 5, 20, 60))


class Settler:
    """Writes outcomes; every branch leaves the row in a state that says what is true."""

    def __init__(self, house: House) -> None:
        self.house = house

    def settle(self, uow: UnitOfWork, envelope: Envelope, verdict: Verdict, message_id: int | None) -> None:
        """Note what came of one call."""
        row = uow.session.get(Outgoing, envelope.row_id)
        if row is None:  # erased meanwhile
            return
        row.error = verdict.code
        if verdict.outcome in {Outcome.SENT, Outcome.SAME}:
            self._sent(uow, row, envelope, message_id or row.message_id)
        elif verdict.outcome == Outcome.MOVED:
            row.state = State.PENDING
            uow.session.flush()
            move_chat(uow, row.chat_id, verdict.new_chat_id)
        else:
            self._failed(uow, row, verdict)
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

    def _sent(self, uow: UnitOfWork, row: Outgoing, envelope: Envelope, message_id: int | None) -> None:
        row.state, row.sent_at, row.body = State.SENT, uow.now, None
        if row.revision != envelope.revision:  # it changed while it was on its way
            row.state = State.PENDING
        if row.verb in {Verb.STRIP, Verb.COMMANDS} or message_id is None:
            return
        row.message_id = message_id
        if envelope.person_id is None:
            return
        _remember_card(uow, envelope, message_id)
        if row.verb in {Verb.SEND, Verb.SHOW} and envelope.has_buttons:
            person = uow.session.get(Person, envelope.person_id)
            if person:
                person.screen_id = message_id
                uow.session.add(person)

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


def _remember_card(uow: UnitOfWork, envelope: Envelope, message_id: int) -> None:
    """Keep which entity this message shows from now on."""
    card = card_at(uow.session, envelope.chat_id, message_id)
    if envelope.card is None:
        if card:
            uow.session.delete(card)
        return
    kind, entity = envelope.card
    if card is None:
        assert envelope.person_id is not None
        card = Card(
            person_id=envelope.person_id, chat_id=envelope.chat_id, message_id=message_id, kind=kind, entity=entity
        )
    card.kind, card.entity, card.shown = kind, entity, envelope.shown
    uow.session.add(card)
