"""A demo server on a free port for one test, and a client that speaks to it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import aiohttp

from bot.demo.control import Persona
from bot.demo.server import serve_demo
from bot.demo.standalone import PERSONAS
from tests.demo.hands import TOKEN, Desk, HandClock, new_desk


@dataclass
class HandControl:
    """A Control on the test's own clock, with one reminder that waits."""

    clock: HandClock
    due: datetime | None = None
    resets: int = 0

    def now(self) -> datetime:
        return self.clock()

    def jump(self, minutes: int) -> None:
        self.clock.now += timedelta(minutes=minutes)

    def next_due(self) -> datetime | None:
        return self.due

    def personas(self) -> tuple[Persona, ...]:
        return PERSONAS

    async def reset(self) -> None:
        self.resets += 1


@dataclass
class Site:
    """A running demo server."""

    desk: Desk
    control: HandControl
    address: str
    session: aiohttp.ClientSession

    async def bot(self, method: str, **params: object) -> tuple[int, Any]:
        """Call the Bot API with a JSON body."""
        async with self.session.post(f"{self.address}/bot{TOKEN}/{method}", json=params) as response:
            return response.status, await response.json()

    async def do(self, deed: str, **given: object) -> Any:
        """Do something as the page does it; it must be accepted."""
        async with self.session.post(f"{self.address}/demo/{deed}", json=given) as response:
            assert response.status == 200, await response.text()
            return (await response.json())["result"]

    async def get(self, path: str) -> Any:
        """Read JSON as the page does."""
        async with self.session.get(f"{self.address}/demo/{path}") as response:
            assert response.status == 200, await response.text()
            return await response.json()


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    """Serve a new desk until the test ends."""
    desk = new_desk()
    control = HandControl(desk.clock)
    async with serve_demo(desk.telegram, control) as address, aiohttp.ClientSession() as session:
        yield Site(desk, control, address, session)
