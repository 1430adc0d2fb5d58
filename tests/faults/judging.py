"""Judging: the store and Telegram's ledger held against what must be true after an evening of faults."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field

from sqlalchemy import or_
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from bot.core.card import REFRESH_KIND
from bot.core.due import DueRow, DueState
from bot.core.inbox import InboxState, Incoming
from bot.core.outbox import Outgoing, State, Verb
from bot.core.person import Person
from bot.core.store import Store
from bot.features.shifts.models import Shift, SignUp, SignUpState
from tests.faults.evening import LISTENERS, PLACES, REMINDED, Evening
from tests.faults.witness import Ledger

POINTLESS = "pointless"  # delivery's word for a message that had nothing to say any more
SILENT = {Verb.REFRESH, Verb.COMMANDS}  # what leaves without a message, or may have nothing to change


@dataclass
class UnderWay:
    """How often a kill befell each message between "sending" and "sent", by the number of its row."""

    times: Counter[int] = field(default_factory=Counter)

    def note(self, store: Store) -> int:
        """Look which messages a dead bot left under way; return how many."""
        with store.read() as session:
            left = session.exec(select(Outgoing.id).where(Outgoing.state == State.SENDING)).all()
        self.times.update(row for row in left if row)
        return len(left)


async def until_quiet(store: Store) -> None:
    """Wait until nothing is on its way any more and nothing is due."""
    while not is_quiet(store):
        await asyncio.sleep(0.02)


def is_quiet(store: Store) -> bool:
    """Say whether nothing waits to be handled, sent or done now, and no card to be brought up to date in a moment."""
    now = store.clock.now()
    new = select(Incoming.id).where(Incoming.state == InboxState.NEW)
    waiting = select(Outgoing.id).where(col(Outgoing.state).in_((State.PENDING, State.SENDING)))
    due = select(DueRow.id).where(DueRow.state == DueState.WAITING)
    due = due.where(or_(col(DueRow.at) <= now, col(DueRow.kind) == REFRESH_KIND))
    with store.read() as session:
        # In one statement: between two of them something due may become something to be sent.
        return not any(session.execute(select_columns(new.exists(), waiting.exists(), due.exists())).one())


@dataclass(frozen=True)
class Fate:
    """What became of one message: its row, how often it arrived, and how many kills befell it under way."""

    row: Outgoing
    arrived: int
    took_effect: bool
    kills: int

    def judge(self) -> None:
        """Hold the row against what Telegram counted.

        Telegram takes no key by which it could know a message again (docs/decisions/0001), so a kill between a call
        and its note leaves one of two: a message that must arrive is sent again, one that must not come twice is
        flagged.
        """
        row = self.row
        if row.once:
            # Never twice, and whenever nobody can know, that is said.
            assert self.arrived <= 1, self
            assert row.state == (State.UNKNOWN if self.kills else State.SENT), self
            assert self.arrived == 1 or self.kills, self
            return
        # At most one double for each kill that befell this very message under way.
        assert self.arrived <= 1 + self.kills, self
        if row.state != State.SENT:
            assert (row.state, row.error) == (State.DEAD, POINTLESS), self
        elif row.error != POINTLESS and row.verb not in SILENT:
            assert self.took_effect, self


def judge_messages(store: Store, ledger: Ledger, under_way: UnderWay, doomed: str = "") -> Counter[str]:
    """Hold every row of the outbox against the calls Telegram counted; return how many were doubled and flagged.

    ``doomed`` is a kind whose messages cannot be made.
    """
    assert ledger.anonymous == 0
    with store.read() as session:
        rows = session.exec(select(Outgoing)).all()
    numbered = [(row, row.id or 0) for row in rows]
    fates = [Fate(row, ledger.times(n), ledger.took_effect(n), under_way.times[n]) for row, n in numbered]
    for fate in fates:
        if doomed and fate.row.kind == doomed:
            assert (fate.row.state, fate.arrived) == (State.DEAD, 0), fate
        else:
            fate.judge()
    return Counter(
        messages=len(fates),
        doubled=sum(max(0, fate.arrived - 1) for fate in fates),
        flagged=sum(fate.row.state == State.UNKNOWN for fate in fates),
    )


def judge_updates(store: Store, sent: int, doomed: int = 0) -> None:
    """Every update is in the inbox once and was handled; of ``doomed`` ones the handler fails."""
    with store.read() as session:
        rows = session.exec(select(Incoming.update_id, Incoming.state, Incoming.error)).all()
    assert len({row[0] for row in rows}) == len(rows) == sent
    assert Counter(row[1] for row in rows) == +Counter({InboxState.DONE: sent - doomed, InboxState.DEAD: doomed}), rows


def judge_effects(store: Store, evening: Evening, copies: int) -> None:
    """What everybody did had its effect, and had it once; ``copies`` is how often the coordinator tapped for one."""
    with store.read() as session:
        for shift_id in evening.shifts:
            _judge_shift(session, shift_id)
        _judge_people(session, evening)
        # Every tap on "a week later" makes one shift more, so a tap lost or handled twice would be seen here.
        shifts = session.exec(select(Shift.id).order_by(col(Shift.id))).all()
        copied = set(shifts[1:]) - {*evening.shifts, *evening.soon}
        assert len(copied) == copies
        told = Counter(topic for topic in session.exec(select(Outgoing.topic)) if topic)
        assert {told[f"announcement:{number}"] for number in copied} <= {0, len(LISTENERS)}
        assert {told[f"broadcast:{number}"] for number in evening.broadcasts} == {len(LISTENERS)}
        assert {told[f"reminder:{number}:0"] for number in evening.soon} == {REMINDED}
        once = session.exec(select(func.count()).where(col(Outgoing.once))).one()
        assert once == evening.once


def _judge_shift(session: Session, shift_id: int) -> None:
    on = session.exec(select(SignUp).where(SignUp.shift_id == shift_id)).all()
    assert len(on) == len({row.person_id for row in on})
    states = Counter(row.state for row in on)
    wanted = states[SignUpState.CONFIRMED] + states[SignUpState.WAITLISTED]
    assert session.get_one(Shift, shift_id).taken == states[SignUpState.CONFIRMED] == min(PLACES, wanted)
    line = [row.line for row in on if row.state == SignUpState.WAITLISTED]
    assert len(set(line)) == len(line)


def _judge_people(session: Session, evening: Evening) -> None:
    answers = session.exec(select(Person.telegram_id, SignUp.state, SignUp.shift_id).join(SignUp)).all()
    given = {who: state for who, state, shift_id in answers if shift_id in evening.shifts}
    assert len(given) == evening.people
    for who, state in given.items():
        assert (state == SignUpState.WITHDRAWN) == (who in evening.leavers), (who, state)
