"""Story: a short evening in which every boundary is passed, told again and again with crashes at chosen points."""

import asyncio
import signal
from collections.abc import AsyncIterator, Awaitable, Coroutine
from contextlib import asynccontextmanager, closing
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel, col, select

from bot.core.clock import Clock
from bot.core.due import Appointment, DueRow
from bot.core.outbox import Lane, Message, Outgoing, Verb
from bot.core.person import Person
from bot.core.store import Store
from bot.demo.server import serve_demo
from bot.demo.standalone import StandaloneControl
from bot.demo.telegram import FakeTelegram
from bot.features.shifts.models import SignUp
from tests.faults.crashing import POISON
from tests.faults.furnishing import COORDINATOR, broadcast, enter, furnish, ids, open_shift, person, put_on, reminder
from tests.faults.judging import UnderWay, is_quiet, judge_messages, judge_updates
from tests.faults.killing import Victim, noon, settings, until_gone, victim
from tests.faults.phones import LEAVE, NO, WAIT, YES, Phones
from tests.faults.witness import Ledger
from tests.support.town import TOKEN

ANNA, BORIS, NEWCOMER = 10_001, 10_002, 10_003
LISTENERS, REGULARS = ids(6000, 2), ids(7000, 2)
NONSENSE = "nonsense"  # a kind of message, and of appointment, that nobody knows how to make
PATIENCE = 30  # seconds for a life
FOR_SURE = (Verb.SEND, Verb.SHOW)  # other rows of the outbox hang on what somebody holds at that moment


@dataclass(frozen=True)
class Point:
    """A crash point: before or after a boundary, when a bot passes it for the so-many-th time."""

    number: int
    side: str
    time: int = 1


NOWHERE = Point(0, "before")


async def tell(phones: Phones, shift_id: int) -> None:
    """Anna takes the one place, Boris waits for it, a newcomer writes, something fails, Anna gives her place back."""
    telegram = phones.telegram
    telegram.say(NEWCOMER, "/start")
    telegram.say(ANNA, f"/start shift-{shift_id}")
    await phones.taps(ANNA, YES)
    await phones.sees(ANNA, NO)
    telegram.say(NEWCOMER, POISON)
    telegram.say(BORIS, f"/start shift-{shift_id}")
    await phones.taps(BORIS, WAIT)
    await phones.sees(BORIS, LEAVE)
    await phones.taps(ANNA, NO)
    await phones.sees(ANNA, YES, WAIT)
    await phones.sees(BORIS, NO)


class Town:
    """The town of the story on one database; it can be brought back to its beginning."""

    def __init__(self, store: Store) -> None:
        self.store = store
        store.zone = ZoneInfo(noon())
        furnish(store, LISTENERS, REGULARS)
        with store.unit_of_work() as uow:
            enter(uow, ANNA, "homework")
            enter(uow, BORIS, "homework")
            self.shift_id = open_shift(uow, "caritas", 1, timedelta(days=5))
            soon = open_shift(uow, "caritas", 1, timedelta(hours=2))
            put_on(uow, soon, REGULARS[0])
            uow.due.plan(reminder(uow, soon))
            uow.due.plan(Appointment(NONSENSE, uow.now))
            broadcast(uow)
            for user_id, lane in zip((*LISTENERS, REGULARS[1]), Lane, strict=True):
                once = Message("shift", "once", {"id": soon}, lane=lane, once=True)
                uow.outbox.tell(person(uow, user_id), once)
            # One comes to light among others that can leave, the others when there is something to note as well.
            for user_id in (COORDINATOR, *LISTENERS, REGULARS[1]):
                uow.outbox.tell(person(uow, user_id), Message(NONSENSE, NONSENSE, lane=Lane.BULK))
        with store.read() as session:
            tables = SQLModel.metadata.sorted_tables
            self._rows = {table: session.execute(table.select()).mappings().all() for table in tables}

    def begin_anew(self) -> None:
        """Bring everything back to the beginning."""
        with self.store.engine.begin() as connection:
            for table in reversed(self._rows):
                connection.execute(table.delete())
            for table, rows in self._rows.items():
                if rows:
                    connection.execute(table.insert(), [dict(row) for row in rows])

    def ending(self) -> dict[str, Any]:
        """Return what became of everybody, so that two endings can be compared."""
        people, due = select(Person.telegram_id), select(DueRow.kind, DueRow.entity, DueRow.state)
        on = select(Person.telegram_id, SignUp.shift_id, SignUp.state, SignUp.line).join(SignUp)
        told = select(Outgoing.key, Outgoing.chat_id).where(col(Outgoing.verb).in_(FOR_SURE))
        with self.store.read() as session:
            return {
                "people": sorted(session.exec(people)),
                "due": sorted(map(str, session.exec(due))),
                "sign-ups": sorted(map(str, session.exec(on))),
                # An answer's last number counts what else its update queued.
                "messages": sorted((key.rpartition(":")[0], chat) for key, chat in session.exec(told)),
            }


