"""Leading: a part is done while we lead, and whatever a deposed leader still tries to write changes nothing."""

import ast
import asyncio
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

import bot.chat
from bot.chat import leading
from bot.chat.leading import lead
from bot.core.due import Appointment, DueRow
from bot.core.inbox import Incoming
from bot.core.leadership import Leadership, StaleLeader
from bot.core.outbox import Outgoing
from bot.core.store import Fence, Store, StoreUnavailable
from tests.core.leaders import ON_POSTGRES, Candidate, candidate, cut_locks, other
from tests.support.town import Town

__all__ = ["candidate", "other"]
PATIENCE = 10.0


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody stand by for real."""
    monkeypatch.setattr(leading, "STANDBY", 0.02)


class Part:
    """Something one instance at a time may do: it does nothing until it is told to fail or ended."""

    def __init__(self) -> None:
        self.fences: list[Fence] = []
        self.ends: BaseException | None = None  # what it says when it is ended
        self.fails: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __call__(self, fence: Fence) -> None:
        self.fences.append(fence)
        self.fails = asyncio.get_running_loop().create_future()
        try:
            await self.fails
        finally:
            if self.ends:
                raise self.ends

    async def led(self, times: int) -> None:
        """Wait until it was begun so often."""
        async with asyncio.timeout(PATIENCE):
            while len(self.fences) < times:
                await asyncio.sleep(0.01)


async def ended(task: "asyncio.Future[None]") -> None:
    task.cancel()
    done, _ = await asyncio.wait({task}, timeout=PATIENCE)
    assert done, "it goes on though it was told to stop"


@pytest.mark.parametrize("error", [StaleLeader(), StoreUnavailable()])
@ON_POSTGRES
async def test_a_part_that_was_deposed_or_lost_the_database_is_begun_anew(
    error: Exception, store: Store, candidate: Candidate
) -> None:
    part = Part()
    task = asyncio.ensure_future(lead(candidate(store), part))
    for times in (1, 2, 3):
        await part.led(times)
        part.fails.set_exception(error)
    await part.led(4)
    await ended(task)


async def test_any_other_failure_of_a_part_is_told(store: Store, candidate: Candidate) -> None:
    part = Part()
    task = asyncio.ensure_future(lead(candidate(store), part))
    await part.led(1)
    part.fails.set_exception(LookupError())
    with pytest.raises(LookupError):
        await asyncio.wait_for(task, PATIENCE)


@pytest.mark.parametrize("last_words", [StaleLeader(), StoreUnavailable()])
async def test_a_stop_is_heard_even_if_the_part_fails_while_it_ends(
    last_words: Exception, store: Store, candidate: Candidate
) -> None:
    part = Part()
    task = asyncio.ensure_future(lead(candidate(store), part))
    await part.led(1)
    part.ends = last_words
    try:
        await ended(task)
    finally:
        part.ends = None  # so that whoever went on can be ended after all
    assert len(part.fences) == 1


@ON_POSTGRES
async def test_a_part_that_writes_nothing_ends_when_somebody_else_leads(
    store: Store, other: Store, candidate: Candidate
) -> None:
    first, second = Part(), Part()
    one = asyncio.ensure_future(lead(candidate(store), first))
    await first.led(1)
    task = asyncio.ensure_future(lead(candidate(other), second))
    while not second.fences:  # whoever is faster takes the lost lock
        cut_locks(other)
        await asyncio.sleep(0.03)
    async with asyncio.timeout(PATIENCE):
        while not first.fails.done():
            await asyncio.sleep(0.01)
    await ended(one)
    await ended(task)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
async def test_on_sqlite_nobody_stands_by(store: Store, candidate: Candidate) -> None:
    part = Part()
    task = asyncio.ensure_future(lead(candidate(store), part))
    await part.led(1)
    part.fails.set_exception(StaleLeader())
    with pytest.raises(StaleLeader):
        await asyncio.wait_for(task, PATIENCE)


@pytest.fixture
def stale(town: Town) -> Iterator[Fence]:
    """The fence of a leader whom somebody else has followed."""
    leadership = Leadership(town.store, "any")
    fence = leadership.acquire()
    leadership.release()
    leadership.acquire()
    leadership.release()
    yield fence


def everything(town: Town) -> dict[str, list[tuple[Any, ...]]]:
    """What leaders write."""
    with town.store.read() as session:
        return {
            "inbox": [tuple(row) for row in session.exec(select(Incoming.id, Incoming.state))],
            "outbox": [tuple(row) for row in session.exec(select(Outgoing.id, Outgoing.state, Outgoing.error))],
            "due": [tuple(row) for row in session.exec(select(DueRow.key, DueRow.state, DueRow.at))],
        }


def tick(town: Town) -> Awaitable[int]:
    town.bot.ticker._swept = town.clock.now()
    return town.bot.ticker.tick()


Write = Callable[[Town], Any]
WRITES: dict[str, Write] = {
    "ingest keeps": lambda town: town.bot.ingest.keep([{"update_id": 7}]),
    "ingest notes that it hears": lambda town: town.bot.ingest.listening.heard(),
    "delivery recovers": lambda town: town.bot.delivery.recover(),
    "delivery claims": lambda town: town.bot.delivery.step(),
    "delivery sets aside": lambda town: town.bot.delivery._bury(1, LookupError()),
    "a tick sweeps": lambda town: town.bot.ticker.tick(),
    "a tick does what is due": tick,
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
async def test_what_a_deposed_leader_writes_is_refused_and_changes_nothing(
    write: Write, town: Town, stale: Fence
) -> None:
    await town.someone(101, "Anna", "en")
    town.telegram.say(101, "/help")
    town.bot.ingest.keep(await town.client.updates(None, 0))
    await town.bot.dispatcher.handle_waiting()
    with town.store.unit_of_work() as uow:
        uow.due.plan(Appointment("no.such.job", uow.now))
    for leader in (town.bot.ingest, town.bot.ingest.listening, town.bot.delivery, town.bot.ticker):
        leader.fence = stale
    before = everything(town)
    with pytest.raises(StaleLeader):
        result = write(town)
        if isinstance(result, Awaitable):
            await result
    assert everything(town) == before


@pytest.mark.parametrize("module", ["ingest", "delivery", "ticks"])
def test_every_write_of_a_leader_asks_whether_it_still_leads(module: str) -> None:
    source = Path(bot.chat.__file__).with_name(f"{module}.py").read_text("utf-8")
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    writes = [node for node in calls if isinstance(node.func, ast.Attribute) and node.func.attr == "unit_of_work"]
    assert writes
    assert [node.lineno for node in writes if [ast.unparse(given) for given in node.args] != ["self.fence"]] == []
