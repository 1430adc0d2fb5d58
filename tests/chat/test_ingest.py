"""Updates are committed before Telegram hears that we have them; a second poller is recognised."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.chat import ingest as ingest_module
from bot.chat.client import Client
from bot.chat.ingest import SecondPoller, TokenRejected
from bot.core.inbox import Incoming
from bot.core.store import StoreUnavailable, UnitOfWork
from bot.demo.faults import Fault, FaultKind
from bot.demo.request import DemoRequest
from tests.support.town import TOKEN, Town


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for real."""
    monkeypatch.setattr(ingest_module, "PAUSE", 0.0)


def numbers(town: Town) -> list[int]:
    with town.store.read() as session:
        return list(session.exec(select(Incoming.update_id)))


@asynccontextmanager
async def polling(town: Town) -> AsyncIterator[None]:
    """Poll meanwhile."""
    task = asyncio.ensure_future(town.bot.ingest.poll())
    async with asyncio.timeout(20):
        yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def poll_until(town: Town, count: int) -> None:
    """Poll until so many updates are kept."""
    async with polling(town):
        while len(numbers(town)) < count:
            await asyncio.sleep(0.01)


async def test_polling_keeps_every_update_and_confirms_it_afterwards(town: Town) -> None:
    town.stranger(101, "Anna", "en")
    for number in range(150):
        town.telegram.say(101, f"word {number}")
    await poll_until(town, 150)
    assert len(set(numbers(town))) == 150


async def test_an_unconfirmed_batch_comes_again_and_is_kept_once(town: Town) -> None:
    town.stranger(101, "Anna", "en")
    town.telegram.say(101, "hello")
    batch = await town.client.updates(None, 0)
    assert town.bot.ingest.keep(batch) == 1
    assert town.bot.ingest.keep(await town.client.updates(None, 0)) == 0


async def test_numbers_that_begin_anew_lower_are_followed(town: Town) -> None:
    town.stranger(101, "Anna", "en")
    town.telegram.say(101, "before")
    await poll_until(town, 1)
    await town.client.updates(numbers(town)[0] + 1, 0)
    town.clock.jump(timedelta(days=8))
    town.telegram.restart_update_ids(5)
    town.telegram.say(101, "after")
    town.telegram.say(101, "and again")
    await poll_until(town, 3)
    assert sorted(numbers(town))[:2] == [5, 6]


async def test_an_update_without_a_number_is_counted_and_passed_over(town: Town) -> None:
    assert town.bot.ingest.keep([{"update_id": "x"}, {}, {"update_id": True}, {"update_id": 10**30}]) == 0


async def test_a_second_poller_ends_us_instead_of_stealing_updates(town: Town) -> None:
    ours = asyncio.ensure_future(town.bot.ingest.poll())
    other = Client(TOKEN, town.settings.api_url, DemoRequest(town.telegram))
    for _ in range(50):
        if not ours.done():
            await asyncio.gather(other.updates(None, 1), return_exceptions=True)
    assert ours.done()
    with pytest.raises(SecondPoller):
        await ours


async def test_a_token_telegram_does_not_know_ends_polling(town: Town) -> None:
    town.bot.ingest.client = Client("123456:another", town.settings.api_url, DemoRequest(town.telegram))
    with pytest.raises(TokenRejected):
        await town.bot.ingest.poll()


async def all_is_confirmed(town: Town) -> None:
    """Wait until Telegram has nothing left to deliver; it must not be asked often."""
    town.telegram.faults.add(Fault(FaultKind.SLOW, rate=1.0, seconds=0.001, methods=frozenset({"getUpdates"})))
    town.telegram.ledger.clear()
    while town.telegram.queue.pending and town.telegram.ledger.polls < 50:
        await asyncio.sleep(0.001)
    assert not town.telegram.queue.pending


def begin_numbers_anew(town: Town, at: int) -> None:
    """Let a quiet week pass and somebody write again."""
    town.clock.jump(timedelta(days=8))
    town.telegram.restart_update_ids(at)
    town.telegram.say(101, "after")


async def test_numbers_that_begin_anew_while_we_poll_are_confirmed(town: Town) -> None:
    town.stranger(101, "Anna", "en")
    town.telegram.say(101, "before")
    async with polling(town):
        await all_is_confirmed(town)
        begin_numbers_anew(town, 5)
        await all_is_confirmed(town)
    assert len(numbers(town)) == 2


async def test_no_number_of_before_is_an_offset_of_a_start_after_a_quiet_week(town: Town) -> None:
    town.stranger(101, "Anna", "en")
    town.telegram.say(101, "before")
    await poll_until(town, 1)
    await town.client.updates(numbers(town)[0] + 1, 0)
    begin_numbers_anew(town, numbers(town)[0] - 5)
    async with polling(town):
        await all_is_confirmed(town)
    assert len(numbers(town)) == 2


async def test_what_could_not_be_kept_is_not_confirmed_and_comes_again(town: Town) -> None:
    def away(uow: UnitOfWork) -> None:
        if uow.session.exec(select(Incoming)).first():
            town.store.before_commit.remove(away)
            raise StoreUnavailable

    town.stranger(101, "Anna", "en")
    town.telegram.say(101, "hello")
    town.store.before_commit.append(away)
    async with polling(town):
        await all_is_confirmed(town)
    assert len(numbers(town)) == 1
