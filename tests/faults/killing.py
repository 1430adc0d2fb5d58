"""A bot in a process of its own that is started, killed and stopped as often as a test wants."""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.core.store import Store
from tests.support.town import TOKEN

NAME = "victim"  # of the bot's connections to PostgreSQL
PATIENCE = 30  # seconds for a start, and for an end that was asked for


def noon() -> str:
    """Return a time zone in which it is about noon, so that the quiet hours are far."""
    east = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-east:+d}"


class Victim:
    """Starts, kills and stops one bot after the other."""

    def __init__(self, process: Process, log: Path) -> None:
        self.process = process
        self.log = log
        self.pid = 0
        self.passed: dict[int, int] = {}  # how often the last one that was stopped passed each boundary
        self.ended: asyncio.Task[int] | None = None

    @property
    def last_words(self) -> str:
        """What the bots logged last."""
        return self.log.read_text()[-3000:]

    async def start(
        self, environment: Mapping[str, str], *, crash: Mapping[str, Any] | None = None, rehearsal: bool = False
    ) -> None:
        """Start a bot, to crash at a point if one is given; the first one may be a rehearsal (victim.py)."""
        assert self.process.stdin
        assert self.ended is None or self.ended.done()
        order = {"environment": dict(environment), "crash": crash, "rehearsal": rehearsal}
        self.process.stdin.write(json.dumps(order).encode() + b"\n")
        await self.process.stdin.drain()
        self.pid = int(await self._line())
        self.ended = asyncio.ensure_future(self._end())

    async def lives_until(self, awaited: Coroutine[Any, Any, None]) -> None:
        """Wait for something that a living bot brings about."""
        assert self.ended
        task = asyncio.ensure_future(awaited)
        await asyncio.wait({task, self.ended}, return_when=asyncio.FIRST_COMPLETED)
        if not task.done():
            task.cancel()
            raise AssertionError(f"the bot ended ({self.ended.result()}): {self.last_words}")
        await task

    async def end(self, by: signal.Signals) -> int:
        """Send the bot a signal and wait for its end; return its exit code, or the signal as a negative number."""
        assert self.ended
        if not self.ended.done():
            with contextlib.suppress(ProcessLookupError):  # it may just have ended by itself
                os.kill(self.pid, by)
        await asyncio.wait({self.ended}, timeout=PATIENCE)
        if not self.ended.done():
            os.kill(self.pid, signal.SIGKILL)
            raise AssertionError(f"{by.name} did not end it: {self.last_words}")
        return self.ended.result()

    async def _end(self) -> int:
        line = await self._line()
        if line.startswith("passed "):
            self.passed = {int(number): times for number, times in json.loads(line.removeprefix("passed ")).items()}
            line = await self._line()
        return int(line.removeprefix("ended "))

    async def _line(self) -> str:
        assert self.process.stdout
        line = await self.process.stdout.readline()
        assert line, self.last_words
        return line.decode()


@asynccontextmanager
async def victim(folder: Path, *ways: str) -> AsyncIterator[Victim]:
    """A bot to be killed; one in a ``hurry`` does at once what else waits a second."""
    log = folder / "victim.log"
    with log.open("wb") as errors:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.faults.victim", *ways, stdin=PIPE, stdout=PIPE, stderr=errors
        )
        hunted = Victim(process, log)
        try:
            yield hunted
        finally:
            if hunted.ended and not hunted.ended.done():
                await hunted.end(signal.SIGKILL)
            assert process.stdin
            process.stdin.close()
            await asyncio.wait_for(process.wait(), PATIENCE)


def settings(api: str, store_url: str, folder: Path) -> dict[str, str]:
    """Return the environment of a bot; one language, because reading catalogues is no part of these tests."""
    if not store_url.startswith("sqlite"):
        store_url += f"{'&' if '?' in store_url else '?'}application_name={NAME}"
    return {
        "LOTSE_TOKEN": TOKEN,
        "LOTSE_API_URL": api,
        "LOTSE_DATABASE_URL": store_url,
        "LOTSE_DATA_DIR": str(folder),
        "LOTSE_LISTEN": "127.0.0.1:0",
        "LOTSE_TIMEZONE": noon(),
        "LOTSE_LOCALES": "en",
        "LOTSE_LOG": "warning",
    }


async def until_gone(store: Store) -> None:
    """Wait until PostgreSQL has noticed a bot's end: until then it may still carry out that bot's last words."""
    query = text(
        "SELECT count(*) FROM pg_stat_activity WHERE application_name = :name AND datname = current_database()"
    )
    while not store.is_sqlite:
        with store.read() as session:
            if not session.connection().execute(query, {"name": NAME}).scalar():
                return
        await asyncio.sleep(0.002)
