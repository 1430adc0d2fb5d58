"""One Lotse on PostgreSQL, and a second process that shares its work; nothing is pinned to a core here."""

import asyncio
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from functools import partial
from time import perf_counter

from tests.benchmarks.bench import Bench
from tests.benchmarks.crowd import until
from tests.benchmarks.loops import closed_loop
from tests.benchmarks.processes import CORES, UNPACED, Running, environment, pin, polled, process
from tests.benchmarks.results import Figures, Skipped
from tests.benchmarks.server import serving
from tests.benchmarks.towns import taps

PATIENCE = 30.0  # seconds for a worker to come up
OPTION = "--role"


async def one_worker(bench: Bench) -> Figures:
    """Taps, with one process that does everything."""
    return await _taps(bench, ())


async def two_workers(bench: Bench) -> Figures:
    """The same, with a second process that only works."""
    return await _taps(bench, ("work",))


async def _taps(bench: Bench, helpers: tuple[str, ...]) -> Figures:
    await _require_roles()
    with everywhere(bench.postgres.pid):
        async with _house(bench, helpers) as running:
            return await closed_loop(running, taps(bench.postgres_town), bench.plan)


async def _require_roles() -> None:
    """Ask the command line whether it knows the option at all."""
    command = (sys.executable, "-m", "bot", "run", "--help")
    asked = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await asked.communicate()
    if OPTION not in said.decode():
        raise Skipped(f"`bot run` has no {OPTION} yet")


@asynccontextmanager
async def _house(bench: Bench, helpers: tuple[str, ...]) -> AsyncIterator[Running]:
    async with AsyncExitStack() as stack:
        url = stack.enter_context(bench.postgres.copied(bench.postgres_town.url))
        server = await stack.enter_async_context(serving())
        env = environment(server, url, bench.folder / "data")
        begun = perf_counter()
        first = await stack.enter_async_context(process([*UNPACED, OPTION, "all"], env, set(CORES)))
        await polled(server, first)
        pids = [first.pid]
        for role in helpers:
            port = _free_port()
            env["LOTSE_LISTEN"] = f"127.0.0.1:{port}"
            pids.append((await stack.enter_async_context(process([*UNPACED, OPTION, role], env, set(CORES)))).pid)
            await until(partial(_listens, port), PATIENCE, lambda: "the second process did not come up")
        yield Running(server, tuple(pids), server.polled_at - begun, url)


@contextmanager
def everywhere(*pids: int) -> Iterator[None]:
    """Let these processes and this one run on every core for a while."""
    before = {pid: os.sched_getaffinity(pid) for pid in (0, *pids)} if CORES else {}
    for pid in before:
        pin(pid, set(CORES))
    try:
        yield
    finally:
        for pid, where in before.items():
            pin(pid, where)


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        tried.settimeout(0.2)
        return tried.connect_ex(("127.0.0.1", port)) == 0
