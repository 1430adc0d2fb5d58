"""A Bot API for measuring: answers every call with as little work as possible, and keeps no chats."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from time import perf_counter
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web

from tests.benchmarks.limits import Limit

TOKEN = "1000:benchmark"
BATCH = 100  # Bot API, getUpdates
DATE = 1_770_000_000  # in every message, so that each run sends the same bytes
ME = {"id": 1000, "is_bot": True, "first_name": "Bench", "username": "bench_bot"}
# What Telegram's limits are about; answers to taps and the bot's profile are not among it.
MESSAGES = frozenset({"sendMessage", "sendDocument", "editMessageText", "editMessageReplyMarkup"})
OnCall = Callable[[str, Mapping[str, str]], None]


class Server:
    """One bot's Bot API; ``trip`` is the added round trip in seconds, ``limit`` what refuses messages."""

    def __init__(self, trip: float = 0.0, limit: Limit | None = None) -> None:
        self.trip = trip
        self.limit = limit
        self.on_call: OnCall = lambda method, params: None
        self.polled = asyncio.Event()
        self.polled_at = 0.0
        self.address = ""
        self.calls = 0  # that were about messages
        self._updates: deque[dict[str, Any]] = deque()
        self._news = asyncio.Event()
        self._number = 1_000_000  # beyond what a furnished database has seen
        self._message = 1_000_000

    def push(self, update: Mapping[str, Any]) -> None:
        """Put an update into the queue."""
        self._number += 1
        self._updates.append({"update_id": self._number, **update})
        self._news.set()

    async def on_request(self, request: web.BaseRequest) -> web.Response:
        """Answer one call of the bot."""
        method = request.path.rpartition("/")[2]
        try:
            params = dict(parse_qsl((await request.read()).decode(), keep_blank_values=True))
        except ConnectionResetError:  # the bot was ended in the middle of a call
            return web.Response(status=400)
        if self.trip:
            await asyncio.sleep(self.trip / 2)
        status, answer = await self._answer(method, params)
        if self.trip:
            await asyncio.sleep(self.trip / 2)
        return web.Response(status=status, body=json.dumps(answer).encode(), content_type="application/json")

    async def _answer(self, method: str, params: Mapping[str, str]) -> tuple[int, dict[str, Any]]:
        if method == "getUpdates":
            return 200, _ok(await self._next(int(params.get("offset", 0)), float(params.get("timeout", 0))))
        if method == "getMe":
            return 200, _ok(ME)
        if method not in MESSAGES:
            return 200, _ok(True)
        if self.limit and (wait := self.limit.refuse(perf_counter())):
            return 429, _too_many(wait)
        self.calls += 1
        self.on_call(method, params)
        return 200, _ok(self._sent(params))

    def _sent(self, params: Mapping[str, str]) -> dict[str, Any]:
        self._message += 1
        chat = {"id": int(params["chat_id"]), "type": "private", "first_name": "V"}
        number = int(params.get("message_id", self._message))
        return {"message_id": number, "date": DATE, "chat": chat, "from": ME, "text": params.get("text", "")}

    async def _next(self, offset: int, timeout: float) -> list[dict[str, Any]]:
        if not self.polled.is_set():
            self.polled_at = perf_counter()
            self.polled.set()
        while self._updates and self._updates[0]["update_id"] < offset:
            self._updates.popleft()
        if not self._updates and timeout:
            self._news.clear()
            try:
                await asyncio.wait_for(self._news.wait(), timeout)
            except TimeoutError:
                return []
        return [self._updates[n] for n in range(min(BATCH, len(self._updates)))]


@asynccontextmanager
async def serving(trip: float = 0.0, limit: Limit | None = None) -> AsyncIterator[Server]:
    """Serve on a free port of 127.0.0.1."""
    server = Server(trip, limit)
    runner = web.ServerRunner(web.Server(server.on_request, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0, backlog=1024).start()
        server.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield server
    finally:
        await runner.cleanup()


def _ok(result: Any) -> dict[str, Any]:
    return {"ok": True, "result": result}


def _too_many(wait: float) -> dict[str, Any]:
    seconds = max(1, round(wait + 0.5))
    text = f"Too Many Requests: retry after {seconds}"
    return {"ok": False, "error_code": 429, "description": text, "parameters": {"retry_after": seconds}}
