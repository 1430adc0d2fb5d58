"""Updates are committed before Telegram hears that we have them; a second poller is recognised."""

import asyncio
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.chat import ingest as ingest_module
from bot.chat.client import Client
from bot.chat.ingest import SecondPoller, TokenRejected
from bot.core.inbox import Incoming
from bot.demo.request import DemoRequest
from tests.support.town import TOKEN, Town


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nobody wait for real."""
    monkeypatch.setattr(ingest_module, "PAUSE", 0.0)


def numbers(town: Town) -> list[int]:
    with town.store.read() as session:
        return list(session.exec(select(Incoming.update_id)))


async def poll_until(town: Town, count: int) -> None:
    """Poll until so many updates are kept."""
    polling = asyncio.ensure_future(town.bot.ingest.poll())
    async with asyncio.timeout(20):
        while len(numbers(town)) < count:
            await asyncio.sleep(0.01)
    polling.cancel()
    await asyncio.gather(polling, return_exceptions=True)


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
    async def another_program() -> None:
        while True:
            other = Client(TOKEN, town.settings.api_url, DemoRequest(town.telegram))
            await asyncio.gather(other.updates(None, 1), return_exceptions=True)

    other = asyncio.ensure_future(another_program())
    with pytest.raises(SecondPoller):
        async with asyncio.timeout(30):
            await town.bot.ingest.poll()
    other.cancel()
    await asyncio.gather(other, return_exceptions=True)


async def test_a_token_telegram_does_not_know_ends_polling(town: Town) -> None:
    town.bot.ingest.client = Client("123456:another", town.settings.api_url, DemoRequest(town.telegram))
    with pytest.raises(TokenRejected):
        await town.bot.ingest.poll()
