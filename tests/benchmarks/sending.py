"""Many messages at once: a broadcast, rows at the paid limit, reminders that are due together."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from time import perf_counter

from sqlalchemy import insert, update
from sqlmodel import col

from bot.core.clock import Clock, FixedClock
from bot.core.due import DueRow
from bot.core.outbox import Lane, Outgoing
from bot.core.person import person_by_telegram_id
from bot.core.store import Store
from bot.features.announcements.models import Audience, Draft, Target
from bot.features.announcements.queries import announcement_topic
from bot.features.announcements.rules import HOLD
from bot.features.announcements.services import send_broadcast
from bot.features.organisations.models import Organisation
from tests.benchmarks.bench import Bench
from tests.benchmarks.crowd import PATIENCE, Crowd, until
from tests.benchmarks.furnish import COORDINATOR, row_of
from tests.benchmarks.limits import PAID, RATE, Bucket, Limit, Window
from tests.benchmarks.loops import quantile
from tests.benchmarks.processes import Running
from tests.benchmarks.results import Figures
from tests.benchmarks.towns import DUE_AT_ONCE, FIRST_READER, SPOKEN_BY_READERS, Town, taps

TAPS = 3.0  # taps a second of others while a broadcast leaves
QUIET_TAPS, QUIET = 10.0, 60  # a second, and how many, before it
SPARE = 33.0  # ms: a token of the limit comes free this often, so an answer may have to wait so long
GIVEN_UP = 15.0  # seconds without a message
SOON = timedelta(seconds=2)
WORDS = "On Saturday we cook together in the Café International. Bring your children, and your appetite!"
Begin = Callable[[str], None]  # has the messages leave from the database with this URL


@dataclass
class Telling:
    """What became of the messages to many; ``then`` hears what is none of them."""

    running: Running
    readers: int
    then: Callable[[str, Mapping[str, str]], None] = lambda method, params: None
    arrived: Counter[int] = field(default_factory=Counter)
    instants: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.running.server.on_call = self.hear

    def hear(self, method: str, params: Mapping[str, str]) -> None:
        """Note a message to a reader."""
        chat_id = int(params["chat_id"])
        if chat_id < FIRST_READER or method != "sendMessage":
            self.then(method, params)
            return
        self.instants.append(perf_counter())
        self.arrived[chat_id] += 1

    @property
    def first(self) -> float:
        """The instant of the first message."""
        return self.instants[0]

    @property
    def last(self) -> float:
        """The instant of the last one so far."""
        return self.instants[-1]

    @property
    def lost(self) -> int:
        """Readers without the message."""
        return self.readers - len(self.arrived)

    @property
    def doubled(self) -> int:
        """Readers who have it more than once."""
        return sum(count > 1 for count in self.arrived.values())

    async def begun(self) -> None:
        """Wait for the first message."""
        await until(lambda: bool(self.instants), 60, lambda: "no message left")

    async def ended(self) -> None:
        """Wait for the last message, and a while for those that are sent twice."""
        while self.lost and perf_counter() - self.last < GIVEN_UP:
            await asyncio.sleep(0.01)
        await asyncio.sleep(2)

    def figures(self, limit: Limit) -> Figures:
        """What is said of them."""
        wrong = limit.refused + self.lost + self.doubled
        counts = {"refused": limit.refused, "lost": self.lost, "doubled": self.doubled, "wrong": wrong}
        return {"seconds": self.last - self.first, "share": limit.share(self.first, self.last), **counts}


async def broadcast(bench: Bench, kind: type[Limit]) -> Figures:
    """Taps in quiet, then taps while a broadcast leaves at the usual limit."""
    limit, town = kind(RATE), bench.reading_town
    async with bench.on_sqlite(town, limit) as running:
        crowd = Crowd(running.server, taps(town))
        await crowd.by_the_clock(QUIET_TAPS, 20)
        crowd.waits.clear()
        await crowd.by_the_clock(QUIET_TAPS, QUIET)
        quiet = quantile(crowd.waits, 95) * 1000
        telling = Telling(running, bench.plan.readers, crowd.on_call)
        await asyncio.to_thread(begin_broadcast, running.url)
        await telling.begun()
        crowd.waits.clear()
        tapping = asyncio.ensure_future(crowd.by_the_clock(TAPS, bench.plan.readers))
        await telling.ended()
        tapping.cancel()
        await until(lambda: not crowd.waiting, PATIENCE, lambda: f"{crowd.waiting} taps were never answered")
    during = quantile(crowd.waits, 95) * 1000
    return {**telling.figures(limit), "quiet": quiet, "during": during, "slower": during / (quiet + SPARE)}


async def through_bucket(bench: Bench) -> Figures:
    """A broadcast, where the limit is a bucket of tokens."""
    return await broadcast(bench, Bucket)


async def through_window(bench: Bench) -> Figures:
    """A broadcast, where no second may hold more."""
    return await broadcast(bench, Window)


async def paid_broadcast(bench: Bench) -> Figures:
    """A broadcast on the product's own way, at the paid limit."""
    return await _paid(bench, begin_broadcast)


