"""The webhook over real HTTP: believes nobody without the secret, and says 200 only when an update is kept."""

import asyncio
import io
from collections.abc import AsyncIterator, Sequence
from typing import Any

import aiohttp
import pytest

from bot.core.leadership import StaleLeader
from bot.web import build_web, serve
from bot.web.webhook import LIMIT, SECRET_HEADER
from tests.web.visiting import HEADERS, SECRET, UPDATE, Bot, Visitor, address_of, kept, settings


async def test_an_update_is_committed_before_telegram_hears_so(bot: Bot, visitor: Visitor) -> None:
    assert await visitor.posts(UPDATE) == 200
    assert kept(bot) == [7]
    assert bot.woken == [True]


async def test_an_update_that_comes_twice_is_kept_once(bot: Bot, visitor: Visitor) -> None:
    assert [await visitor.posts(UPDATE), await visitor.posts(UPDATE)] == [200, 200]
    assert kept(bot) == [7]


@pytest.mark.parametrize("given", [{}, {SECRET_HEADER: ""}, {SECRET_HEADER: SECRET + "x"}, {SECRET_HEADER: "ß"}])
async def test_without_the_secret_nothing_is_kept(given: dict[str, str], bot: Bot, visitor: Visitor) -> None:
    assert await visitor.posts(UPDATE, given) == 403
    assert kept(bot) == []


async def test_a_stranger_is_turned_away_before_the_body_is_read(bot: Bot, visitor: Visitor) -> None:
    """The body never comes; only who looks at it first would wait for it."""
    host, port = "127.0.0.1", int(visitor.address.rpartition(":")[2])
    reader, writer = await asyncio.open_connection(host, port)
    writer.write(b"POST /telegram/webhook HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
    answer = await asyncio.wait_for(reader.readline(), 5)
    writer.close()
    assert b" 403 " in answer


@pytest.mark.parametrize("length_is_told", [True, False])
async def test_more_than_a_megabyte_is_refused(length_is_told: bool, bot: Bot, visitor: Visitor) -> None:
    async def stream() -> AsyncIterator[bytes]:
        for _ in range(LIMIT // 65536 + 1):
            yield b"x" * 65536

    data = io.BytesIO(b"x" * (LIMIT + 1)) if length_is_told else stream()
    post = visitor.session.post(f"{visitor.address}/telegram/webhook", data=data, headers=HEADERS)
    try:
        async with post as answer:
            assert answer.status == 413
    except aiohttp.ClientConnectionError:
        assert length_is_told  # the server hung up on what it had refused already
    assert kept(bot) == []


@pytest.mark.parametrize(
    "body", [b"", b"\xff\xfe", b"{", b"[1]", b"7", b"null", b"[" * 100_000, b"9" * 5000, b'{"a": NaN'], ids=str
)
async def test_what_is_no_json_object_is_refused(body: bytes, bot: Bot, visitor: Visitor) -> None:
    assert await visitor.posts(body) == 400
    assert kept(bot) == []


@pytest.mark.parametrize("number", [None, "7", True, -1, 2**63, 1.5])
async def test_an_object_without_a_number_is_dropped_for_good(number: Any, bot: Bot, visitor: Visitor) -> None:
    assert await visitor.posts({"update_id": number}) == 200  # Telegram would send it again and again
    assert kept(bot) == []


async def test_a_deposed_instance_keeps_nothing(bot: Bot, visitor: Visitor) -> None:
    def deposed(_session: Any) -> None:
        raise StaleLeader

    bot.ingest.fence = deposed
    assert await visitor.posts(UPDATE) == 503
    bot.ingest.fence = None
    assert kept(bot) == []


async def test_while_polling_there_is_no_webhook(bot: Bot) -> None:
    served = await serve(build_web(bot, settings(mode="polling")), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        assert await Visitor(address_of(served), session).posts(UPDATE) == 404
    await served.close()


def test_a_webhook_without_a_secret_is_not_built(bot: Bot) -> None:
    bare = settings(mode="polling", webhook_secret="").model_copy(update={"mode": "webhook"})
    with pytest.raises(ValueError, match="without a secret"):
        build_web(bot, bare)


class Keeper:
    """Keeps in memory, to see what it is handed."""

    def __init__(self) -> None:
        self.handed: list[dict[str, Any]] = []

    def keep(self, updates: Sequence[dict[str, Any]]) -> int:
        self.handed.extend(updates)
        return len(updates)


async def test_the_update_is_handed_on_whole(bot: Bot) -> None:
    keeper = Keeper()
    bot.ingest = keeper  # type: ignore[assignment]
    served = await serve(build_web(bot, settings()), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        await Visitor(address_of(served), session).posts(UPDATE)
    await served.close()
    assert keeper.handed == [UPDATE]
