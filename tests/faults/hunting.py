"""Hunting: lives of a bot in a busy town, each ended by a signal at a random moment, and the verdict at the end."""

import asyncio
import random
import signal
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from pathlib import Path

from bot.core.clock import Clock
from bot.core.store import Store
from tests.faults import seed
from tests.faults.evening import Evening
from tests.faults.judging import UnderWay, judge_effects, judge_messages, judge_updates, until_quiet
from tests.faults.killing import Victim, settings, until_gone, victim
from tests.faults.witness import Witness, witness

LONGEST_LIFE = 0.12  # seconds of work before the end, at most
WHILE_STARTING = 0.15  # the share of lives that end before a bot asks for updates


@dataclass
class Hunt:
    """An evening with all its lives."""

    evening: Evening
    watching: Witness
    hunted: Victim
    environment: dict[str, str]
    chance: random.Random
    under_way: UnderWay = field(default_factory=UnderWay)

    @property
    def store(self) -> Store:
        """The bot's database."""
        return self.evening.store

    async def begin(self) -> None:
        """Fill the town, and run a bot that dies in bed, so that the others start faster."""
        await self.evening.begin()
        await self.hunted.start(self.environment, rehearsal=True)
        await self.hunted.lives_until(self.watching.asked_since(0))
        await asyncio.sleep(1)
        assert await self.hunted.end(signal.SIGTERM) == 0, self.hunted.last_words

    async def live(self, number: int, by: signal.Signals) -> tuple[int, int]:
        """Let the evening go on, and run a bot for a random moment; return its exit code and the calls under way."""
        await self.evening.goes_on(number)
        before = await self.watching.asked()
        await self.hunted.start(self.environment)
        if self.chance.random() >= WHILE_STARTING:
            await self.hunted.lives_until(self.watching.asked_since(before))
        await asyncio.sleep(self.chance.uniform(0, LONGEST_LIFE))
        code = await self.hunted.end(by)
        await until_gone(self.store)
        return code, self.under_way.note(self.store)

    async def verdict(self) -> Counter[str]:
        """Let a bot do in peace what is left, and hold everything against what must be true; return the counts."""
        await self.hunted.start(self.environment)
        await self.hunted.lives_until(self.watching.done())
        await self.hunted.lives_until(until_quiet(self.store))
        assert await self.hunted.end(signal.SIGTERM) == 0, self.hunted.last_words
        people, ledger = await self.watching.people(), await self.watching.ledger()
        judge_updates(self.store, people["updates"])
        judge_effects(self.store, self.evening, people["copies"])
        counts = judge_messages(self.store, ledger, self.under_way)
        return Counter(updates=people["updates"], at_risk=self.under_way.times.total()) + counts


@asynccontextmanager
async def hunt(store_url: str, folder: Path, length: int) -> AsyncIterator[Hunt]:
    """An evening of so many lives on one database."""
    chance = random.Random(seed())
    with closing(Store(store_url, Clock())) as store:
        async with witness() as watching, victim(folder) as hunted:
            evening = Evening(store, watching, chance, length)
            hunting = Hunt(evening, watching, hunted, settings(watching.address, store_url, folder), chance)
            await hunting.begin()
            yield hunting
