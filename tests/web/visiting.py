"""As much of the bot as the web side needs, and somebody who visits it over HTTP."""

import json
import time
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from sqlmodel import select

from bot.chat.ingest import Ingest
from bot.core.clock import Clock
from bot.core.inbox import Incoming
from bot.core.store import Store
from bot.settings import Settings, load_settings
from bot.web import Served
from bot.web.webhook import SECRET_HEADER

SECRET = "a-secret_of-the-test"
HEADERS = {SECRET_HEADER: SECRET}
UPDATE = {"update_id": 7, "message": {"text": "/start", "from": {"id": 5}}}


@dataclass
class Ticking:
    """Ticked just now."""

    is_ticking: bool = True
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


def address_of(served: Served) -> str:
    return f"http://127.0.0.1:{served.port}"


def kept(bot: Bot) -> list[int]:
    with bot.store.read() as session:
        return list(session.exec(select(Incoming.update_id)))
