"""Running: the real program against the double of Telegram, started, doubled, refused and stopped."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import text

from bot.core.clock import Clock
from bot.core.store import Store
from bot.operate.schema import migrate, newest_revision, revision_of
from tests.demo.hands import TOKEN
from tests.demo.serving import Site, open_site
from tests.support.programs import lotse

PERSON = 101
NOBODY = "http://127.0.0.1:1"  # no server listens there


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The double of Telegram behind a port."""
    async with open_site() as opened:
        yield opened


def settings(site: Site, **more: str) -> dict[str, str]:
    return {"token": TOKEN, "api_url": site.address, "listen": "127.0.0.1:0", **more}


async def answered(site: Site, said: str) -> None:
    """Say something as a person does and wait for the bot's answer."""
    telegram = site.desk.telegram
    telegram.user(PERSON, "Olena", "en")
    before = len(telegram.chat(PERSON))
    telegram.say(PERSON, said)
    async with asyncio.timeout(20):
        while not any(message.from_bot for message in telegram.chat(PERSON)[before:]):
            await asyncio.sleep(0.05)


async def test_on_an_empty_folder_it_makes_the_tables_answers_and_stops_when_told(site: Site, tmp_path: Path) -> None:
    async with lotse("run", folder=tmp_path, **settings(site)) as program:
        await program.says('"event": "started"')
        await answered(site, "/start")
        assert await program.stops() == 0
    store = Store(f"sqlite:///{tmp_path}/data/lotse.db", Clock())
    assert revision_of(store) == newest_revision()
    store.close()
    assert (tmp_path / "data" / "erasures.jsonl").exists()
    assert '"event": "stopped"' in program.said
    assert "Olena" not in program.said


async def test_its_health_can_be_asked(site: Site, tmp_path: Path) -> None:
    async with lotse("run", folder=tmp_path, **settings(site)) as program:
        await program.says('"event": "started"')
        started = next(line for line in program.said.splitlines() if '"started"' in line)
        port = json.loads(started)["port"]
        async with aiohttp.ClientSession() as session:
            async with session.get(f"http://127.0.0.1:{port}/healthz") as answer:
                assert answer.status == 200
            async with session.get(f"http://127.0.0.1:{port}/metrics") as answer:
                assert "lotse_updates_total" in await answer.text()
        assert await program.stops() == 0


async def test_a_second_instance_that_may_not_wait_ends_at_once(site: Site, tmp_path: Path) -> None:
    async with lotse("run", folder=tmp_path, **settings(site)) as first:
        await first.says('"event": "started"')
        async with lotse("run", "--no-wait", folder=tmp_path, **settings(site)) as second:
            assert await second.ends() == 3
        assert "Another instance runs on this database" in second.said
        assert "Traceback" not in second.said
        assert await first.stops() == 0


async def test_a_second_instance_takes_over_when_the_first_ends(site: Site, tmp_path: Path) -> None:
    async with lotse("run", folder=tmp_path, **settings(site)) as first:
        await first.says('"event": "started"')
        async with lotse("run", folder=tmp_path, **settings(site)) as second:
            await second.says("Another instance runs on this database; waiting")
            assert await first.stops() == 0
            await second.says('"event": "started"')
            await answered(site, "/start")
            assert await second.stops() == 0


async def test_a_token_telegram_does_not_know_is_said_in_one_line(site: Site, tmp_path: Path) -> None:
    wrong = "424242:a-token-nobody-gave"
    async with lotse("run", folder=tmp_path, **settings(site, token=wrong)) as program:
        assert await program.ends() == 2
    assert program.said.startswith("Telegram rejects LOTSE_TOKEN")
    assert len(program.said.splitlines()) == 1
    assert wrong not in program.said


async def test_another_poller_of_the_same_bot_ends_it(site: Site, tmp_path: Path) -> None:
    async def poll_for_ever() -> None:
        while True:
            await site.bot("getUpdates", timeout=1)

    async with lotse("run", folder=tmp_path, **settings(site)) as program:
        await program.says('"event": "started"')
        other = asyncio.ensure_future(poll_for_ever())
        assert await program.ends() == 3
        other.cancel()
    assert "Another program fetches this bot's messages" in program.said
    assert "Traceback" not in program.said


async def test_it_waits_for_a_telegram_that_is_away_and_can_be_stopped(site: Site, tmp_path: Path) -> None:
    async with lotse("run", folder=tmp_path, **settings(site, api_url=NOBODY)) as program:
        await program.says('"event": "telegram_away"')
        assert await program.stops() == 0
    assert TOKEN not in program.said


async def test_a_port_that_is_taken_is_said_in_one_line(site: Site, tmp_path: Path) -> None:
    taken = site.address.removeprefix("http://")
    async with lotse("run", folder=tmp_path, **settings(site, listen=taken)) as program:
        assert await program.ends() == 1
    assert "LOTSE_LISTEN" in program.said
    assert "Traceback" not in program.said


async def test_a_database_of_a_newer_version_is_left_alone(site: Site, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    store = Store(f"sqlite:///{tmp_path}/data/lotse.db", Clock())
    migrate(store)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    async with lotse("run", folder=tmp_path, **settings(site)) as program:
        assert await program.ends() == 2
    assert "A newer Lotse has used this database" in program.said
    assert revision_of(store) == "9999"
    store.close()


async def test_without_a_token_it_says_where_to_get_one(tmp_path: Path) -> None:
    async with lotse("run", folder=tmp_path) as program:
        assert await program.ends() == 2
    assert program.said.startswith("LOTSE_TOKEN is missing")


async def test_a_database_server_that_is_away_is_said_in_one_line(site: Site, tmp_path: Path) -> None:
    url = "postgresql://lotse:hidden-pw@127.0.0.1:1/lotse"
    async with lotse("run", folder=tmp_path, **settings(site, database_url=url)) as program:
        assert await program.ends() == 1
    assert program.said.startswith("The database failed")
    assert "hidden-pw" not in program.said
    assert "Traceback" not in program.said