async def paid_rows(bench: Bench) -> Figures:
    """The rows of an announcement, put into the outbox all at once, at the paid limit."""
    town = bench.paying_town
    return await _paid(bench, lambda url: begin_rows(url, town))


async def _paid(bench: Bench, begin: Begin) -> Figures:
    limit = Window(PAID)
    async with bench.on_sqlite(bench.paying_town, limit) as running:
        telling = Telling(running, bench.plan.paid)
        used = running.cpu
        await asyncio.to_thread(begin, running.url)
        await telling.begun()
        await telling.ended()
        cpu = (running.cpu - used) / bench.plan.paid * 1000
    return {**telling.figures(limit), "cpu": cpu, "share": sustained(telling.instants)}


def sustained(instants: list[float]) -> float:
    """Share of the paid limit: what leaves after the first thousand, which may leave at once; never above the whole."""
    whole = len(instants) / (instants[-1] - instants[0])
    if len(instants) <= PAID:  # the others were lost
        return whole / PAID
    after = (len(instants) - PAID) / (instants[-1] - instants[PAID - 1])
    return min(whole, after) / PAID


async def reminders(bench: Bench) -> Figures:
    """A thousand reminders of ten thousand that are due in the same instant."""
    limit, town = Window(RATE), bench.reminding_town
    async with bench.on_sqlite(town, limit) as running:
        telling = Telling(running, DUE_AT_ONCE)
        await asyncio.to_thread(begin_reminders, running.url, town)
        due = perf_counter() + SOON.total_seconds()
        await telling.begun()
        await telling.ended()
    seconds = telling.last - due
    late = {"seconds": seconds, "first": telling.first - due, "slower": seconds / (DUE_AT_ONCE / RATE)}
    return {**telling.figures(limit), **late}


def begin_broadcast(url: str) -> None:
    """Send a broadcast to all readers as the coordinator would have done it a minute ago, so that it leaves now."""
    store = Store(url, FixedClock(Clock().now() - HOLD))
    target = Target(Audience.LANGUAGE, SPOKEN_BY_READERS)
    with store.unit_of_work() as uow:
        person, organisation = person_by_telegram_id(uow.session, COORDINATOR), uow.session.get_one(Organisation, 1)
        assert person is not None
        send_broadcast(uow, person.key, Draft(organisation.number, target, "en", {"en": WORDS}))
    store.close()


def begin_rows(url: str, town: Town) -> None:
    """Put the messages of a shift's announcement to all readers into the outbox."""
    (shift,) = town.made["told"]
    store = Store(url, Clock())
    with store.unit_of_work() as uow:
        one = row_of(
            Outgoing(
                key="",
                chat_id=0,
                lane=Lane.BULK,
                kind="announcement.shift",
                args={"id": shift},
                topic=announcement_topic(shift),
                created_at=uow.now,
                not_before=uow.now,
            )
        )
        rows = [
            {**one, "key": f"announcement:{shift}:{person}", "chat_id": FIRST_READER + n, "person_id": person}
            for n, person in enumerate(town.made["readers"])
        ]
        uow.session.execute(insert(Outgoing), rows)
    store.close()


def begin_reminders(url: str, town: Town) -> None:
    """Have the first thousand reminders be due in a moment."""
    store = Store(url, Clock())
    with store.unit_of_work() as uow:
        due = col(DueRow.entity).in_(town.made["due"])
        uow.session.execute(update(DueRow).where(due).values(at=uow.now + SOON))
    store.close()
