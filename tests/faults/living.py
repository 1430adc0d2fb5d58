"""A town in virtual time in which every part of the bot runs in its own loop, as it does in production."""

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any

from bot.app import build_bot
from bot.chat.client import Client
from bot.core.store import Store
from tests.faults.line import Line
from tests.support.town import TOKEN, Town
from tests.support.virtual_time import LoopClock, VirtualLoop

MORNING = datetime(2026, 2, 2, 9, tzinfo=UTC)  # a Monday, 10:00 in the town


class LivingTown(Town):
    """``settle`` only waits: the bot works by itself. To be made within a running VirtualLoop."""

    def __init__(self, store: Store) -> None:
        loop = asyncio.get_running_loop()
        assert isinstance(loop, VirtualLoop)
        self.loop = loop
        store.clock = LoopClock(MORNING)
        super().__init__(store, store.clock, locales="en")
        self.line = Line(self.telegram)
        self.client = Client(TOKEN, self.settings.api_url, self.line)
        self._parts: list[asyncio.Task[None]] = []

    def begin(self) -> None:
        """Start the bot."""
        self.store.on_commit.clear()
        self.bot = build_bot(self.settings, self.store, self.client, "lotse_demo_bot", self.loop.time)
        self.bot.delivery.recover()
        parts: list[Coroutine[Any, Any, None]] = [self.bot.dispatcher.run(), self.bot.delivery.run()]
        parts += [self.bot.ingest.poll(), self._tick()]
        self._parts = [asyncio.ensure_future(part) for part in parts]

    async def _tick(self) -> None:
        while True:
            await self.bot.ticker.tick()
            await asyncio.sleep(1)

    async def end(self) -> None:
        """Stop the bot."""
        for part in self._parts:
            part.cancel()
        ended = await asyncio.gather(*self._parts, return_exceptions=True)
        assert all(isinstance(one, asyncio.CancelledError) for one in ended), ended
        await self.bot.delivery.stop()

    async def settle(self) -> None:
        """Wait until the bot has done what it does at once."""
        await asyncio.sleep(4)
        assert not any(part.done() for part in self._parts)
