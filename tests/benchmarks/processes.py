"""Starts the bots that are measured, each on a core of its own, and asks Linux what they used."""

import asyncio
import os
import subprocess
import sys
import tempfile
from asyncio.subprocess import Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from time import perf_counter
from typing import IO

from tests.benchmarks.profiling import profiled
from tests.benchmarks.server import TOKEN, Server
from tests.support.check_source import ROOT

# As they were before this process was pinned; none where a machine does not tell.
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
PATIENCE = 60  # seconds for a bot to come up
UNPACED, FAST = ["tests.benchmarks.unpaced"], "5000"  # messages a second: more than any bot here sends


@dataclass(frozen=True)
class Running:
    """A bot at work, in one process or several; ``start`` is the seconds from its start to its first getUpdates."""

    server: Server
    pids: tuple[int, ...]
    start: float
    url: str = ""  # of its database

    @property
    def cpu(self) -> float:
        """The seconds of processor time it has used."""
        return sum(_cpu(pid) for pid in self.pids)

    @property
    def memory(self) -> float:
        """What it holds of the machine's memory, in MiB."""
        return sum(_memory(pid) for pid in self.pids)


def _cpu(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _memory(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (found,) = (line for line in lines if line.startswith("VmRSS:"))
    return int(found.split()[1]) / 1024


def cores() -> tuple[set[int], set[int]]:
    """Return the core of the server and that of the bots: the same where there is only one."""
    return set(CORES[:1]), set(CORES[-1:])


def pin(pid: int, where: set[int]) -> None:
    """Keep a process on its core, where the machine can."""
    if where:
        os.sched_setaffinity(pid, where)


@asynccontextmanager
async def peer(server: Server) -> AsyncIterator[Running]:
    """Run the yardstick."""
    async with _one(server, ["tests.benchmarks.peer", server.address, TOKEN], {}) as running:
        yield running


@asynccontextmanager
async def lotse(server: Server, url: str, folder: Path, **given: str) -> AsyncIterator[Running]:
    """Run Lotse on a database that is there; settings are given without their prefix."""
    module = ["bot", "run"] if "rate" in given else UNPACED
    async with _one(server, module, environment(server, url, folder, **given)) as running:
        yield replace(running, url=url)


@asynccontextmanager
async def _one(server: Server, module: list[str], env: dict[str, str]) -> AsyncIterator[Running]:
    begun = perf_counter()
    async with process(module, env, cores()[1]) as started:
        await polled(server, started)
        async with profiled(started.pid):
            yield Running(server, (started.pid,), server.polled_at - begun)


def environment(server: Server, url: str, folder: Path, **given: str) -> dict[str, str]:
    """The settings of a Lotse that is measured."""
    usual = {"token": TOKEN, "api_url": server.address, "database_url": url, "data_dir": str(folder)}
    usual |= {"listen": "127.0.0.1:0", "rate": FAST, "log": "warning", **given}
    return {f"LOTSE_{name.upper()}": value for name, value in usual.items()}


async def polled(server: Server, started: Process) -> None:
    """Wait until the bot asks for updates, or ends."""
    tasks = [asyncio.ensure_future(server.polled.wait()), asyncio.ensure_future(started.wait())]
    await asyncio.wait(tasks, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    for task in tasks:
        task.cancel()
    if not server.polled.is_set():
        raise RuntimeError("the bot did not come up")


@asynccontextmanager
async def process(module: list[str], env: dict[str, str], where: set[int]) -> AsyncIterator[Process]:
    """Run a module of Python on these cores, and end it; what it said goes into the complaint if something fails."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    with tempfile.TemporaryFile() as said:
        started = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module),
            cwd=ROOT,
            env={**bare, **env},
            stdout=said,
            stderr=subprocess.STDOUT,
            preexec_fn=lambda: pin(0, where),
        )
        try:
            yield started
        except (TimeoutError, RuntimeError, OSError) as error:
            what = str(error) or type(error).__name__
            raise RuntimeError(f"{what}; {module[0]} said: {_last_words(said)}") from None
        finally:
            if started.returncode is None:
                started.kill()  # its database is thrown away
            await started.wait()


def _last_words(said: IO[bytes]) -> str:
    said.seek(0)
    return said.read().decode(errors="replace").strip()[-2000:] or "nothing"
