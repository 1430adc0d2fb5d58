"""Delivery: lets the outbox's messages out, answers before reminders before broadcasts, at Telegram's own speed."""

import asyncio
import contextlib
from dataclasses import dataclass
from typing import Any

import structlog
from sqlalchemy import update
from sqlmodel import col, select
from telegram.error import TelegramError

from bot.chat.client import Client
from bot.chat.envelope import Envelope, Packer
from bot.chat.errors import Outcome, Verdict, judge
from bot.chat.metrics import DELIVERIES
from bot.chat.pacing import Gate
from bot.chat.settling import Settler
from bot.core.leadership import StaleLeader
from bot.core.outbox import Lane, Outgoing, State
from bot.core.store import Store, StoreUnavailable, UnitOfWork

log = structlog.get_logger()
IDLE = 1.0  # seconds between looks at the outbox when nothing woke us: rows may become due by themselves
STOPPING = 10.0  # seconds that calls under way are given at the end


@dataclass(frozen=True, slots=True)
class Delivered:
    """What came of one call."""

    envelope: Envelope
    verdict: Verdict
    message_id: int | None = None


@dataclass(frozen=True, slots=True)
class Postroom:
    """What knows the messages: how a row becomes a call, and what the call's outcome changes."""

    packer: Packer
    settler: Settler


