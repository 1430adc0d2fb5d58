"""Ingest: Telegram's updates go into the inbox and are committed before Telegram hears that we have them."""

import asyncio
import time
from collections.abc import Callable, Sequence
from typing import Any

import structlog
from sqlmodel import Session
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.chat.client import Client
from bot.chat.errors import halt_seconds
from bot.chat.gaps import Listening
from bot.chat.metrics import LAST_UPDATE, UPDATES
from bot.core.inbox import keep_updates
from bot.core.store import Fence, Store, StoreUnavailable

log = structlog.get_logger()
CONFLICTS = 3  # so many times another poller may get in our way before we give up
PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds
BRIEF = 0.1  # seconds; no long poll ends empty as fast as this


class SecondPoller(Exception):
    """Another program fetches this bot's updates."""


class TokenRejected(Exception):
    """Telegram does not know this token any more."""


class Ingest:
    """Keeps raw updates, from polling or from the webhook."""

    def __init__(
        self, store: Store, client: Client, on_kept: Callable[[], None], pace: Callable[[], float] = time.monotonic
    ) -> None:
        self.store = store
        self.listening = Listening(store, pace)
        self.client = client
        self._on_kept = on_kept
        self.fence: Fence | None = None
        self.ring: Callable[[Session], None] | None = None  # tells the other processes of new updates

    def keep(self, updates: Sequence[dict[str, Any]]) -> int:
        """Commit raw updates to the inbox; return how many were new."""
        sound = [u for u in updates if _has_number(u)]
        if len(sound) < len(updates):
            UPDATES.labels("unreadable").inc(len(updates) - len(sound))
        if not sound:
            return 0
        with self.store.unit_of_work(self.fence) as uow:
            kept = keep_updates(uow.session, sound, uow.now)
            if kept and self.ring:
                self.ring(uow.session)
        LAST_UPDATE.set(self.store.clock.now().timestamp())
        if kept:
            self._on_kept()
        return kept

    async def _fetch(self, offset: int | None) -> int | None:
        """Fetch and keep one batch; return the offset that confirms it."""
        asked = time.monotonic()
        batch = await self.client.updates(offset)
        self.keep(batch)
        self.listening.heard()
        numbers = [update["update_id"] for update in batch if _has_number(update)]
        if not numbers and time.monotonic() - asked < BRIEF:
            # Neither a server without long polling nor one that sends what cannot be confirmed must be stormed.
            await asyncio.sleep(BRIEF)
        return numbers[-1] + 1 if numbers else offset

    async def poll(self) -> None:
        """Fetch for ever. The first call carries no offset, each later one the last of *this* batch plus one:
        after a quiet week the numbers begin anew, possibly lower.

        :raises SecondPoller: another program keeps fetching the same bot's updates.
        :raises TokenRejected: Telegram refuses the token.
        """
        offset: int | None = None
        conflicts, pause = 0, PAUSE
        while True:
            try:
                offset = await self._fetch(offset)
                conflicts, pause = 0, PAUSE
                continue
            except Conflict:
                conflicts += 1
                if conflicts >= CONFLICTS:
                    raise SecondPoller from None
            except InvalidToken:
                raise TokenRejected from None
            except RetryAfter as error:
                pause = max(pause, halt_seconds(error))
            except (TelegramError, StoreUnavailable) as error:
                log.warning("polling_interrupted", error=type(error).__name__)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)


def _has_number(update: object) -> bool:
    number = update.get("update_id") if isinstance(update, dict) else None
    return isinstance(number, int) and not isinstance(number, bool) and 0 <= number < 2**31
