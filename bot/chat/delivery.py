"""Delivery: lets the outbox's messages out, answers before reminders before broadcasts, at Telegram's own speed."""

import asyncio
import contextlib
from dataclasses import dataclass

import structlog
from sqlalchemy import bindparam, update
from sqlmodel import col, select
from telegram.error import TelegramError

from bot.chat.choosing import IDLE, Chosen, choose, something_waits
from bot.chat.client import Client
from bot.chat.envelope import Envelope, Packer
from bot.chat.errors import Outcome, Verdict, judge
from bot.chat.metrics import DELIVERIES
from bot.chat.pacing import Gate
from bot.chat.settling import Delivered, Settler
from bot.core.leadership import StaleLeader
from bot.core.outbox import Lane, Outgoing, State
from bot.core.person import Person
from bot.core.store import Fence, Store, StoreUnavailable, UnitOfWork

log = structlog.get_logger()
STOPPING = 10.0  # seconds that calls under way are given at the end

CLAIMED = (
    select(Outgoing)
    .where(col(Outgoing.id).in_(bindparam("ids", expanding=True)), Outgoing.state == State.PENDING)
    .with_for_update(skip_locked=True)
)
READERS = select(Person).where(col(Person.id).in_(bindparam("ids", expanding=True)))
SENDING = (
    update(Outgoing)
    .where(col(Outgoing.id).in_(bindparam("ids", expanding=True)))
    .values(state=State.SENDING)
    .execution_options(synchronize_session=False)
)


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
        self.fence: Fence | None = None
        self.wake = asyncio.Event()
        self._calls: dict[asyncio.Task[None], Envelope] = {}
        self._delivered: list[Delivered] = []
        self._unsure = False  # a commit failed: what it claimed may be "sending" although nobody calls

    def recover(self) -> None:
        """Settle what a crash left between "sending" and "sent": repeat it, or flag it if it must not double."""
        with self.store.unit_of_work(self.fence) as uow:
            for once, state in ((False, State.PENDING), (True, State.UNKNOWN)):
                uow.session.execute(
                    update(Outgoing)
                    .where(col(Outgoing.state) == State.SENDING, col(Outgoing.once) == once)
                    .values(state=state)
                )

    async def run(self) -> None:
        """Deliver for ever, until cancelled."""
        while True:
            woken = self.wake.is_set()
            self.wake.clear()
            try:
                wait = self.step(woken=woken)
            except StoreUnavailable as error:
                log.warning("store_unavailable", error=type(error).__name__)
                wait = IDLE
            if wait > 0:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(wait):
                        await self.wake.wait()

    async def stop(self) -> None:
        """Wait for the calls under way and note their outcome; what is left is repeated or flagged next time."""
        try:
            if self._calls:
                await asyncio.wait(self._calls, timeout=STOPPING)
            self.settle()
        finally:  # what could not be noted is the next leader's to recover, and what we hear later is no news
            for call in self._calls:
                call.cancel()
            self._delivered.clear()

    @property
    def busy(self) -> bool:
        """Whether calls are under way or their outcomes are not noted yet."""
        return bool(self._calls or self._delivered)

    def step(self, *, woken: bool = True) -> float:
        """Note outcomes, start what may leave now; return the seconds until the next look is worth it.

        ``woken``: there is reason to think that something waits; else that is read first, which is cheaper.
        """
        if not self._delivered and not self._unsure:
            if self.gate.free() <= 0:
                return max(0.001, min(IDLE, self.gate.wait()))
            if not woken and not self._something_waits():
                return IDLE
        envelopes, chosen = self._turn()
        for envelope in envelopes:
            started = self.gate.start(envelope.chat_id, spaced=envelope.lane != Lane.ANSWER)
            task = asyncio.ensure_future(self._call(envelope, started))
            self._calls[task] = envelope
            task.add_done_callback(self._called)
        if len(envelopes) < len(chosen.ids):
            return 0.001  # what was settled on the spot may have stood before something else
        if self.gate.free() <= self.gate.reserved:
            return max(0.001, min(IDLE, self.gate.wait()))
        return max(0.001, min(chosen.wait, self.gate.spaced_wait())) if chosen.more else chosen.wait

    def _something_waits(self) -> bool:
        with self.store.read() as session:
            return something_waits(session, self.store.clock.now())

    def _turn(self) -> tuple[list[Envelope], Chosen]:
        """Note and claim in one transaction; if anything in it fails, each by itself."""
        delivered = list(self._delivered)
        try:
            with self.store.unit_of_work(self.fence) as uow:
                if self._unsure:
                    self._give_back(uow)
                if delivered:
                    self.settler.settle(uow, delivered)
                chosen = self._choose(uow)
                envelopes = self._pack(uow, chosen.ids)
        except (StoreUnavailable, StaleLeader):
            self._unsure = True
            raise
        except Exception as error:
            log.error("delivery_failed", error=type(error).__name__, exc_info=error)
            self.settle()
            return self._claim_each()
        del self._delivered[: len(delivered)]
        self._unsure = False
        return envelopes, chosen

    def _give_back(self, uow: UnitOfWork) -> None:
        """Let what is "sending" without a call of ours wait again: it was claimed by a commit whose answer was lost."""
        ours = {envelope.row_id for envelope in self._calls.values()}
        ours |= {one.envelope.row_id for one in self._delivered}
        lost = update(Outgoing).where(col(Outgoing.state) == State.SENDING, col(Outgoing.id).not_in(ours))
        uow.session.execute(lost.values(state=State.PENDING))

    def _choose(self, uow: UnitOfWork) -> Chosen:
        return choose(uow.session, uow.now, self.gate, [call.chat_id for call in self._calls.values()])

    def settle(self) -> None:
        """Note the outcomes of all calls that ended, each by itself: one that cannot be noted stops no other."""
        while self._delivered:
            one = self._delivered[0]
            try:
                with self.store.unit_of_work(self.fence) as uow:
                    self.settler.settle(uow, [one])
            except (StoreUnavailable, StaleLeader):
                raise
            except Exception as error:
                self._bury(one.envelope.row_id, error)
            del self._delivered[0]

    def _claim_each(self) -> tuple[list[Envelope], Chosen]:
        """Claim what may leave, each by itself: one that cannot be made stops no other."""
        with self.store.unit_of_work(self.fence) as uow:
            chosen = self._choose(uow)
        envelopes: list[Envelope] = []
        for row_id in chosen.ids:
            try:
                with self.store.unit_of_work(self.fence) as uow:
                    envelopes += self._pack(uow, [row_id])
            except (StoreUnavailable, StaleLeader):
                raise
            except Exception as error:
                self._bury(row_id, error)
        return envelopes, chosen

    def _bury(self, row_id: int, error: Exception) -> None:
        """Set a message aside that cannot be made or noted, so that it stops nothing behind it."""
        with self.store.unit_of_work(self.fence) as uow:
            row = uow.session.get(Outgoing, row_id)
            if row:
                log.error("message_failed", kind=row.kind, verb=row.verb, error=type(error).__name__, exc_info=error)
                row.state, row.body, row.error = State.DEAD, None, type(error).__name__
                uow.session.add(row)

    def _pack(self, uow: UnitOfWork, ids: list[int]) -> list[Envelope]:
        if not ids:
            return []
        rows = {row.id: row for row in uow.session.exec(CLAIMED, params={"ids": ids})}
        readers = [row.person_id for row in rows.values() if row.person_id and row.body is None]
        # Held here as long as they are needed: the session alone would forget them at once.
        _held = uow.session.exec(READERS, params={"ids": readers}).all() if readers else ()
        packed = [(row, self.packer.pack(uow, row)) for row in map(rows.get, ids) if row]
        envelopes = [envelope for _, envelope in packed if envelope]
        if envelopes:
            uow.session.execute(SENDING, {"ids": [envelope.row_id for envelope in envelopes]})
        return envelopes

    async def _call(self, envelope: Envelope, started: float) -> None:
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
            self.gate.end(started)
        if verdict.outcome == Outcome.HALT:
            self.gate.halt(verdict.retry_after)
        DELIVERIES.labels(Lane(envelope.lane).name.lower(), verdict.outcome.name.lower()).inc()
        self._delivered.append(Delivered(envelope, verdict, message_id))

    def _called(self, task: asyncio.Task[None]) -> None:
        del self._calls[task]
        self.wake.set()
