"""How many updates a bot can handle, how long people wait, and what it takes of the machine."""

import asyncio
import statistics
from time import perf_counter

from tests.benchmarks.crowd import Ask, Crowd, until
from tests.benchmarks.plan import Plan
from tests.benchmarks.processes import Running
from tests.benchmarks.results import Figures


async def closed_loop(running: Running, ask: Ask, plan: Plan) -> Figures:
    """As many updates as the bot can handle while 32 people each wait for their answer."""
    crowd = Crowd(running.server, ask)
    crowd.begin()
    await asyncio.sleep(plan.warm)
    first, used, begin = len(crowd.waits), running.cpu, perf_counter()
    await asyncio.sleep(plan.seconds)
    last, cpu, end = len(crowd.waits), running.cpu - used, perf_counter()
    if crowd.ended:
        raise RuntimeError("the bot is so fast that too few shifts were furnished")
    await crowd.rest()
    if last - first < 2:
        raise RuntimeError(f"the bot gave {last} answers in {plan.seconds + plan.warm:.0f} s")
    return {
        "rate": (last - first) / (end - begin),
        "cpu": cpu / (last - first) * 1000,
        **waits(crowd.waits[first:last]),
        "start": running.start,
        "memory": running.memory,
    }


async def open_loop(running: Running, ask: Ask, plan: Plan) -> Figures:
    """A hundred updates a second, whatever the bot does."""
    crowd = Crowd(running.server, ask)
    await crowd.by_the_clock(100, 50)
    crowd.waits.clear()
    used = running.cpu
    await crowd.by_the_clock(100, plan.steady)
    return {"rate": 100, "cpu": (running.cpu - used) / plan.steady * 1000, **waits(crowd.waits)}


async def memory(running: Running, ask: Ask, plan: Plan) -> Figures:
    """What the bot holds after so many updates."""
    crowd = Crowd(running.server, ask)
    crowd.begin()
    held = {}
    for count in plan.memory:
        await _answered(crowd, count)
        held[f"after_{count}"] = running.memory
    await crowd.rest()
    looks = list(held.values())
    return {**held, "growth": looks[-1] / looks[0]}


async def _answered(crowd: Crowd, count: int) -> None:
    patience = 60 + count / 10
    await until(lambda: len(crowd.waits) >= count, patience, lambda: f"{len(crowd.waits)} answers of {count}")


def waits(seconds: list[float]) -> Figures:
    """Return quantiles in milliseconds."""
    return {f"p{percent}": quantile(seconds, percent) * 1000 for percent in (50, 95, 99)}


def quantile(values: list[float], percent: int) -> float:
    """Return a percentile."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]
