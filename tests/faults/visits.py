"""An evening at the desk: people sign up for one shift and ask for help, whatever happens around the bot."""

import asyncio
import random
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

from sqlmodel import col, select

from bot.core.inbox import InboxState, Incoming
from bot.core.outbox import Outgoing, State
from bot.core.person import Person
from bot.core.store import Store, StoreUnavailable
from bot.demo.telegram import FakeTelegram, Shown
from bot.features.shifts.models import Shift, SignUp, SignUpState
from tests.faults.judging import is_quiet
from tests.features.shifts.desk import new_desk, new_volunteers, open_shift
from tests.support.town import plain

DAYS = timedelta(days=2)
HELP = "You never have to type a command"
SETTLED = ("I can't", "Leave the waitlist")
TAP_LOST = 150.0  # seconds after which a tap that changed nothing is made again, as a person would


@dataclass
class Evening:
    """A shift with too few places for the people who want one; ``look`` is how often they look at their phones."""

    store: Store
    telegram: FakeTelegram
    dice: random.Random
    people: int = 40
    places: int = 10
    look: float = 2.0
    asked: Counter[int] = field(default_factory=Counter)
    taps: int = 0

    def furnish(self) -> None:
        """Enter the people and their shift."""
        desk = new_desk(self.store)
        new_volunteers(self.store, desk, self.people)
        self.shift = open_shift(self.store, desk, desk.need(self.store.clock.now() + DAYS, most=self.places))
        with self.store.read() as session:
            self.ids = [p.telegram_id for p in session.exec(select(Person).order_by(col(Person.id)))][1:]
        for telegram_id in self.ids:
            self.telegram.user(telegram_id, "V", "en")

    async def passes(self, seconds: float) -> None:
        """Let everybody come within this time, and wait until all of them have what they came for."""
        await asyncio.gather(*(self._visit(telegram_id, seconds) for telegram_id in self.ids))

    async def _visit(self, who: int, seconds: float) -> None:
        await asyncio.sleep(self.dice.uniform(0, seconds / 2))
        self.telegram.say(who, f"/start shift-{self.shift}")
        while not self._sees(who, SETTLED):
            await self._tap(who)
        for _ in range(3):
            await asyncio.sleep(self.dice.uniform(0, seconds / 6))
            self.telegram.say(who, "/help")
            self.asked[who] += 1
            while self._count(who, HELP) < self.asked[who]:
                await asyncio.sleep(self.look)

    async def _tap(self, who: int) -> None:
        found = self._sees(who, ("I'm in", "Join the waitlist"))
        if not found:
            await asyncio.sleep(self.look)
            return
        card, caption = found
        for _ in range(1 + (self.dice.random() < 0.2)):
            self.taps += 1
            self.telegram.press(who, card.message_id, caption)
        waited = 0.0
        while self._sees(who, ("I'm in", "Join the waitlist")) == found and waited < TAP_LOST:
            await asyncio.sleep(self.look)
            waited += self.look

    def _sees(self, who: int, captions: tuple[str, ...]) -> tuple[Shown, str] | None:
        for shown in reversed(self.telegram.chat(who)):
            for caption in shown.captions:
                if any(words in caption for words in captions):
                    return shown, caption
        return None

    def _count(self, who: int, text: str) -> int:
        return sum(text in plain(shown.text) for shown in self.telegram.chat(who) if shown.from_bot)

    async def is_quiet(self) -> None:
        """Wait until nothing is on its way any more."""
        while self.telegram.queue.pending or self._waiting():
            await asyncio.sleep(self.look)

    def _waiting(self) -> bool:
        try:
            return not is_quiet(self.store)
        except StoreUnavailable:
            return True

    def judge(self) -> str:
        """Hold store and phones against what must be; return what was counted."""
        doubled = sum(self._count(who, HELP) - self.asked[who] for who in self.ids)
        assert doubled == 0, f"{doubled} answers doubled"
        # A tap on a card before the bot could note that it is one may be answered in its place, so none is no loss.
        assert max(map(self._cards, self.ids)) == 1, "cards doubled"
        with self.store.read() as session:
            assert set(session.exec(select(Incoming.state))) == {InboxState.DONE}
            left = select(Outgoing.kind, Outgoing.verb, Outgoing.state).where(Outgoing.state != State.SENT)
            assert session.exec(left).all() == []
            sign_ups = session.exec(select(SignUp).where(SignUp.shift_id == self.shift)).all()
            taken = session.get_one(Shift, self.shift).taken
        waiting = [row.line for row in sign_ups if row.state == SignUpState.WAITLISTED]
        assert len({row.person_id for row in sign_ups}) == len(sign_ups) == self.people
        assert taken == self.people - len(set(waiting)) == self.people - len(waiting) == self.places
        return f"{self.people} signed up, {self.taps} taps, {self.asked.total()} answers: 0 lost, 0 doubled"

    def _cards(self, who: int) -> int:
        return sum(bool(shown.buttons) and "Host at" in shown.text for shown in self.telegram.chat(who))
