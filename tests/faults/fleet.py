"""A fleet: several whole bots on one PostgreSQL, processes that can be frozen, killed, deposed, cut off or stopped."""

import asyncio
import hashlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.core.store import Store

PATIENCE = 30.0  # seconds for a start, and for an end that was asked for
LED = ("ingest", "deliver", "tick")  # the roles that one process at a time does
HOLDERS = """
    SELECT a.application_name, a.pid FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ExclusiveLock' AND l.classid = 0 AND l.objid = :number
    AND a.datname = current_database()
"""
CONNECTIONS = """
    SELECT pid, state FROM pg_stat_activity WHERE application_name = :name AND datname = current_database()
"""
BUSY = CONNECTIONS + " AND wait_event_type IS DISTINCT FROM 'Lock'"
LOCKLESS = """
    SELECT pid FROM pg_stat_activity WHERE application_name = :name AND datname = current_database()
    AND pid NOT IN (SELECT pid FROM pg_locks WHERE locktype = 'advisory')
"""
END = "SELECT pg_terminate_backend(:pid)"
BUMP = "UPDATE lease SET fence = fence + 1 WHERE name = :role"
LEASES = "SELECT name, fence FROM lease"


@dataclass(eq=False)
class Ship:
    """One running bot; ``name`` is that of its connections."""

    name: str
    role: str
    pid: int
    log: Path
    ended: "asyncio.Future[int]" = field(repr=False)

    @property
    def lives(self) -> bool:
        """Whether it has not ended yet."""
        return not self.ended.done()

    def send(self, number: signal.Signals) -> None:
        """Send it a signal, unless it has ended."""
        if self.lives:
            os.kill(self.pid, number)

    async def ends(self, by: signal.Signals | None = None) -> int:
        """Wait for its end, after sending it a signal if one is given; return its exit code."""
        if by:
            self.send(by)
        return await asyncio.wait_for(asyncio.shield(self.ended), PATIENCE)

    async def stops(self) -> int:
        """Stop it as an operator does, once it has started (before that nobody hears the signal); return the code."""
        while self.lives and '"started"' not in self.said():
            await asyncio.sleep(0.01)
        return await self.ends(signal.SIGTERM)

    def said(self) -> str:
        """Return what it has said on either stream."""
        return self.log.read_text() if self.log.exists() else ""


