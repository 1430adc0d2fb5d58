"""Webhook: Telegram's updates by HTTP; 200 is said only when an update is committed."""

import asyncio
import hmac
import json
from typing import Any

import structlog
from aiohttp import web

from bot.core.leadership import StaleLeader
from bot.core.store import StoreUnavailable
from bot.web.running import Running

log = structlog.get_logger()
PATH = "/telegram/webhook"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LIMIT = 1024 * 1024  # bytes; Telegram's updates are a few thousand
PATIENCE = 10.0  # seconds a body may take to arrive


class Webhook:
    """Takes updates from whoever knows the secret."""

    def __init__(self, bot: Running, secret: str) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would believe everybody")
        self._bot = bot
        self._secret = secret.encode()

    async def receive(self, request: web.Request) -> web.Response:
        """Keep one update.

        403 without the secret, 413 over a megabyte, 408 for a body that does not come, 400 for anything but a JSON
        object, 503 while the database is away (Telegram then tries again).
        """
        given = request.headers.get(SECRET_HEADER, "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._secret):
            # The body stays unread, so the connection cannot be used again.
            return web.Response(status=403, headers={"Connection": "close"})
        if (request.content_length or 0) > LIMIT:
            return web.Response(status=413, headers={"Connection": "close"})
        try:
            body = await asyncio.wait_for(request.read(), PATIENCE)
        except TimeoutError:
            return web.Response(status=408, headers={"Connection": "close"})
        return web.Response(status=self._keep(body))

    def _keep(self, body: bytes) -> int:
        update = _parse(body)
        if update is None:
            return 400
        try:
            self._bot.ingest.keep([update])
        except (StoreUnavailable, StaleLeader) as error:
            log.warning("store_unavailable", error=type(error).__name__)
            return 503
        return 200


def _parse(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) else None
