"""A town whose time is simulated, the way to Telegram and back included, so that waiting costs nothing."""

import asyncio
import heapq
import itertools
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from pydantic import SecretStr

from bot.app import build_bot
from bot.chat.client import Client
from bot.core.clock import FixedClock
from bot.core.store import Store
from bot.demo.request import DemoRequest
from bot.demo.telegram import FakeTelegram
from bot.settings import Settings
from tests.support.town import TOKEN

WAY = timedelta(milliseconds=25)  # to Telegram, and again back
TICK = timedelta(seconds=10)
TURNS = 4  # of the event loop, in which whatever can go on does
NOTHING = timedelta()


class Timeline:
    """The town's time: it goes from one instant that somebody waits for to the next."""

    def __init__(self, clock: FixedClock) -> None:
        self.clock = clock
        self._numbers = itertools.count()
        self._waiting: list[tuple[datetime, int, asyncio.Future[None]]] = []

    async def wait(self, span: timedelta) -> None:
        """Wait so long."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (self.clock.now() + span, next(self._numbers), future))
        await future

    async def go_on(self, most: timedelta) -> None:
        """Let everybody do what can be done now, then go to the next instant, or on by so much."""
        await self._turns()
        self.clock.at = min([self.clock.now() + most, *(one[0] for one in self._waiting[:1])])
        while self._waiting and self._waiting[0][0] <= self.clock.now():
            future = heapq.heappop(self._waiting)[2]
            if not future.done():
                future.set_result(None)
        await self._turns()

    async def _turns(self) -> None:
        for _ in range(TURNS):
            await asyncio.sleep(0)


@dataclass
class Sent:
    """A call as the bot knows it: when it left, when its answer came, and how long a halt that asked for."""

    method: str
    left: datetime
    answered: datetime | None = None
    halt: timedelta = NOTHING


class FarRequest(DemoRequest):
    """The double at a distance."""

    def __init__(self, telegram: FakeTelegram, timeline: Timeline) -> None:
        super().__init__(telegram)
        self.timeline = timeline
        self.sent: list[Sent] = []

    async def do_request(self, url: str, method: str, *args: Any, **options: Any) -> tuple[int, bytes]:
        """Reach the double after a while; its answer takes as long."""
        sent = Sent(url.rpartition("/")[2], self.timeline.clock.now())
        self.sent.append(sent)
        await self.timeline.wait(WAY)
        status, body = await super().do_request(url, method, *args, **options)
        await self.timeline.wait(WAY)
        sent.answered = self.timeline.clock.now()
        if status == 429:
            sent.halt = timedelta(seconds=json.loads(body)["parameters"]["retry_after"])
        return status, body

    def halts(self) -> list[tuple[datetime, datetime]]:
        """The spans in which we knew that nothing may be sent, one after the other."""
        spans = sorted((one.answered, one.answered + one.halt) for one in self.sent if one.answered and one.halt)
        merged: list[tuple[datetime, datetime]] = []
        for since, until in spans:
            if merged and since <= merged[-1][1]:
                since, until = merged[-1][0], max(until, merged.pop()[1])
            merged.append((since, until))
        return merged


class Storm:
    """The bot at the free limit, with people who ask for help all the while."""

    def __init__(self, store: Store, clock: FixedClock, most: int) -> None:
        self.clock = clock
        self.most = most  # calls, above which something goes round in circles
        self.timeline = Timeline(clock)
        self.telegram = FakeTelegram(token=TOKEN, clock=clock.now)
        self.wire = FarRequest(self.telegram, self.timeline)
        settings = Settings(token=SecretStr(TOKEN), locales=("en",))
        client = Client(TOKEN, settings.api_url, self.wire)
        self.bot = build_bot(settings, store, client, "lotse_demo_bot", lambda: clock.now().timestamp())
        self.asked: dict[int, list[datetime]] = {}

    async def ask(self, people: Sequence[int], chance: Random, pause: float) -> None:
        """Let these people ask for help in turn, for ever; ``pause`` is the mean of the seconds in between."""
        for user_id in itertools.cycle(people):
            await self.timeline.wait(timedelta(seconds=chance.uniform(0.3, 1.7) * pause))
            self.telegram.say(user_id, "/help")
            self.asked.setdefault(user_id, []).append(self.clock.now())

    async def run(self, done: Callable[[], bool]) -> None:
        """Let time pass until something is true."""
        ticked, delivery = self.clock.now() - TICK, self.bot.delivery
        while not done():
            assert len(self.wire.sent) < self.most, "it calls and calls"
            await self._take_in()
            if self.clock.now() - ticked >= TICK:
                ticked = self.clock.now()
                await self.bot.ticker.tick()
            delivery.wake.clear()
            until = self.clock.now() + timedelta(seconds=delivery.step())
            while not (self.clock.now() >= until or delivery.wake.is_set() or self.telegram.queue.pending):
                await self.timeline.go_on(until - self.clock.now())

    async def _take_in(self) -> None:
        """Updates are there at once: here it is the sending that is hindered."""
        pending = self.telegram.queue.pending
        if pending:
            self.bot.ingest.keep([update.body for update in pending if isinstance(update.body, dict)])
            pending.clear()
            await self.bot.dispatcher.handle_waiting()
