"""Hostile surroundings: the disk full or read-only, answers lost, Telegram away or slow; nothing is lost or doubled."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from structlog.testing import capture_logs

from bot.core.store import Store
from tests.faults import LONG, seed
from tests.faults.living import LivingTown
from tests.faults.visits import Evening
from tests.support.virtual_time import run_virtually

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600 if LONG else 180)]
Disturb = Callable[[LivingTown, random.Random], Awaitable[None]]


async def an_evening(store: Store, disturb: Disturb) -> str:
    """Let people come while something disturbs the bot, and judge at the end."""
    town, dice = LivingTown(store), random.Random(seed())
    evening = Evening(store, town.telegram, dice)
    evening.furnish()
    town.begin()
    disturbing = asyncio.ensure_future(disturb(town, dice))
    async with asyncio.timeout(3600):  # of the town
        await evening.passes(400)
        await disturbing
        await evening.is_quiet()
    await town.end()
    return f"{town.loop.time():.0f} s of the town: {evening.judge()}"


@contextmanager
def each_connection(store: Store, statement: str) -> Iterator[None]:
    """Have every connection say this first."""

    def say(connection: Any, *_: object) -> None:
        connection.execute(statement)

    event.listen(store.engine, "checkout", say)
    try:
        yield
    finally:
        event.remove(store.engine, "checkout", say)


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        pytest.param("PRAGMA max_page_count=1", "PRAGMA max_page_count=1000000", id="full"),
        pytest.param("PRAGMA query_only=ON", "PRAGMA query_only=OFF", id="read-only"),
    ],
)
def test_a_disk_that_takes_nothing_for_a_while_loses_nothing(store: Store, bad: str, good: str) -> None:
    if not store.is_sqlite:
        pytest.skip("PostgreSQL's disk is its own matter")

    async def disturb(town: LivingTown, dice: random.Random) -> None:
        for _ in range(14):
            with each_connection(store, good):
                await asyncio.sleep(dice.uniform(5, 15))
            with each_connection(store, bad):
                await asyncio.sleep(dice.uniform(5, 15))
        event.listen(store.engine, "checkout", lambda connection, *_: connection.execute(good))

    with capture_logs() as said:
        verdict = run_virtually(an_evening(store, disturb))
    failed = sum(line.get("error") == "StoreUnavailable" for line in said)
    print(f"{verdict}; {failed} writes failed")
    assert failed > 14


def test_commits_whose_answer_is_lost_lose_and_double_nothing(store: Store) -> None:
    dialect, lost = store.engine.dialect, 0
    commit, broken = dialect.do_commit, dialect.loaded_dbapi.OperationalError

    async def disturb(town: LivingTown, dice: random.Random) -> None:
        def commit_and_fall_silent(connection: Any) -> None:
            nonlocal lost
            commit(connection)
            if dice.random() < 0.05:
                lost += 1
                raise broken("the connection was lost after the commit")

        dialect.do_commit = commit_and_fall_silent  # type: ignore[assignment,method-assign]
        await asyncio.sleep(300)
        dialect.do_commit = commit  # type: ignore[method-assign]

    print(f"{run_virtually(an_evening(store, disturb))}; {lost} answers of the database lost")
    assert lost > 10


def test_a_telegram_that_takes_thirty_seconds_for_each_answer_loses_and_doubles_nothing(store: Store) -> None:
    async def disturb(town: LivingTown, dice: random.Random) -> None:
        town.line.seconds = 30.0
        await asyncio.sleep(300)
        town.line.seconds = 0.0

    print(f"{run_virtually(an_evening(store, disturb))}")
