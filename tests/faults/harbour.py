"""Harbour: where a fleet serves an evening of the town, what befalls its ships there, and the verdict at the end."""

import asyncio
import itertools
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.app import OUTBOX
from bot.core.bell import ring
from bot.core.clock import Clock
from bot.core.outbox import Lane, Message
from bot.core.store import Store
from tests.faults import seed
from tests.faults.evening import REGULARS, Evening
from tests.faults.fleet import LED, Fleet, Ship, fleet
from tests.faults.furnishing import person
from tests.faults.judging import UnderWay, is_quiet, judge_effects, judge_messages, judge_updates
from tests.faults.killing import settings
from tests.faults.order import judge_order
from tests.faults.restarting import restart
from tests.faults.witness import Witness, witness

TAKEOVER = 15.0  # seconds within which a standby leads what a dead leader led


@dataclass
class Harbour:
    """A fleet, the Telegram it speaks to, and the evening of the town it serves."""

    store: Store
    telegram: Witness
    ships: Fleet
    chance: random.Random
    under_way: UnderWay = field(default_factory=UnderWay)
    takeovers: list[float] = field(default_factory=list)
    evening: Evening = field(init=False)
    roles: Iterator[str] = field(default_factory=lambda: itertools.cycle(("deliver", "ingest", "tick")))
    numbers: Iterator[int] = field(default_factory=itertools.count)

    async def serve(self, roles: Sequence[str], steps: int, each: Callable[[int], Awaitable[None]]) -> None:
        """Let ships of these roles serve an evening of some steps, do something after each, and judge it at its end."""
        await self.begin(roles, steps)
        for step in range(steps):
            await self.evening.goes_on(step)
            await each(step)
        await self.finish()

    async def begin(self, roles: Sequence[str], steps: int) -> None:
        """Let an evening of some steps begin, and wait until ships of these roles serve it."""
        self.evening = Evening(self.store, self.telegram, self.chance, steps)
        await self.evening.begin()
        for role in roles:
            await self.ships.launch(role)
        await self.ships.until_led()

    async def finish(self) -> None:
        """Let everything be done that is left, stop everybody and judge."""
        done = asyncio.ensure_future(self.telegram.done())
        await self.ships.until(lambda: done.done() and is_quiet(self.store), within=90)
        await done
        for ship in self.ships.living:
            assert await ship.stops() == 0, ship.said()
        await self._judge()

    async def _judge(self) -> None:
        assert not self.ships.failures(), self.ships.failures()
        people, ledger = await self.telegram.people(), await self.telegram.ledger()
        judge_updates(self.store, int(people["updates"]))
        judge_effects(self.store, self.evening, people["copies"])
        counts = judge_messages(self.store, ledger, self.under_way)
        answers = judge_order(self.store, ledger)
        print(
            f"{people['updates']} updates, {counts['messages']} messages, 0 lost, {counts['doubled']} of"
            f" {self.under_way.times.total()} under way doubled, {counts['flagged']} flagged;"
            f" {answers} answers in order; takeovers {[round(wait, 2) for wait in sorted(self.takeovers)]} s"
        )
        assert max(self.takeovers, default=0) < TAKEOVER

    async def something_is_under_way(self) -> None:
        """Write to people until a message is seen on its way: what befalls its sender then befalls that, too."""
        while True:
            self._write()
            for _ in range(100):
                if UnderWay().note(self.store):
                    return
                await asyncio.sleep(0.003)

    def _write(self) -> None:
        with self.store.unit_of_work() as uow:
            for user_id in self.chance.sample(REGULARS, 6):
                self.evening.once += user_id % 2  # what must not come twice, and what must come
                number, once = next(self.numbers), user_id % 2 == 1
                told = Message("shift", f"written:{number}", {"id": 1}, lane=Lane.REMINDER, once=once)
                assert uow.outbox.tell(person(uow, user_id), told)
            ring(uow.session, OUTBOX)

    async def stopped(self, ship: Ship) -> None:
        """Stop a ship's time between two of its transactions."""
        while True:
            ship.send(signal.SIGSTOP)
            await asyncio.sleep(0.02)  # what it has just said to the database is heard
            if all(doing == "idle" for _, doing in self.ships.connections(ship)):
                return
            ship.send(signal.SIGCONT)
            await asyncio.sleep(0.003)

    async def stopped_leader(self, role: str) -> Ship:
        """Stop the time of whoever leads a role; of a sender while messages are on their way, which are noted."""
        ship = self.leader(role)
        while True:
            if role == "deliver":
                await self.something_is_under_way()
            await self.stopped(ship)
            if role != "deliver" or self.under_way.note(self.store):
                return ship
            ship.send(signal.SIGCONT)

    def leader(self, role: str) -> Ship:
        """The ship that leads a role."""
        found = self.ships.leader(role)
        assert found
        return found


