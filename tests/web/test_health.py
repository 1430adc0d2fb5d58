"""Health and metrics over real HTTP."""

import json
import time

import aiohttp
import pytest

from bot.web import build_web, serve
from tests.web.visiting import UPDATE, Bot, Visitor, address_of, open_bot, settings


async def test_a_living_bot_is_healthy(visitor: Visitor) -> None:
    status, text = await visitor.asks("/healthz")
    report = json.loads(text)
    assert status == 200
    assert (report["status"], report["database"]) == ("ok", "ok")
    assert 0 <= report["last_tick_seconds"] < 60
    assert set(report) == {
        "status",
        "database",
        "loop_lag_seconds",
        "last_tick_seconds",
        "last_update_seconds",
    }


async def test_a_bot_that_does_not_tick_is_unwell(bot: Bot, visitor: Visitor) -> None:
    bot.ticker.last = time.monotonic() - 61
    status, text = await visitor.asks("/healthz")
    assert (status, json.loads(text)["status"]) == (503, "unwell")


async def test_a_bot_that_has_not_ticked_yet_is_given_a_minute(bot: Bot, visitor: Visitor) -> None:
    bot.ticker.last = 0.0
    assert (await visitor.asks("/healthz"))[0] == 200


async def test_a_bot_whose_database_is_away_is_unwell() -> None:
    bot = open_bot("sqlite:////there/is/no/such/folder/lotse.db")
    served = await serve(build_web(bot, settings()), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        visitor = Visitor(address_of(served), session)
        status, text = await visitor.asks("/healthz")
        assert (status, json.loads(text)["database"]) == (503, "away")
        assert await visitor.posts(UPDATE) == 503
    await served.close()
    bot.store.close()


async def test_the_age_of_the_last_update_is_told(visitor: Visitor) -> None:
    await visitor.posts(UPDATE)
    _, text = await visitor.asks("/healthz")
    assert 0 <= json.loads(text)["last_update_seconds"] < 60


async def test_metrics_are_in_the_format_of_prometheus(visitor: Visitor) -> None:
    status, text = await visitor.asks("/metrics")
    assert status == 200
    assert "# TYPE lotse_updates_total counter" in text


async def test_a_port_that_is_taken_is_said(bot: Bot, visitor: Visitor) -> None:
    port = int(visitor.address.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await serve(build_web(bot, settings()), "127.0.0.1", port)
