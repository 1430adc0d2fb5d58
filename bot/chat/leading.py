"""Leading: a part of the bot that one instance at a time may do is done whenever we are the one."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import structlog

from bot.core.leadership import AlreadyLed, Leadership, StaleLeader
from bot.core.store import Fence, StoreUnavailable

log = structlog.get_logger()
STANDBY = 2.0  # seconds between tries to lead: a dead leader is followed within this time


async def lead(leadership: Leadership, part: Callable[[Fence], Awaitable[None]]) -> None:
    """Do the part while we lead; stand by while somebody else does, and again once we were deposed.

    :raises StaleLeader: on SQLite, where there is no standing by: another process took the whole database over.
    """
    while True:
        try:
            await _lead_once(leadership, part)
        except AlreadyLed:
            pass
        except StaleLeader:
            if leadership.store.is_sqlite:
                raise
            log.warning("deposed", role=leadership.role)
        except StoreUnavailable as error:
            log.warning("store_unavailable", error=type(error).__name__)
        await asyncio.sleep(STANDBY)


async def _lead_once(leadership: Leadership, part: Callable[[Fence], Awaitable[None]]) -> None:
    try:
        fence = leadership.acquire()
        log.info("leading", role=leadership.role)
        await _until_followed(leadership, asyncio.ensure_future(part(fence)))
    finally:
        leadership.release()


async def _until_followed(leadership: Leadership, part: "asyncio.Future[None]") -> None:
    """Wait for the part's end, and end it when somebody else leads: it may have nothing to write for long."""
    try:
        while not part.done():
            await asyncio.wait({part}, timeout=STANDBY)
            with contextlib.suppress(StoreUnavailable):  # then nobody leads, and the part fares as it may
                leadership.keep()
        part.result()
    except AlreadyLed:
        raise StaleLeader from None
    finally:
        part.cancel()
        # How it fails while it ends does not matter any more; above all it must not hide that we are told to stop.
        await asyncio.gather(part, return_exceptions=True)
