"""Ticks: asks the due table each second what is due, and does it, one unit of work each."""

import asyncio
import time
from datetime import timedelta

import structlog

from bot.chat.feature import Registry
from bot.chat.metrics import DUE, LAST_TICK
from bot.core.card import REFRESH_KIND, queue_refreshes
from bot.core.due import DueRow, DueState, due_rows, forget_old_appointments
from bot.core.inbox import forget_old_updates
from bot.core.leadership import StaleLeader
from bot.core.outbox import forget_old_messages
from bot.core.store import Store, StoreUnavailable, UnitOfWork

log = structlog.get_logger()
BATCH = 200
TRIES = 5  # then a failing job is set aside, so that it cannot hold up the others
PAUSE = timedelta(seconds=30)


class Ticker:
    """Does what is due; the truth is rows, so a missed tick costs nothing but its delay."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self.store = store
        self.registry = registry
        self.last: float = 0.0
        self._swept = store.clock.now() - timedelta(days=1)

    async def tick(self) -> int:
        """Do everything that is due now; return how many rows were settled."""
        try:
            return await self._tick()
        except StoreUnavailable as error:
            log.warning("store_unavailable", error=type(error).__name__)
            return 0

    async def _tick(self) -> int:
        self._sweep()
        with self.store.read() as session:
            rows = due_rows(session, self.store.clock.now(), BATCH)
        for row in rows:
            assert row.id is not None
            self._settle(row.id)
            await asyncio.sleep(0)
        self.last = time.monotonic()
        LAST_TICK.set(self.store.clock.now().timestamp())
        return len(rows)

    def _settle(self, row_id: int) -> None:
        try:
            with self.store.unit_of_work() as uow:
                self._do(uow, row_id)
        except (StoreUnavailable, StaleLeader):
            raise
        except Exception as error:
            log.error("due_failed", row=row_id, error=type(error).__name__, exc_info=error)
            with self.store.unit_of_work() as uow:
                self._put_off(uow, row_id, type(error).__name__)

    def _do(self, uow: UnitOfWork, row_id: int) -> None:
        row = uow.session.get(DueRow, row_id)
        if row is None or row.state != DueState.WAITING or row.at > uow.now:
            return
        if row.expires_at and uow.now >= row.expires_at:
            row.state = DueState.EXPIRED
        else:
            row.state = DueState.DONE  # first, so that a job may plan itself anew
            uow.session.add(row)
            uow.session.flush()
            self._job(uow, row)
        uow.session.add(row)
        DUE.labels(row.kind, row.state).inc()

    def _job(self, uow: UnitOfWork, row: DueRow) -> None:
        if row.kind == REFRESH_KIND:
            queue_refreshes(uow.session, row.args["kind"], row.entity, uow.now)
            uow.outbox.touched = True
        else:
            self.registry.jobs[row.kind](uow, row)

    def _put_off(self, uow: UnitOfWork, row_id: int, error: str) -> None:
        row = uow.session.get(DueRow, row_id)
        if row is None:
            return
        row.tries, row.error = row.tries + 1, error
        row.at = uow.now + PAUSE * row.tries
        if row.tries >= TRIES:
            row.state = DueState.DEAD
        uow.session.add(row)

    def _sweep(self) -> None:
        """Drop once an hour what is kept no longer."""
        if self.store.clock.now() - self._swept < timedelta(hours=1):
            return
        self._swept = self.store.clock.now()
        with self.store.unit_of_work() as uow:
            for forget in (forget_old_updates, forget_old_messages, forget_old_appointments):
                forget(uow.session, uow.now)
        self.store.tidy_up()