@asynccontextmanager
async def harbour(url: str, folder: Path) -> AsyncIterator[Harbour]:
    """A harbour with no ship in it yet."""
    store = Store(url, Clock())
    async with witness() as telegram, fleet(folder, settings(telegram.address, url, folder), store) as ships:
        yield Harbour(store, telegram, ships, random.Random(seed()))
    store.close()


async def after_kill(port: Harbour) -> None:
    """Kill whoever delivers, and send another ship out."""
    ship = port.leader("deliver")
    await port.something_is_under_way()
    led = [role for role in LED if port.ships.leader(role) is ship]
    with port.ships.frozen():  # so that nobody takes over before we have looked
        await ship.ends(signal.SIGKILL)
        await port.ships.until(lambda: not port.ships.busy(ship))
        port.under_way.note(port.store)
    port.takeovers.append(await port.ships.until_led(*led))
    await port.ships.launch()


async def after_theft(port: Harbour) -> None:
    """Freeze a leader, take its lock away, and let it go on once somebody else leads."""
    role = next(port.roles)
    ship = await port.stopped_leader(role)
    number = port.ships.leases()[role]
    port.ships.take_lock(role)
    await port.ships.until(lambda: port.ships.leases()[role] > number, TAKEOVER)
    ship.send(signal.SIGCONT)


async def after_bump(port: Harbour) -> None:
    """Make a leader's number stale, though it holds the lock."""
    role = next(port.roles)
    ship = await port.stopped_leader(role)
    port.ships.bump(role)
    ship.send(signal.SIGCONT)


async def after_freeze(port: Harbour) -> None:
    """Freeze somebody for a moment, wherever it is."""
    ship = port.chance.choice(port.ships.living)
    ship.send(signal.SIGSTOP)
    await asyncio.sleep(port.chance.uniform(0.05, 0.5))
    ship.send(signal.SIGCONT)


async def after_cut(port: Harbour) -> None:
    """End connections of somebody that hold no lock."""
    ship = port.chance.choice(port.ships.living)
    for connection in port.ships.lockless(ship):
        port.ships.cut(connection)


async def after_stop(port: Harbour) -> None:
    """Stop somebody as an operator does, and send another ship out."""
    ship = port.chance.choice(port.ships.living)
    await port.ships.launch()
    assert await ship.stops() == 0, ship.said()


async def after_death(port: Harbour) -> None:
    """Kill somebody who delivers nothing, in the middle of whatever it does, and send another ship out."""
    ship = port.chance.choice([ship for ship in port.ships.living if ship is not port.ships.leader("deliver")])
    await ship.ends(signal.SIGKILL)
    await port.ships.launch()


async def after_restart(port: Harbour, leader_comes_back: bool) -> None:
    """Restart the database; of two ships either who delivers comes back to it first, or the other one."""
    leader = port.leader("deliver")
    late = next(ship for ship in port.ships.living if (ship is leader) != leader_comes_back)
    await port.stopped(late)
    if late is leader:
        port.under_way.note(port.store)
    number = port.ships.leases()["deliver"]
    await restart(port.store)
    port.takeovers.append(await port.ships.until_led("deliver"))
    assert (port.leader("deliver") is leader) == leader_comes_back
    if late is leader:
        await port.ships.until(lambda: port.ships.leases()["deliver"] > number)
    late.send(signal.SIGCONT)


FAULTS = (after_kill, after_theft, after_bump, after_freeze, after_cut, after_stop, after_death)
