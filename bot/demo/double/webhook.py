"""Webhooks: delivers updates by HTTP POST in order and repeats each until the bot answers 2xx."""

import asyncio
import re
from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

import aiohttp

from bot.demo.double.updates import UpdateQueue
from bot.demo.values import BadRequest, Json

_SECRET = re.compile(r"[A-Za-z0-9_-]*")
_LOCAL = {"127.0.0.1", "localhost", "::1"}
FIRST_PAUSE = 0.05
LONGEST_PAUSE = 2.0


class Webhook:
    """The bot's webhook, if it has one, and the task that serves it."""

    def __init__(self, queue: UpdateQueue, clock: Callable[[], datetime]) -> None:
        self._queue = queue
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self._settings: Json = {}
        self._error: Json = {}

    async def set_webhook(self, args: Json) -> bool:
        """setWebhook; an empty url takes the webhook away. Plain http is good enough on this machine only."""
        if not args.get("url"):
            return await self.delete_webhook(args)
        self._check(args)
        await self._stop(args)
        if "allowed_updates" in args:
            self._queue.allowed = args["allowed_updates"]
        self._settings = {"url": args["url"], "secret": args.get("secret_token", "")}
        self._settings["connections"] = args.get("max_connections", 40)
        self._queue.webhook_active = True
        self._queue.end_poll("terminated by setWebhook request")
        self._task = asyncio.create_task(self._serve())
        return True

    async def delete_webhook(self, args: Json) -> bool:
        """deleteWebhook."""
        await self._stop(args)
        return True

    def info(self) -> Json:
        """getWebhookInfo."""
        body: Json = {"url": self._settings.get("url", ""), "has_custom_certificate": False}
        body["pending_update_count"] = len(self._queue.live())
        if self._settings:
            body |= {"max_connections": self._settings["connections"], **self._error}
        if self._queue.allowed:
            body["allowed_updates"] = self._queue.allowed
        return body

    async def close(self) -> None:
        """End the delivery, at the end of a run."""
        await self._stop({})

    def _check(self, args: Json) -> None:
        url = urlsplit(args["url"])
        if not url.hostname:
            raise BadRequest("invalid webhook URL specified")
        if url.scheme != "https" and url.hostname not in _LOCAL:
            raise BadRequest("bad webhook: An HTTPS URL must be provided for webhook")
        secret = args.get("secret_token", "")
        if len(secret) > 256:
            raise BadRequest("secret token is too long")
        if not _SECRET.fullmatch(secret):
            raise BadRequest("secret token contains unallowed characters")

    async def _stop(self, args: Json) -> None:
        self._settings, self._error, self._queue.webhook_active = {}, {}, False
        if args.get("drop_pending_updates"):
            self._queue.clear()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            self._task = None

    async def _serve(self) -> None:
        pause = FIRST_PAUSE
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            while True:
                waiting = self._queue.live()
                if not waiting:
                    await self._news()
                elif await self._deliver(session, waiting[0].body):
                    self._queue.confirm(waiting[0].number)
                    pause = FIRST_PAUSE
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)

    async def _news(self) -> None:
        waker: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._queue.wakers.append(waker)
        try:
            await waker
        finally:
            self._queue.wakers.remove(waker)

    async def _deliver(self, session: aiohttp.ClientSession, body: object) -> bool:
        secret = self._settings["secret"]
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}
        try:
            async with session.post(self._settings["url"], json=body, headers=headers) as response:
                if 200 <= response.status < 300:
                    return True
                problem = f"Wrong response from the webhook: {response.status} {response.reason}"
        except (aiohttp.ClientError, TimeoutError) as error:
            problem = f"Connection failed: {type(error).__name__}"
        self._error = {"last_error_date": int(self._clock().timestamp()), "last_error_message": problem}
        return False
