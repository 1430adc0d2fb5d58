"""A town's day in a process of its own: people write and tap for 24 simulated hours, and the process measures itself.

``python -m tests.faults.life <database> <seed> <people> <updates>`` prints what it saw as one line of JSON.
"""

import asyncio
import gc
import json
import random
import resource
import sys
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.pool import QueuePool
from sqlmodel import col, func, select

from bot.core.clock import Clock
from bot.core.inbox import Incoming
from bot.core.outbox import Outgoing, State
from bot.core.store import Store
from bot.features.announcements.services import announce_shift
from bot.features.shifts.services import create_shift
from tests.faults.living import LivingTown
from tests.features.shifts.desk import new_desk, new_volunteers
from tests.support.town import plain
from tests.support.virtual_time import run_virtually

DAY = 86_400.0  # seconds
LOOKS = 16  # of the process at itself in a day
KEPT = 2  # messages of a chat; the double shall not grow in the place of the bot
VOLUNTEERS = 10  # every tenth
PLACES = 5
WORDS = ("/help", "/shifts", "/myshifts", "/start", "Anna")
HOW_OFTEN = (4, 3, 2, 1, 1)


@dataclass(frozen=True)
class Look:
    """What the process holds."""

    rss: int  # bytes
    objects: int
    threads: int
    files: int
    connections: int
    tasks: int


@dataclass
class Told:
    """What the day was; ``updates`` by their state and ``messages`` by theirs, as the store has them at the end."""

    looks: list[Look] = field(default_factory=list)
    given: int = 0
    asked: int = 0
    unanswered: int = 0
    calls: int = 0
    updates: dict[str, int] = field(default_factory=dict)
    messages: dict[str, int] = field(default_factory=dict)


class Life:
    """Residents who do what comes to their minds, and a desk that needs people every now and then."""

    def __init__(self, store: Store, dice: random.Random, people: int) -> None:
        self.town = LivingTown(store)
        self.dice = dice
        self.told = Told()
        self.desk = new_desk(store)
        new_volunteers(store, self.desk, people // VOLUNTEERS)
        self.people = [1001 + number for number in range(people)]  # the desk's coordinator has the number before
        self._first = self.town.telegram.queue.next_id
        self._asked: set[str] = set()  # the updates that want an answer

    async def day(self, updates: int) -> Told:
        """Live it."""
        everybody = (1000, *self.people)
        for who in everybody:
            self.town.telegram.user(who, f"V{who}", "en")
        self.town.begin()
        for who in everybody:  # everybody begins the day, so that each chat is there
            self.town.telegram.say(who, "/start")
            await asyncio.sleep(1)
        needs = asyncio.ensure_future(self._needs())
        pause = (DAY - self.town.loop.time()) / updates
        self.town.loop.coarsen(min(15.0, pause))
        for number in range(updates):
            await asyncio.sleep(self.dice.expovariate(1 / pause))
            self._act(self.dice.choice(self.people))
            if number % (updates // LOOKS) == 0:
                self._look()
        needs.cancel()
        await asyncio.sleep(1800)
        self._look()
        self._judge()
        await self.town.end()
        return self.told

    def _act(self, who: int) -> None:
        telegram = self.town.telegram
        shown = [one for one in telegram.chat(who) if one.from_bot and one.captions]
        if shown and self.dice.random() < 0.6:
            message = self.dice.choice(shown)
            caption = self.dice.choice(message.captions)
            if plain(caption) != "❓ Help":
                telegram.press(who, message.message_id, caption)
                return
        (words,) = self.dice.choices(WORDS, HOW_OFTEN)
        self._asked.add(f"0.{telegram.queue.next_id}")
        telegram.say(who, words)
        chat = telegram.world.messages[who]
        for number in list(chat)[:-KEPT]:
            del chat[number]

    async def _needs(self) -> None:
        """Tell of a new shift every three hours, some for the same day."""
        while True:
            starts_at = self.town.clock.now() + timedelta(hours=self.dice.choice((4, 8, 30)))
            with self.town.store.unit_of_work() as uow:
                shift = create_shift(uow, self.desk.coordinator, self.desk.need(starts_at, most=PLACES))
                announce_shift(uow, self.desk.coordinator, shift.key)
            await asyncio.sleep(3 * 3600)

    def _look(self) -> None:
        ledger = self.town.telegram.ledger
        self.told.calls += len(ledger.of("sendMessage", "editMessageText"))
        ledger.clear()
        self.town.telegram.world.notices.clear()
        self.told.looks.append(look(self.town.store))

    def _judge(self) -> None:
        self.told.given = self.town.telegram.queue.next_id - self._first
        now = self.town.clock.now()
        with self.town.store.read() as session:
            self.told.updates = _counted(session.exec(select(Incoming.state, func.count()).group_by(Incoming.state)))
            # What waits for the morning after is where it belongs.
            due = select(Outgoing.state, func.count()).where(col(Outgoing.not_before) <= now)
            due = due.where(Outgoing.error != "pointless")  # it was set aside because nobody needs it any more
            self.told.messages = _counted(session.exec(due.group_by(Outgoing.state)))
            keys = session.exec(select(Outgoing.key).where(Outgoing.state == State.SENT)).all()
        self.told.asked = len(self._asked)
        self.told.unanswered = len(self._asked - {key.split(":")[1] for key in keys if key.startswith("answer:")})


def _counted(rows: Any) -> dict[str, int]:
    return {str(state): count for state, count in rows}


def look(store: Store) -> Look:
    """Measure this process by what the kernel and the interpreter say of it."""
    gc.collect()
    me = Path("/proc/self")
    assert isinstance(store.engine.pool, QueuePool)
    return Look(
        rss=int((me / "statm").read_text().split()[1]) * resource.getpagesize(),
        objects=len(gc.get_objects()),
        threads=_count(me / "task"),
        files=_count(me / "fd"),
        connections=store.engine.pool.checkedin() + store.engine.pool.checkedout(),
        tasks=len(asyncio.all_tasks()),
    )


def _count(folder: Path) -> int:
    return sum(1 for _ in folder.iterdir())


async def live(url: str, seed: int, people: int, updates: int) -> Told:
    """Live a day on this database, which is there and empty."""
    store = Store(url, Clock())
    try:
        return await Life(store, random.Random(seed), people).day(updates)
    finally:
        store.close()


if __name__ == "__main__":
    database, *numbers = sys.argv[1:]
    print(json.dumps(asdict(run_virtually(live(database, *map(int, numbers))))))
