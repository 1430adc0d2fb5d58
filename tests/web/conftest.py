"""What the tests of the web side share."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import aiohttp
import pytest
from sqlmodel import SQLModel

from bot.core.inbox import Incoming
from bot.web import build_web, serve
from tests.web.visiting import Bot, Visitor, address_of, open_bot, settings


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    opened = open_bot(f"sqlite:///{tmp_path}/lotse.db")
    SQLModel.metadata.create_all(opened.store.engine, [Incoming.__table__])  # type: ignore[attr-defined]
    yield opened
    opened.store.close()


@pytest.fixture
async def visitor(bot: Bot) -> AsyncIterator[Visitor]:
    served = await serve(build_web(bot, settings()), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Visitor(address_of(served), session)
    await served.close()
