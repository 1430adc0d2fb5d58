"""Overdue: what came due after a backup was done by the lost bot; a restore does it again before anything can leave."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from bot.core.clock import FixedClock
from bot.core.due import next_instant
from bot.core.store import Store, StoreUnavailable
from bot.operate.held import hold


def do_overdue(store: Store) -> int:
    """Do what came due since the backup and hold what it tells people; return how many messages that are.

    Done after the start, it would tell them at once what they may have heard. Each thing is done at its own instant,
    because what comes late is put off or given up.
    """
    clock = store.clock
    try:
        with ThreadPoolExecutor(1) as thread:  # a loop of its own, also for a caller that has one
            return thread.submit(asyncio.run, _catch_up(store)).result()
    finally:
        store.clock = clock


async def _catch_up(store: Store) -> int:
    from bot.app import FEATURES
    from bot.chat.feature import Registry
    from bot.chat.ticks import Ticker

    now = store.clock.now()
    store.clock = clock = FixedClock(now)
    ticker = Ticker(store, Registry(FEATURES))
    held = 0
    while True:
        with store.read() as session:
            at = next_instant(session)
        if at is None or at > now:
            return held
        clock.at = at
        if not await ticker.tick():
            raise StoreUnavailable
        with store.unit_of_work() as uow:
            held += hold(uow)
