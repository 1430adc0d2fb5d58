"""Ticks: asks the due table each second what is due, and does it, one unit of work each."""

import asyncio
import time
from datetime import timedelta

import structlog

from bot.chat.feature import Registry
from bot.chat.metrics import DUE, LAST_TICK
from bot.core.card import REFRESH_KIND, queue_refreshes
from bot.core.due import DueRow, DueState, due_rows, forget_old_appointments, take_due
from bot.core.inbox import forget_old_updates
from bot.core.leadership import StaleLeader
from bot.core.outbox import forget_old_messages
from bot.core.store import Fence, Store, StoreUnavailable, UnitOfWork

log = structlog.get_logger()
BATCH = 200
ROUNDS = 10  # in one tick; the rest waits a second
TRIES = 5  # then a failing job is set aside, so that it cannot hold up the others
PAUSE = timedelta(seconds=30)


class Ticker:
    """Does what is due; the truth is rows, so a missed tick costs nothing but its delay."""

    def __init__(self, store: Store, registry: Registry) -> None:
        self.store = store
        self.registry = registry
        self.fence: Fence | None = None
        self.last: float = 0.0
        self._swept = store.clock.now() - timedelta(days=1)

    @property
    def is_ticking(self) -> bool:
        """Whether it is this process that ticks."""
        return self.fence is not None

    async def tick(self) -> int:
        """Do everything that is due now; return how many rows were settled."""
        try:
            return await self._tick()
        except StoreUnavailable as error:
            log.warning("store_unavailable", error=type(error).__name__)
            return 0

    async def _tick(self) -> int:
        self._sweep()
        settled = 0
        for _ in range(ROUNDS):  # a job may plan its next part for this very moment
            with self.store.read() as session:
                rows = due_rows(session, self.store.clock.now(), BATCH)
            if not rows:
                break
            await self._settle_all(rows)
            settled += len(rows)
        self.last = time.monotonic()
        LAST_TICK.set(self.store.clock.now().timestamp())
        return settled

    async def _settle_all(self, rows: list[tuple[int, str]]) -> None:
        self._settle([row for row, kind in rows if kind == REFRESH_KIND])
        for row, kind in rows:
            if kind != REFRESH_KIND:
                self._settle([row])
                await asyncio.sleep(0)

    def _settle(self, rows: list[int]) -> None:
        """Do what is due in one transaction; if anything in it fails, each by itself."""
        if not rows:
            return
        try:
            with self.store.unit_of_work(self.fence) as uow:
                self._do(uow, rows)
        except (StoreUnavailable, StaleLeader):
            raise
        except Exception as error:
            if len(rows) > 1:
                for row in rows:
                    self._settle([row])
                return
            log.error("due_failed", row=rows[0], error=type(error).__name__, exc_info=error)
            with self.store.unit_of_work(self.fence) as uow:
                self._put_off(uow, rows[0], type(error).__name__)

    def _do(self, uow: UnitOfWork, numbers: list[int]) -> None:
        # Settled first: so a job may plan itself anew, and whoever plans it meanwhile waits for our end.
        rows = take_due(uow.session, numbers, uow.now)
        uow.session.flush()
        done = [row for row in rows if row.state == DueState.DONE]
        queue_refreshes(uow.session, uow.outbox, [(row.entity, row.args) for row in done if row.kind == REFRESH_KIND])
        for row in done:
            if row.kind != REFRESH_KIND:
                self.registry.jobs[row.kind](uow, row)
        for row in rows:
            DUE.labels(row.kind, row.state).inc()

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
        with self.store.unit_of_work(self.fence) as uow:
            for forget in (forget_old_updates, forget_old_messages, forget_old_appointments):
                forget(uow.session, uow.now)
        self.store.tidy_up()
