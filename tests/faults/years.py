"""Two years of a town in which clocks jump, machines stop and Telegram is away; every reminder is written down."""

import asyncio
import heapq
import random
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlmodel import col, select

from bot.app import build_bot
from bot.core.clock import FixedClock
from bot.core.person import Person
from bot.core.store import Store
from bot.features.reminders.queries import Note, reminder_notes
from bot.features.shifts.models import Need, Shift, SignUp, SignUpState, Venue
from bot.features.shifts.services import create_shift, publish_shift
from tests.faults.expected import Expected, Look, expected
from tests.faults.line import Line
from tests.features.shifts.desk import new_desk, new_volunteers
from tests.support.town import Town

START, END = datetime(2026, 2, 2, 8, tzinfo=UTC), datetime(2028, 2, 2, 8, tzinfo=UTC)
# The nights of the town's clock changes.
CHANGES = [
    datetime(y, m, d, 1, tzinfo=UTC) for y, m, d in ((2026, 3, 29), (2026, 10, 25), (2027, 3, 28), (2027, 10, 31))
]
CONFIRMED = SignUpState.CONFIRMED
ROOM = re.compile(r"Room (\d+)")


@dataclass
class Planned:
    """A shift of the two years."""

    number: int
    starts_at: datetime
    published_at: datetime
    people: list[int]  # their Telegram ids
    shift_id: int = 0
    is_seen: bool = False
    seen_from: int = 0  # the first look at it
    steps: list[Expected] = field(default_factory=list)
    sent: dict[int, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    notes: list[Note] = field(default_factory=list)


class Years:
    """The town's clock and mishaps; ``looks`` and ``planned`` are what is judged."""

    longest = 40.0  # hours without a look at the time
    luck = 0.7  # of nothing happening before a look

    def __init__(self, store: Store, dice: random.Random, reminders: int, people: int) -> None:
        self.dice = dice
        self.clock = FixedClock(START)
        store.clock = self.clock
        self.town = Town(store, self.clock, locales="en")
        self.line = Line(self.town.telegram)
        self.looks: list[Look] = []
        self.mishaps: Counter[str] = Counter()
        self._seconds = 0.0
        self._furnish(reminders, people)
        self._begin()
        self._agenda: list[tuple[datetime, int]] = []
        for each in self.planned:
            self._agenda += [(each.published_at, each.number), (each.starts_at + timedelta(hours=1), -1)]
        heapq.heapify(self._agenda)

    # -- the town --

    def _furnish(self, reminders: int, people: int) -> None:
        self.desk = new_desk(self.town.store)
        new_volunteers(self.town.store, self.desk, people * 5)
        with self.town.store.read() as session:
            self.persons = {p.telegram_id: p.key for p in session.exec(select(Person).where(col(Person.id) > 1))}
        for telegram_id in self.persons:
            self.town.telegram.user(telegram_id, "V", "en")
            self.town.telegram.world.users[telegram_id].started = True
        self.planned: list[Planned] = []
        wished = 0
        while wished < reminders * 1.15:  # some will have begun before anybody could publish them
            each = self._plan(len(self.planned), people)
            wished += len(expected(each.starts_at, each.published_at)) * people
            self.planned.append(each)

    def _plan(self, number: int, people: int) -> Planned:
        first, days = START + timedelta(days=2), 726
        if number % 4 == 0:
            first, days = self.dice.choice(CHANGES) - timedelta(days=2), 4
        starts_at = first + timedelta(minutes=15 * self.dice.randrange(int(days * 96)))
        ahead = timedelta(minutes=self.dice.choice((30, 300, 3000, 8000, 15000)) * self.dice.uniform(0.5, 1.5))
        published_at = max(START, starts_at - ahead)
        return Planned(number, starts_at, published_at, self.dice.sample(list(self.persons), people))

    def _publish(self, each: Planned) -> None:
        if self.clock.now() >= each.starts_at:  # the clock jumped over it
            each.shift_id = -1
            return
        each.published_at = self.clock.now()
        with self.town.store.unit_of_work() as uow:
            venue = Venue(each.starts_at, each.starts_at + timedelta(hours=2), f"Room {each.number}")
            need = Need(self.desk.organisation, self.desk.activity, venue, max_people=len(each.people))
            shift = create_shift(uow, self.desk.coordinator, need)
            each.shift_id = publish_shift(uow, self.desk.coordinator, shift.key).key
            for telegram_id in each.people:
                person_id, now = self.persons[telegram_id], uow.now
                on = SignUp(shift_id=shift.key, person_id=person_id, state=CONFIRMED, created_at=now, changed_at=now)
                uow.session.add(on)
            uow.session.get_one(Shift, shift.key).taken = len(each.people)

    # -- the bot --

    def _pace(self) -> float:
        self._seconds += 0.05
        return self._seconds

    def _begin(self) -> None:
        """A new process on the same store."""
        self.town.store.on_commit.clear()
        self.line.hangs = False
        self.town.client._calls = self.town.client._polls = self.line
        self.town.bot = build_bot(self.town.settings, self.town.store, self.town.client, "lotse_demo_bot", self._pace)
        self.town.bot.delivery.recover()

    async def look(self) -> None:
        """Let the bot do what it does every second, until there is nothing left to do."""
        self._seconds += 100
        before = self.clock.now()
        self.looks.append(Look(before, heard=not self.line.cut))
        while await self.town.bot.ticker.tick():
            pass
        await self.town.bot.settle()
        self._note(before)

    def _note(self, looked_at: datetime) -> None:
        for each in self.planned:
            # Where the clock was put back meanwhile, the bot does not know of it before it is that late again.
            if each.shift_id > 0 and not each.is_seen and looked_at >= each.published_at:
                each.is_seen, each.seen_from = True, len(self.looks) - 1
                each.steps = list(expected(each.starts_at, looked_at))
                for step in each.steps:
                    heapq.heappush(self._agenda, (step.at + timedelta(seconds=self.dice.uniform(0, 50)), -1))
        for call in self.town.telegram.ledger.of("sendMessage"):
            room = ROOM.search(str(call.params["text"]))
            assert room and call.chat_id and "You are expected soon" in str(call.params["text"])
            self.planned[int(room[1])].sent[call.chat_id].append(call.at)
        self.town.telegram.ledger.clear()

    async def crash(self) -> None:
        """End the process at a moment of its own, without a word, and start another."""
        self.mishaps["crashes"] += 1
        self.line.hangs = True
        others = asyncio.all_tasks()
        working = asyncio.ensure_future(self._work())
        for _ in range(self.dice.randrange(12)):
            await asyncio.sleep(0)
        left = asyncio.all_tasks() - others | {working}
        for task in left:
            task.cancel()
        await asyncio.gather(*left, return_exceptions=True)
        self._begin()

    async def _work(self) -> None:
        await self.town.bot.ticker.tick()
        await self.town.bot.settle()

    # -- the time --

    async def live(self) -> None:
        """Live through the two years."""
        mishaps = self._mishaps()
        while self.clock.now() < END:
            at, number = heapq.heappop(self._agenda) if self._agenda else (END, -1)
            stride = self.clock.now() + timedelta(hours=self.dice.uniform(1, self.longest))
            if stride < at:
                heapq.heappush(self._agenda, (at, number))
                at, number = stride, -1
            self.clock.at = max(self.clock.at, at)
            if number >= 0:
                self._publish(self.planned[number])
            if self.dice.random() > self.luck:
                await self._befall(next(mishaps))
            await self.look()
            self._collect()

    def _mishaps(self) -> Iterator[str]:
        while True:
            yield from self.dice.sample(["crash", "hours", "days", "outage", "away"], 5)

    async def _befall(self, mishap: str) -> None:
        span = timedelta(hours=self.dice.choice((0.1, 1, 6, 24, 48)) * self.dice.uniform(0.5, 1))
        match mishap:
            case "crash":
                await self.crash()
            case "hours" | "days":
                self.mishaps[f"jumps by {mishap}"] += 1
                jump = timedelta(hours=1) if mishap == "hours" else timedelta(days=1)
                self.clock.jump(self.dice.choice((-jump, jump)))
            case "outage":
                self.mishaps["outages"] += 1
                self.clock.jump(span)
                self._begin()
            case "away":
                self.mishaps["times away"] += 1
                await self._away(self.clock.now() + span)

    async def _away(self, until: datetime) -> None:
        self.line.cut = True
        stride = (until - self.clock.now()) / self.dice.randint(1, 6)
        while self.clock.now() < until:
            await self.look()
            self.clock.jump(stride)
        self.line.cut = False
        await self.look()
        self.clock.jump(timedelta(seconds=90))

    def _collect(self) -> None:
        for each in self.planned:
            if each.steps and not each.notes and self.clock.now() > each.starts_at + timedelta(hours=1):
                with self.town.store.read() as session:
                    each.notes = reminder_notes(session, each.shift_id)