class Fleet:
    """Starts ships and looks after them. ``environment`` is that of every ship."""

    def __init__(self, process: Process, folder: Path, environment: Mapping[str, str], store: Store) -> None:
        self.store = store
        self.ships: list[Ship] = []
        self._process = process
        self._folder = folder
        self._environment = environment
        self._begun: asyncio.Queue[int] = asyncio.Queue()
        self._ends: dict[int, asyncio.Future[int]] = {}

    async def hear(self) -> None:
        """Hear of beginnings and ends for ever."""
        assert self._process.stdout
        async for line in self._process.stdout:
            word, pid, *code = line.split()
            if word == b"began":
                self._ends[int(pid)] = asyncio.get_running_loop().create_future()
                self._begun.put_nowait(int(pid))
            else:
                self._ends[int(pid)].set_result(int(code[0]))

    async def launch(self, role: str = "all", *arguments: str) -> Ship:
        """Start one more bot."""
        assert self._process.stdin
        name = f"ship{len(self.ships)}"
        log = self._folder / f"{name}.log"
        url = self.store.url
        named = f"{url}{'&' if '?' in url else '?'}application_name={name}"
        order = {
            "environment": {**self._environment, "LOTSE_DATABASE_URL": named, "LOTSE_LOG": "info"},
            "arguments": ["--role", role, *arguments],
            "log": str(log),
        }
        self._process.stdin.write(json.dumps(order).encode() + b"\n")
        await self._process.stdin.drain()
        pid = await asyncio.wait_for(self._begun.get(), PATIENCE)
        ship = Ship(name, role, pid, log, self._ends[pid])
        self.ships.append(ship)
        return ship

    @property
    def living(self) -> list[Ship]:
        """The ships that have not ended."""
        return [ship for ship in self.ships if ship.lives]

    def failures(self) -> list[str]:
        """What the ships said went wrong on their side; a database that is away is none of it."""
        return [line for ship in self.ships for line in ship.said().splitlines() if "_failed" in line]

    @contextmanager
    def frozen(self) -> "Iterator[None]":
        """Stop the time of all of them for a moment, so that nothing changes while one looks."""
        for ship in self.living:
            ship.send(signal.SIGSTOP)
        try:
            yield
        finally:
            for ship in self.living:
                ship.send(signal.SIGCONT)

    def holder(self, role: str) -> tuple[str, int] | None:
        """Return whose connection holds a role's lock, and the connection's number."""
        number = int.from_bytes(hashlib.blake2s(role.encode(), digest_size=4).digest())
        found = self.ask(HOLDERS, number=number)
        return found[0] if found else None

    def leader(self, role: str) -> Ship | None:
        """Return the living ship that holds a role's lock."""
        found = self.holder(role)
        return next((ship for ship in self.living if found and ship.name == found[0]), None)

    def leases(self) -> dict[str, int]:
        """Return the newest number of each role."""
        return dict(self.ask(LEASES))

    def connections(self, ship: Ship) -> list[tuple[int, str]]:
        """Return the numbers of a ship's connections and what each is doing."""
        return self.ask(CONNECTIONS, name=ship.name)

    def busy(self, ship: Ship) -> bool:
        """Say whether a dead ship's last words may still be carried out; what waits for a lock will not be."""
        return bool(self.ask(BUSY, name=ship.name))

    def cut(self, connection: int) -> None:
        """End a connection from the database's side."""
        self.ask(END, pid=connection)

    def lockless(self, ship: Ship) -> list[int]:
        """Return the numbers of a ship's connections that hold no lock of a name."""
        return [pid for (pid,) in self.ask(LOCKLESS, name=ship.name)]

    def take_lock(self, role: str) -> None:
        """End the connection that holds a role's lock."""
        found = self.holder(role)
        assert found
        self.cut(found[1])

    def bump(self, role: str) -> None:
        """Make the number of a role's leader stale."""
        with self.store.unit_of_work() as uow:
            uow.session.connection().execute(text(BUMP), {"role": role})

    def ask(self, question: str, **values: object) -> list[Any]:
        """Ask the database something."""
        with self.store.read() as session:
            return [tuple(row) for row in session.connection().execute(text(question), values)]

    async def until(self, true: Callable[[], bool], within: float = PATIENCE) -> float:
        """Wait until something is true and return how many seconds that took; no ship may end meanwhile."""
        loop, lived = asyncio.get_running_loop(), self.living
        begun = loop.time()
        while not true():
            for ship in lived:
                assert ship.lives, f"{ship.name} ended ({ship.ended.result()}): {ship.said()}"
            assert loop.time() < begun + within, f"after {within} seconds: {self.leases()}, {self.living}"
            await asyncio.sleep(0.01)
        return loop.time() - begun

    async def until_led(self, *roles: str) -> float:
        """Wait until each of these roles is led by a living ship."""
        return await self.until(lambda: all(self.leader(role) for role in roles or LED))


@asynccontextmanager
async def fleet(folder: Path, environment: Mapping[str, str], store: Store) -> AsyncIterator[Fleet]:
    """A fleet that is killed at the end, if it has not been stopped."""
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.faults.forker", stdin=PIPE, stdout=PIPE)
    launched = Fleet(process, folder, environment, store)
    hearing = asyncio.ensure_future(launched.hear())
    try:
        yield launched
    finally:
        for ship in launched.living:
            ship.send(signal.SIGKILL)
        await asyncio.gather(*(ship.ends() for ship in launched.living))
        assert process.stdin
        process.stdin.close()
        await asyncio.wait_for(process.wait(), PATIENCE)
        await hearing
