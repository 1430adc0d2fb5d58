"""Starts the bots that are measured, each on a core of its own, and asks Linux what they used."""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.benchmarks.server import TOKEN, Server
from tests.support.check_source import ROOT

# As they were before this process was pinned; none where a machine does not tell.
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
PATIENCE = 60  # seconds for a bot to come up


@dataclass(frozen=True)
class Measured:
    """A running bot; ``start`` is the seconds from its start to its first getUpdates."""

    pid: int
    start: float

    @property
    def cpu(self) -> float:
        """The seconds of processor time it has used."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    @property
    def memory(self) -> float:
        """What it holds of the machine's memory, in MiB."""
        lines = Path(f"/proc/{self.pid}/status").read_text().splitlines()
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
async def peer(server: Server) -> AsyncIterator[Measured]:
    """Run the yardstick."""
    async with _running(server, ["tests.benchmarks.peer", server.address, TOKEN], {}) as measured:
        yield measured


@asynccontextmanager
async def lotse(server: Server, url: str, folder: Path, **settings: str) -> AsyncIterator[Measured]:
    """Run Lotse as an operator does, on a database that is there; settings are given without their prefix."""
    given = {"token": TOKEN, "api_url": server.address, "database_url": url, "data_dir": str(folder)}
    given |= {"listen": "127.0.0.1:0", "rate": "1000", "log": "warning", **settings}
    env = {f"LOTSE_{name.upper()}": value for name, value in given.items()}
    async with _running(server, ["bot", "run"], env) as measured:
        yield measured


@asynccontextmanager
async def _running(server: Server, module: list[str], env: dict[str, str]) -> AsyncIterator[Measured]:
    bare = {name: value for name, value in os.environ.items() if not name.startswith("LOTSE_")}
    begun = perf_counter()
    with tempfile.TemporaryFile() as said:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *module),
            cwd=ROOT,
            env={**bare, **env},
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=lambda: pin(0, cores()[1]),
        )
        try:
            await asyncio.wait_for(server.polled.wait(), PATIENCE)
            yield Measured(process.pid, server.polled_at - begun)
        except TimeoutError:
            said.seek(0)
            raise RuntimeError(f"the bot did not answer; it said: {said.read().decode()}") from None
        finally:
            if process.returncode is None:
                process.kill()  # its database is thrown away
            await process.wait()
