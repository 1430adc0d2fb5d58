"""What is measured, one run of one bot each."""

import asyncio
import statistics
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter

from tests.benchmarks.crowd import Ask, Crowd
from tests.benchmarks.furnish import FIRST_READER
from tests.benchmarks.limits import Limit
from tests.benchmarks.processes import Measured
from tests.benchmarks.server import Server

BROADCAST_TAPS = 3.0  # taps a second of others while a broadcast leaves
QUIET_TAPS, QUIET = 10.0, 60  # a second, and how many, before it
GIVEN_UP = 10  # seconds without a message of the broadcast


@dataclass(frozen=True)
class Run:
    """What one run gave: updates a second, CPU and waits in milliseconds, start in seconds, memory in MiB."""

    rate: float = 0.0
    cpu: float = 0.0
    p50: float = 0.0
    p99: float = 0.0
    start: float = 0.0
    memory: float = 0.0


async def closed_loop(server: Server, bot: Measured, ask: Ask, count: int) -> Run:
    """As many updates as the bot can handle while 32 people each wait for their answer; a tenth warms it up."""
    crowd = Crowd(server, ask)
    warm = count // 10
    crowd.begin()
    begin = await crowd.answered(warm)
    used = bot.cpu
    end = await crowd.answered(count)
    cpu = (bot.cpu - used) / (count - warm) * 1000
    return Run((count - warm) / (end - begin), cpu, *waits(crowd.waits[warm:]), bot.start, bot.memory)


async def open_loop(server: Server, bot: Measured, ask: Ask, count: int) -> Run:
    """A hundred updates a second, whatever the bot does."""
    crowd = Crowd(server, ask)
    await crowd.by_the_clock(100, 50)
    crowd.waits.clear()
    used = bot.cpu
    await crowd.by_the_clock(100, count)
    return Run(100, (bot.cpu - used) / count * 1000, *waits(crowd.waits), bot.start, bot.memory)


def waits(seconds: list[float]) -> tuple[float, float]:
    """Return median and 99th percentile in milliseconds."""
    return quantile(seconds, 50) * 1000, quantile(seconds, 99) * 1000


def quantile(values: list[float], percent: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


@dataclass
class Broadcast:
    """What became of a broadcast; waits of taps in milliseconds."""

    readers: int
    arrived: Counter[int] = field(default_factory=Counter)
    first: float = 0.0
    last: float = 0.0
    share: float = 0.0
    refused: int = 0
    quiet: float = 0.0
    during: float = 0.0

    @property
    def lost(self) -> int:
        """Readers without the message."""
        return self.readers - len(self.arrived)

    @property
    def doubled(self) -> int:
        """Readers who have it more than once."""
        return sum(count > 1 for count in self.arrived.values())

    def hear(self, method: str, params: Mapping[str, str]) -> bool:
        """Note a message to a reader; return whether it was one."""
        chat_id = int(params["chat_id"])
        if chat_id < FIRST_READER or method != "sendMessage":
            return False
        self.last = perf_counter()
        self.first = self.first or self.last
        self.arrived[chat_id] += 1
        return True


class Reading(Crowd):
    """A crowd that taps while others are being told."""

    def __init__(self, server: Server, ask: Ask, broadcast: Broadcast) -> None:
        super().__init__(server, ask)
        self.broadcast = broadcast

    def on_call(self, method: str, params: Mapping[str, str]) -> None:
        """Tell the two kinds of messages apart."""
        if not self.broadcast.hear(method, params):
            super().on_call(method, params)


async def broadcast(server: Server, limit: Limit, ask: Ask, found: Broadcast, begin: Callable[[], None]) -> None:
    """Taps in quiet, then taps while the broadcast leaves that ``begin`` sends off."""
    crowd = Reading(server, ask, found)
    await crowd.by_the_clock(QUIET_TAPS, 20)
    crowd.waits.clear()
    await crowd.by_the_clock(QUIET_TAPS, QUIET)
    found.quiet = quantile(crowd.waits, 95) * 1000
    await asyncio.to_thread(begin)
    async with asyncio.timeout(60 + found.readers / 10):
        while not found.first:
            await asyncio.sleep(0.01)
        crowd.waits.clear()
        taps = asyncio.ensure_future(crowd.by_the_clock(BROADCAST_TAPS, found.readers))
        while found.lost and perf_counter() - found.last < GIVEN_UP:
            await asyncio.sleep(0.01)
        taps.cancel()
        while crowd.is_waiting:
            await asyncio.sleep(0.01)
    found.during = quantile(crowd.waits, 95) * 1000
    await asyncio.sleep(2)  # so that what is sent twice is seen
    found.share, found.refused = limit.share(found.first, found.last), limit.refused
