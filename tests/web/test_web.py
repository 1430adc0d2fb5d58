"""The web side over real HTTP: health, metrics, and a webhook that believes nobody without the secret."""

import asyncio
import io
import json
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlmodel import SQLModel, select

from bot.chat.ingest import Ingest
from bot.core.clock import Clock
from bot.core.inbox import Incoming
from bot.core.leadership import StaleLeader
from bot.core.store import Store
from bot.settings import Settings, load_settings
from bot.web import Served, build_web, serve
from bot.web.webhook import LIMIT, SECRET_HEADER

SECRET = "a-secret_of-the-test"
HEADERS = {SECRET_HEADER: SECRET}
UPDATE = {"update_id": 7, "message": {"text": "/start", "from": {"id": 5}}}


@dataclass
class Ticking:
    """Ticked just now."""

    last: float = field(default_factory=time.monotonic)


@dataclass
class Bot:
    """As much of the bot as the web side needs: the real store and the real keeping of updates."""

    store: Store
    ingest: Ingest
    ticker: Ticking = field(default_factory=Ticking)
    woken: list[bool] = field(default_factory=list)


def open_bot(url: str) -> Bot:
    store = Store(url, Clock())
    woken: list[bool] = []
    client: Any = None  # a webhook never asks Telegram
    return Bot(store, Ingest(store, client, lambda: woken.append(True)), woken=woken)


@pytest.fixture
def bot(tmp_path: Path) -> Iterator[Bot]:
    opened = open_bot(f"sqlite:///{tmp_path}/lotse.db")
    SQLModel.metadata.create_all(opened.store.engine, [Incoming.__table__])  # type: ignore[attr-defined]
    yield opened
    opened.store.close()


def settings(**given: Any) -> Settings:
    webhook = {"webhook_url": "https://desk.example/telegram/webhook", "webhook_secret": SECRET}
    return load_settings(**{"mode": "webhook", "locales": "en", **webhook, **given})


@dataclass
class Visitor:
    """Somebody with an HTTP client."""

    address: str
    session: aiohttp.ClientSession

    async def asks(self, path: str) -> tuple[int, str]:
        async with self.session.get(self.address + path) as answer:
            return answer.status, await answer.text()

    async def posts(self, body: Any, headers: dict[str, str] | None = None) -> int:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        given = HEADERS if headers is None else headers
        async with self.session.post(f"{self.address}/telegram/webhook", data=data, headers=given) as answer:
            return answer.status


@pytest.fixture
async def visitor(bot: Bot) -> AsyncIterator[Visitor]:
    served = await serve(build_web(bot, settings()), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        yield Visitor(address_of(served), session)
    await served.close()


def address_of(served: Served) -> str:
    return f"http://127.0.0.1:{served.port}"


def kept(bot: Bot) -> list[int]:
    with bot.store.read() as session:
        return list(session.exec(select(Incoming.update_id)))


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

    bot.store.fence = deposed
    assert await visitor.posts(UPDATE) == 503
    bot.store.fence = None
    assert kept(bot) == []


async def test_while_polling_there_is_no_webhook(bot: Bot) -> None:
    served = await serve(build_web(bot, settings(mode="polling")), "127.0.0.1", 0)
    async with aiohttp.ClientSession() as session:
        assert await Visitor(address_of(served), session).posts(UPDATE) == 404
    await served.close()


async def test_a_port_that_is_taken_is_said(bot: Bot, visitor: Visitor) -> None:
    port = int(visitor.address.rpartition(":")[2])
    with pytest.raises(OSError, match="address already in use"):
        await serve(build_web(bot, settings()), "127.0.0.1", port)


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
