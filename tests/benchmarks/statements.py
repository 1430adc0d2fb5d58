"""How many statements an update and a screen cost, counted in this process on the bot of the stories."""

import dataclasses
import statistics
from collections.abc import Awaitable, Callable
from datetime import timedelta
from time import perf_counter

from sqlalchemy import update
from sqlmodel import col

from bot.chat.context import BotContext
from bot.chat.feature import Handler
from bot.core.clock import Clock, FixedClock
from bot.core.store import Store
from bot.features.shifts.models import Shift
from tests.benchmarks.bench import Bench
from tests.benchmarks.crowd import FIRST_USER
from tests.benchmarks.databases import copied
from tests.benchmarks.furnish import COORDINATOR, Furnisher
from tests.benchmarks.results import Figures
from tests.benchmarks.towns import Filled, furnish
from tests.support.statements import statements_heard
from tests.support.town import Town

FEW, MANY, LISTED = 10, 1000, 10_000
MOST_PLACES = 200
BUSY = FIRST_USER + 1  # Telegram's number of the volunteer who is on all shifts
PAGES = 10  # of each kind that are looked at
SCREENS = ("tap", "refusal", "/help", "home", "/shifts", "card", "my shifts", "roster")


def peopled(people: int, shifts: int) -> Callable[[Furnisher], Filled]:
    """So many people and shifts, one person on each of them; before those come three with as many on it as can be."""

    def fill(f: Furnisher) -> Filled:
        ids = f.volunteers(FIRST_USER, people)
        made = f.shifts((f.uow.now + timedelta(days=2, hours=4 * n) for n in range(shifts)), 8, taken=1)
        f.sign_up((shift, ids[1]) for shift in made)
        on_it = ids[2 : 2 + MOST_PLACES]
        first = [f.uow.now + timedelta(days=1, hours=4 * n) for n in range(3)]
        crowded = f.shifts(first, len(on_it) + 1, taken=len(on_it))
        f.sign_up((shift, person) for shift in crowded for person in on_it)
        return {"crowded": crowded}

    return fill


class Counted:
    """The bot of the stories on a furnished database, with the people who tap."""

    def __init__(self, url: str, made: Filled, said: list[str]) -> None:
        clock = FixedClock(Clock().now())
        self.town = Town(Store(url, clock), clock)
        self.said = said
        self.crowded = made["crowded"]
        self.anna, self.busy, self.coordinator = (
            self.town.stranger(number, f"V{number}", "en") for number in (FIRST_USER, BUSY, COORDINATOR)
        )

    async def cost(self, act: Awaitable[None]) -> int:
        """Count what an act costs beyond the looks that find nothing."""
        before = len(self.said)
        await self.town.settle()
        idle = len(self.said) - before
        before = len(self.said)
        await act
        return len(self.said) - before - idle

    async def tap(self) -> int:
        """She takes one of the last places."""
        await self.anna.says(f"/start shift-{self.crowded[1]}")
        return await self.cost(self.anna.presses("I'm in"))

    async def refusal(self) -> int:
        """She wants a place that somebody has just taken."""
        shift = self.crowded[2]
        await self.anna.says(f"/start shift-{shift}")
        with self.town.store.unit_of_work() as uow:
            full = update(Shift).where(col(Shift.id) == shift).values(max_people=Shift.taken)
            uow.session.execute(full.execution_options(synchronize_session=False))
        return await self.cost(self.anna.presses("I'm in"))

    async def screens(self) -> dict[str, float]:
        """Count every screen once."""
        anna = self.anna
        counts = [await self.tap(), await self.refusal()]
        counts += [await self.cost(anna.says("/help")), await self.cost(anna.presses("Home"))]
        counts += [await self.cost(anna.says("/shifts")), await self.cost(anna.presses("Host at"))]
        await self.busy.says("/shifts")
        counts += [await self.cost(self.busy.presses("My shifts"))]
        await self.coordinator.says("/ourshifts")
        counts += [await self.cost(self.coordinator.presses("Host at"))]
        return dict(zip(SCREENS, map(float, counts), strict=True))


async def among(bench: Bench, count: int) -> Figures:
    """Count the statements of every screen among so many people and shifts."""
    town = furnish(f"sqlite:///{bench.folder / f'among-{count}.db'}", peopled(count, count))
    with copied(town.url, bench.folder) as (url, _), statements_heard() as said:
        counted = Counted(url, town.made, said)
        try:
            return await counted.screens()
        finally:
            counted.town.store.close()


async def among_few(bench: Bench) -> Figures:
    """Count among ten."""
    return await among(bench, FEW)


async def among_many(bench: Bench) -> Figures:
    """Count among a thousand."""
    return await among(bench, MANY)


async def page(bench: Bench) -> Figures:
    """Measure a page of /shifts among ten thousand, from the handler's first line to its last."""
    town = furnish(f"sqlite:///{bench.folder / 'listed.db'}", peopled(FEW, LISTED))
    taken: list[tuple[float, int]] = []
    with copied(town.url, bench.folder) as (url, _), statements_heard() as said:
        counted = Counted(url, town.made, said)
        _time(counted, taken)
        for _ in range(PAGES):
            await counted.anna.says("/shifts")
            await counted.anna.presses("More")
        counted.town.store.close()
    return {"ms": statistics.median(ms for ms, _ in taken), "statements": max(count for _, count in taken)}


def _time(counted: Counted, taken: list[tuple[float, int]]) -> None:
    registry = counted.town.bot.house.registry

    def timed(handler: Handler) -> Handler:
        def run(c: BotContext) -> None:
            begin, before = perf_counter(), len(counted.said)
            handler(c)
            taken.append(((perf_counter() - begin) * 1000, len(counted.said) - before))

        return run

    command, action = registry.commands["shifts"], registry.actions["shift.list"]
    registry.commands["shifts"] = dataclasses.replace(command, handler=timed(command.handler))
    registry.actions["shift.list"] = dataclasses.replace(action, handler=timed(action.handler))
