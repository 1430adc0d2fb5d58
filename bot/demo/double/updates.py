"""The queue of updates as the real server keeps it: growing ids, confirmation, expiry, one poller."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.demo.values import Json, Refused

LIFETIMES = {"callback_query": 150, "shipping_query": 150, "pre_checkout_query": 150, "inline_query": 30}
MESSAGE_LIFETIME = 86_400
LONGEST_POLL = 50
FARTHEST_OFFSET = 10
# Telegram leaves these out unless a bot names them.
ONLY_ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
CONFLICT_POLL = "terminated by other getUpdates request; make sure that only one bot instance is running"
CONFLICT_WEBHOOK = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"


@dataclass(frozen=True)
class Pending:
    """An update that waits for the bot."""

    number: int
    body: object
    expires_at: datetime


class UpdateQueue:
    """Updates in the order of their ids; every reader is asyncio, every writer is synchronous."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self.pending: list[Pending] = []
        self.next_id = 100_000_001
        self.allowed: list[str] = []
        self.webhook_active = False
        self.wakers: list[asyncio.Future[str]] = []
        self._poller: asyncio.Future[str] | None = None

    def add(self, kind: str, payload: Json, asked_for: bool = True) -> int | None:
        """Queue an update unless the bot does not want its kind; returns its id."""
        if asked_for and not self.wants(kind):
            return None
        return self._append({"update_id": self.next_id, kind: payload}, LIFETIMES.get(kind, MESSAGE_LIFETIME))

    def add_raw(self, body: object) -> int:
        """Queue anything at all; an object without update_id gets one."""
        if isinstance(body, dict):
            body = {"update_id": self.next_id, **body}
        return self._append(body, MESSAGE_LIFETIME)

    def wants(self, kind: str) -> bool:
        """True when the bot's allowed_updates include this kind."""
        return kind in self.allowed if self.allowed else kind not in ONLY_ON_REQUEST

    def restart_ids(self, at: int) -> None:
        """Go on with other ids, as Telegram may after a quiet week; nothing may be pending."""
        if self.pending:
            raise ValueError("ids can restart only when no update is pending")
        self.next_id = at

    def clear(self, keep: int = 0) -> None:
        """Drop pending updates but the newest ones."""
        self.pending = self.pending[len(self.pending) - keep :] if keep < len(self.pending) else self.pending

    def live(self) -> list[Pending]:
        """What has not expired; the rest is dropped for good."""
        now = self._clock()
        self.pending = [update for update in self.pending if update.expires_at >= now]
        return self.pending

    def confirm(self, number: int) -> None:
        """Drop one update (a webhook took it)."""
        self.pending = [update for update in self.pending if update.number != number]

    async def poll(self, offset: int, limit: int, timeout: float) -> list[object]:
        """getUpdates: waits up to `timeout` seconds for news; 409 when another poll takes over."""
        if self.webhook_active:
            raise Refused(409, f"Conflict: {CONFLICT_WEBHOOK}")
        self.end_poll(CONFLICT_POLL)
        limit, timeout = min(max(limit, 1), 100), min(max(timeout, 0), LONGEST_POLL)
        found = self._take(offset, limit)
        if found or not timeout:
            return found
        conflict = await self._wait(timeout)
        if conflict:
            raise Refused(409, f"Conflict: {conflict}")
        return self._take(offset, limit)

    def end_poll(self, conflict: str) -> None:
        """End the waiting getUpdates, if there is one, with 409."""
        if self._poller is not None and not self._poller.done():
            self._poller.set_result(conflict)

    async def _wait(self, timeout: float) -> str:
        waiting: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._poller = waiting
        self.wakers.append(waiting)
        try:
            return await asyncio.wait_for(waiting, timeout)
        except TimeoutError:
            return ""
        finally:
            self.wakers.remove(waiting)
            if self._poller is waiting:
                self._poller = None

    def _take(self, offset: int, limit: int) -> list[object]:
        if offset < 0:
            self.clear(keep=-offset)
        head = self.pending[0].number if self.pending else self.next_id
        # The server answers an offset far past its tail from the head of the queue and confirms nothing.
        start = head if offset <= 0 or offset > self.next_id + FARTHEST_OFFSET else offset
        self.pending = [update for update in self.pending if update.number >= start]
        return [update.body for update in self.live()[:limit]]

    def _append(self, body: object, seconds: int) -> int:
        number = self.next_id
        self.next_id += 1
        self.pending.append(Pending(number, body, self._clock() + timedelta(seconds=seconds)))
        for waker in list(self.wakers):
            if not waker.done():
                waker.set_result("")
        return number