class Stage:
    """Where the story is told: a town, and a bot that can be made to crash."""

    def __init__(self, town: Town, hunted: Victim, environment: dict[str, str]) -> None:
        self.town = town
        self.store = town.store
        self.hunted = hunted
        self.environment = environment
        self.ending: dict[str, Any] = {}

    async def rehearse(self) -> dict[int, int]:
        """Tell the story in peace; return how often each boundary is passed in it."""
        await self.tell(rehearsal=True)
        self.ending = self.town.ending()
        await self.tell()
        return self.hunted.passed

    async def tell(self, *points: Point, rehearsal: bool = False) -> int:
        """Tell the story with a crash at each point in turn, then let it end in peace, and judge.

        Return how many of the points a bot came to before the story was over.
        """
        self.town.begin_anew()
        control, under_way = StandaloneControl(), UnderWay()
        telegram = FakeTelegram(token=TOKEN, clock=control.now)
        first = telegram.queue.next_id
        for user_id in (COORDINATOR, *LISTENERS, *REGULARS, ANNA, BORIS, NEWCOMER):
            telegram.user(user_id, f"V{user_id}", "en").started = True
        async with serve_demo(telegram, control) as address:
            self.environment["LOTSE_API_URL"] = address
            told = asyncio.ensure_future(tell(Phones(telegram), self.town.shift_id))
            came = 0
            for point in points:
                if not await self._crash(point, self._over(told, telegram)):
                    break
                came += 1
                under_way.note(self.store)
            if came == len(points):
                await self._end_in_peace(self._over(told, telegram), rehearsal)
        judge_updates(self.store, telegram.queue.next_id - first, doomed=1)
        ledger = Ledger([call.to_json() for call in telegram.ledger.calls])
        judge_messages(self.store, ledger, under_way, doomed=NONSENSE)
        assert rehearsal or self.town.ending() == self.ending
        return came

    async def _crash(self, point: Point, over: Awaitable[None]) -> bool:
        await self.hunted.start(self.environment, crash=asdict(point))
        assert self.hunted.ended
        waiting = asyncio.ensure_future(over)
        await asyncio.wait({waiting, self.hunted.ended}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        # Some points a bot comes to only when it is told to stop.
        code = await self.hunted.end(signal.SIGTERM)
        assert code in {0, -signal.SIGKILL}, self.hunted.last_words
        await until_gone(self.store)
        return code != 0

    async def _end_in_peace(self, over: Coroutine[Any, Any, None], rehearsal: bool) -> None:
        await self.hunted.start(self.environment, crash=asdict(NOWHERE), rehearsal=rehearsal)
        await self.hunted.lives_until(over)
        assert await self.hunted.end(signal.SIGTERM) == 0, self.hunted.last_words
        await until_gone(self.store)

    async def _over(self, told: "asyncio.Future[None]", telegram: FakeTelegram) -> None:
        """Wait until the bot is at work, the story is told and nothing is left to do."""
        starts = len(telegram.ledger.of("deleteWebhook"))
        async with asyncio.timeout(PATIENCE):
            await asyncio.shield(told)
            while (
                len(telegram.ledger.of("deleteWebhook")) == starts or telegram.queue.pending or not is_quiet(self.store)
            ):
                await asyncio.sleep(0.005)


@asynccontextmanager
async def stage(store_url: str, folder: Path) -> AsyncIterator[Stage]:
    """The stage on one database."""
    with closing(Store(store_url, Clock())) as store:
        async with victim(folder, "hurry") as hunted:
            environment = settings("", store_url, folder) | {"LOTSE_RATE": "1000"}
            yield Stage(Town(store), hunted, environment)