class Delivery:
    """Claims rows, calls Telegram, notes the outcome: COMMIT "sending", call, COMMIT "sent"."""

    def __init__(self, store: Store, client: Client, postroom: Postroom, gate: Gate) -> None:
        self.store = store
        self.client = client
        self.packer = postroom.packer
        self.settler = postroom.settler
        self.gate = gate
        self.wake = asyncio.Event()
        self._calls: dict[asyncio.Task[None], int] = {}
        self._delivered: list[Delivered] = []

    def recover(self) -> None:
        """Settle what a crash left between "sending" and "sent": repeat it, or flag it if it must not double."""
        with self.store.unit_of_work() as uow:
            for once, state in ((False, State.PENDING), (True, State.UNKNOWN)):
                uow.session.execute(
                    update(Outgoing)
                    .where(col(Outgoing.state) == State.SENDING, col(Outgoing.once) == once)
                    .values(state=state)
                )

    async def run(self) -> None:
        """Deliver for ever, until cancelled."""
        while True:
            self.wake.clear()
            try:
                wait = self.step()
            except StoreUnavailable as error:
                log.warning("store_unavailable", error=type(error).__name__)
                wait = IDLE
            if wait > 0:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.wake.wait(), wait)

    async def stop(self) -> None:
        """Wait for the calls under way and note their outcome; what is left is repeated or flagged next time."""
        if self._calls:
            await asyncio.wait(self._calls, timeout=STOPPING)
        self.settle()

    @property
    def busy(self) -> bool:
        """Whether calls are under way or their outcomes are not noted yet."""
        return bool(self._calls or self._delivered)

    def step(self) -> float:
        """Note outcomes, start what may leave now; return the seconds until the next look is worth it."""
        self.settle()
        free = self.gate.free()
        if free <= 0:
            return max(0.001, min(IDLE, self.gate.wait()))
        envelopes, wait = self._claim(free)
        for envelope in envelopes:
            self.gate.start(envelope.chat_id)
            task = asyncio.ensure_future(self._call(envelope))
            self._calls[task] = envelope.chat_id
            task.add_done_callback(self._called)
        return wait

    def settle(self) -> None:
        """Note the outcomes of all calls that ended, in one transaction."""
        if not self._delivered:
            return
        delivered = list(self._delivered)
        try:
            self._settle(delivered)
        except (StoreUnavailable, StaleLeader):
            raise
        except Exception as error:
            # One of them cannot be noted; alone it must not keep the others from being noted.
            log.error("settling_failed", error=type(error).__name__, exc_info=error)
            for one in delivered:
                self._settle_or_bury(one)
        del self._delivered[: len(delivered)]

    def _settle(self, delivered: list[Delivered]) -> None:
        with self.store.unit_of_work() as uow:
            for one in delivered:
                self.settler.settle(uow, one.envelope, one.verdict, one.message_id)

    def _settle_or_bury(self, one: Delivered) -> None:
        try:
            self._settle([one])
        except (StoreUnavailable, StaleLeader):
            raise
        except Exception as error:
            self._bury(one.envelope.row_id, error)

    def _bury(self, row_id: int, error: Exception) -> None:
        """Set a message aside that cannot be made or noted, so that it stops nothing behind it."""
        with self.store.unit_of_work() as uow:
            row = uow.session.get(Outgoing, row_id)
            if row:
                log.error("message_failed", kind=row.kind, verb=row.verb, error=type(error).__name__, exc_info=error)
                row.state, row.body, row.error = State.DEAD, None, type(error).__name__
                uow.session.add(row)

    def _claim(self, free: int) -> tuple[list[Envelope], float]:
        busy = {*self._calls.values()}
        with self.store.read() as session:
            rows = session.exec(_waiting(self.store, busy, free)).all()
        ids, wait = self._choose(list(rows), free, busy)
        if not ids:
            return [], wait
        envelopes = self._pack_all(ids)
        return envelopes, 0.0 if envelopes else 0.001

    def _choose(self, rows: list[Any], free: int, busy: set[int]) -> tuple[list[int], float]:
        """Pick one row a chat, so that a chat's messages keep their order."""
        ids: list[int] = []
        taken = set(busy)
        wait = IDLE
        for row_id, chat_id, lane in rows:
            if chat_id in taken:
                continue
            taken.add(chat_id)
            pause = self.gate.chat_wait(chat_id) if lane != Lane.ANSWER or chat_id < 0 else 0.0
            if pause > 0:
                wait = min(wait, pause)
            elif len(ids) < free:
                ids.append(row_id)
        return ids, wait

    def _pack_all(self, ids: list[int]) -> list[Envelope]:
        try:
            with self.store.unit_of_work() as uow:
                return self._pack(uow, ids)
        except (StoreUnavailable, StaleLeader):
            raise
        except Exception as error:
            if len(ids) == 1:
                self._bury(ids[0], error)
                return []
            # One of them cannot be made; alone it must not keep the others from leaving.
            return [envelope for row_id in ids for envelope in self._pack_all([row_id])]

    def _pack(self, uow: UnitOfWork, ids: list[int]) -> list[Envelope]:
        query = select(Outgoing).where(col(Outgoing.id).in_(ids), Outgoing.state == State.PENDING)
        rows = {row.id: row for row in uow.session.exec(query.with_for_update(skip_locked=True))}
        envelopes = []
        for row_id in ids:
            row = rows.get(row_id)
            envelope = self.packer.pack(uow, row) if row else None
            if row and envelope:
                row.state = State.SENDING
                uow.session.add(row)
                envelopes.append(envelope)
        return envelopes

    async def _call(self, envelope: Envelope) -> None:
        message_id: int | None = None
        try:
            answer = await self.client.call(envelope.method, envelope.params, envelope.files)
            verdict = Verdict(Outcome.SENT)
            if isinstance(answer, dict):
                message_id = answer.get("message_id")
        except TelegramError as error:
            verdict = judge(error)
        except Exception as error:
            # Nobody knows whether it arrived; left without a verdict it would stay "sending" for ever.
            log.error("call_failed", method=envelope.method, error=type(error).__name__, exc_info=error)
            verdict = Verdict(Outcome.UNKNOWN, type(error).__name__)
        finally:
            self.gate.end()
        if verdict.outcome == Outcome.HALT:
            self.gate.halt(verdict.retry_after)
        DELIVERIES.labels(Lane(envelope.lane).name.lower(), verdict.outcome.name.lower()).inc()
        self._delivered.append(Delivered(envelope, verdict, message_id))

    def _called(self, task: asyncio.Task[None]) -> None:
        del self._calls[task]
        self.wake.set()


def _waiting(store: Store, busy: set[int], free: int) -> Any:
    # More than we can start, because several may wait for the same chat.
    query = (
        select(Outgoing.id, Outgoing.chat_id, Outgoing.lane)
        .where(Outgoing.state == State.PENDING, col(Outgoing.not_before) <= store.clock.now())
        .order_by(col(Outgoing.lane), col(Outgoing.id))
        .limit(free * 4 + 20)
    )
    return query.where(col(Outgoing.chat_id).not_in(busy)) if busy else query
