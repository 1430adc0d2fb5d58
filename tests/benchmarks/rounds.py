"""The whole measurement: rounds in which every bot has its turn, then the broadcasts."""

import shutil
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from time import perf_counter

from tests.benchmarks import furnish
from tests.benchmarks.crowd import says
from tests.benchmarks.figures import Broadcast, Run, broadcast, closed_loop, open_loop
from tests.benchmarks.furnish import Postgres, Town
from tests.benchmarks.limits import RATE, Bucket, Window
from tests.benchmarks.processes import Measured, lotse, peer
from tests.benchmarks.server import Server, serving

TRIP = 0.05  # seconds to Telegram and back, while a broadcast leaves


@dataclass(frozen=True)
class Plan:
    """How much is measured: rounds, updates of each kind of run, readers of a broadcast."""

    rounds: int = 3
    plain: int = 500
    taps: int = 200
    steady: int = 200
    readers: int = 600
    memory: tuple[int, ...] = (2000,)  # after so many updates it is looked at


LONG = Plan(rounds=5, plain=2000, taps=1500, steady=1000, readers=3000, memory=(2000, 20_000))


@dataclass
class Results:
    """All runs by name in the order of the rounds, and the broadcasts by the limit's name."""

    plan: Plan
    runs: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    broadcasts: dict[str, Broadcast] = field(default_factory=dict)


@dataclass(frozen=True)
class Bench:
    """Where the databases to copy from are."""

    folder: Path
    sqlite: Town
    postgres: Postgres
    postgres_name: str
    postgres_town: Town


def open_bench(folder: Path, server: Postgres) -> Bench:
    """Furnish one database of each kind."""
    sqlite = furnish.furnish(f"sqlite:///{folder / 'template.db'}")
    name = server.create()
    return Bench(folder, sqlite, server, name, furnish.furnish(server.url(name)))


async def measure(plan: Plan, bench: Bench, say: Callable[[str], None]) -> Results:
    """Measure everything."""
    results = Results(plan)
    runs = (
        ("ptb", partial(_peer, partial(closed_loop, ask=says("hi"), count=plan.plain))),
        ("tap", partial(_sqlite, bench, partial(closed_loop, ask=bench.sqlite.tap, count=plan.taps))),
        ("tap together", partial(_sqlite, bench, partial(closed_loop, ask=bench.sqlite.tap_together, count=plan.taps))),
        ("tap on PostgreSQL", partial(_postgres, bench, plan)),
        ("help", partial(_sqlite, bench, partial(closed_loop, ask=says("/help"), count=plan.plain))),
        ("ptb steady", partial(_peer, partial(open_loop, ask=says("hi"), count=plan.steady))),
        ("tap steady", partial(_sqlite, bench, partial(open_loop, ask=bench.sqlite.tap, count=plan.steady))),
    )
    for number in range(plan.rounds):
        for name, run in runs:
            results.runs[name].append(found := await run())
            say(f"round {number + 1}: {name}: {found.rate:.0f}/s, {found.cpu:.2f} ms CPU, p99 {found.p99:.0f} ms")
    await _broadcasts(plan, bench, results, say)
    for count in plan.memory:
        for name, text, turn in (("ptb", "hi", _peer), ("help", "/help", partial(_sqlite, bench))):
            found = await turn(partial(closed_loop, ask=says(text), count=count))
            results.runs[f"{name} {count}"].append(found)
            say(f"memory after {count}: {name}: {found.memory:.0f} MiB")
    return results


Turn = Callable[[Server, Measured], Awaitable[Run]]


async def _peer(turn: Turn) -> Run:
    async with serving() as server, peer(server) as bot:
        return await turn(server, bot)


async def _sqlite(bench: Bench, turn: Turn) -> Run:
    folder = bench.folder / "run"
    url = furnish.copy_file(bench.sqlite, folder)
    try:
        async with serving() as server, lotse(server, url, folder) as bot:
            return await turn(server, bot)
    finally:
        shutil.rmtree(folder)


async def _postgres(bench: Bench, plan: Plan) -> Run:
    url = bench.postgres.url(bench.postgres.create(bench.postgres_name))
    async with serving() as server, lotse(server, url, bench.folder / "data") as bot:
        return await closed_loop(server, bot, bench.postgres_town.tap, plan.taps)


async def _broadcasts(plan: Plan, bench: Bench, results: Results, say: Callable[[str], None]) -> None:
    town = furnish.furnish(f"sqlite:///{bench.folder / 'readers.db'}", plan.readers)
    settings = {"rate": str(RATE), "timezone": furnish.daytime()}
    for name, limit in (("bucket", Bucket()), ("window", Window())):
        folder = bench.folder / name
        url = furnish.copy_file(town, folder)
        found = results.broadcasts[name] = Broadcast(plan.readers)
        begun = perf_counter()
        async with serving(TRIP, limit) as server, lotse(server, url, folder, **settings):
            await broadcast(server, limit, town.tap, found, partial(furnish.begin_broadcast, url))
        say(
            f"broadcast, {name}: {found.share:.3f} of the limit, {found.refused} refused, {found.lost} lost, "
            f"p95 {found.quiet:.0f} -> {found.during:.0f} ms, {perf_counter() - begun:.0f} s"
        )
