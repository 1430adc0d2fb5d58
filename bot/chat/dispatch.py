"""Dispatch: takes updates from the inbox, one unit of work each; what fails is kept, told kindly and stops nothing."""

import asyncio
import contextlib
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from sqlalchemy.exc import IntegrityError

from bot.chat.buttons import ButtonSigner
from bot.chat.context import BotContext, House
from bot.chat.event import Event, Kind, parse_event
from bot.chat.groups import on_group_command, on_membership, on_migration
from bot.chat.metrics import UPDATES
from bot.chat.route import person_of, route
from bot.core.inbox import InboxState, Incoming, Waiting, claim_update, waiting_updates
from bot.core.message import ALERT_LIMIT, Button, Screen
from bot.core.person import locked_person, person_by_telegram_id
from bot.core.refusal import Refusal
from bot.core.store import Store, StoreUnavailable, UnitOfWork
from bot.core.translation import Translator

log = structlog.get_logger()
BATCH = 50
AT_A_STRETCH = 8  # updates; delivery then has work for one transaction instead of eight
TRIES = 3  # for an update whose write met another process's
LOOK = 1.0  # seconds between looks at the inbox when nothing woke us: another process may have filled it
PAUSE, LONGEST_PAUSE = 0.5, 15.0  # seconds between looks at a store that is away
AnswerQuery = Callable[[str, str], Awaitable[None]]


class NotOurs(Exception):
    """Another process has this update in hand, or an earlier one of the same person."""


@dataclass(frozen=True, slots=True)
class TapAnswer:
    """What is said above the chat once a tap's work is committed."""

    query_id: str
    text: str


class Dispatcher:
    """Handles updates in their order; ``answer_query`` is the one call outside the outbox, best-effort."""

    def __init__(self, store: Store, house: House, signer: ButtonSigner, answer_query: AnswerQuery) -> None:
        self.store = store
        self.house = house
        self.signer = signer
        self.wake = asyncio.Event()
        self._answer_query = answer_query
        self._answers: set[asyncio.Task[None]] = set()

    async def run(self) -> None:
        """Handle updates for ever, until cancelled; a cancel never falls into the middle of one."""
        pause = PAUSE
        while True:
            self.wake.clear()
            try:
                handled = await self.handle_waiting()
                pause = PAUSE
            except StoreUnavailable as error:
                # The store is busy or away: no update's fault, so all of them wait and keep their order.
                log.warning("store_unavailable", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            if not handled:
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(LOOK):
                        await self.wake.wait()

    async def handle_waiting(self) -> int:
        """Handle what waits now; return how many updates that were."""
        with self.store.read() as session:
            waiting = waiting_updates(session, BATCH)
        handled = 0
        for number, update in enumerate(waiting, 1):
            handled += self._settle(update)
            if number % AT_A_STRETCH == 0:
                await asyncio.sleep(0)
        await asyncio.sleep(0)
        return handled

    async def settle(self) -> None:
        """Wait for the taps' answers under way."""
        while self._answers:
            await asyncio.gather(*self._answers, return_exceptions=True)

    def _settle(self, update: Waiting) -> bool:
        """Handle an update; return False if it is another process's."""
        for attempt in range(TRIES):
            try:
                answer = self._handle(update)
            except NotOurs:
                return False
            except StoreUnavailable:
                raise
            except Exception as error:
                # Two processes may have written the same key at once: the second look sees the first one's row.
                if isinstance(error, IntegrityError) and attempt + 1 < TRIES:
                    continue
                self._bury(update, error)
                return True
            UPDATES.labels("done").inc()
            if answer:
                self._answer_later(answer)
            return True
        return True

    def _handle(self, update: Waiting) -> TapAnswer | None:
        event = parse_event(json.loads(update.body))
        try:
            return self._in_unit_of_work(update, event, None)
        except Refusal as refusal:
            # What the handler began is undone; the refusal is said in a unit of work of its own.
            return self._in_unit_of_work(update, event, refusal)

    def _in_unit_of_work(self, update: Waiting, event: Event, refusal: Refusal | None) -> TapAnswer | None:
        # The update is on the disk and would be handled again; what it causes leaves after delivery's commit, which is.
        with self.store.unit_of_work(synced=False) as uow:
            if not claim_update(uow.session, update.id):
                raise NotOurs
            return self._act(uow, event, update.origin, refusal)

    def _act(self, uow: UnitOfWork, event: Event, origin: str, refusal: Refusal | None) -> TapAnswer | None:
        if event.kind == Kind.MIGRATED:
            on_migration(uow, event)
        elif event.kind in {Kind.BLOCKED, Kind.UNBLOCKED}:
            on_membership(uow, event, self.house)
        elif event.kind != Kind.OTHER and event.private:
            return self._act_private(uow, event, origin, refusal)
        elif event.kind == Kind.COMMAND:
            on_group_command(uow, event, self.house, origin)
        return TapAnswer(event.query_id, "") if event.query_id else None

    def _act_private(self, uow: UnitOfWork, event: Event, origin: str, refusal: Refusal | None) -> TapAnswer | None:
        known = locked_person(uow.session, event.user_id)
        if event.kind == Kind.PRESS and known is None:
            # Somebody who was erased taps an old button: she stays unknown until she writes again.
            t = Translator(event.language if event.language in self.house.locales else "", self.house.zone)
            return TapAnswer(event.query_id, str(t("Please write {command} to begin.", command="/start")))
        person = person_of(uow, event, known, self.house.admins)
        c = BotContext(uow, event, person, self.house)
        c.origin = origin
        if refusal is None:
            route(c, self.signer)
        else:
            c.press = self.signer.read(event.data, event.user_id) if event.kind == Kind.PRESS else None
            self._refuse(c, refusal)
        return TapAnswer(event.query_id, c.alert_text) if event.query_id else None

    def _refuse(self, c: BotContext, refusal: Refusal) -> None:
        screen = self.house.registry.explain(c.t, refusal)
        if screen is None:
            raise refusal
        c.alert(plain(screen.text))
        card = c.card()
        if card is None or not c.show_card(card.kind, card.entity, screen.text):
            c.show(screen)

    def _bury(self, update: Waiting, error: Exception) -> None:
        """Keep a failed update as a dead letter and tell the person, without anything the update held."""
        log.error("update_failed", row=update.id, error=type(error).__name__, exc_info=error)
        UPDATES.labels("dead").inc()
        with self.store.unit_of_work() as uow:
            row = uow.session.get(Incoming, update.id, with_for_update=True)
            if row is None or row.state != InboxState.NEW:
                return
            row.state, row.error, row.tries = InboxState.DEAD, type(error).__name__, row.tries + 1
            uow.session.add(row)
            _apologise(uow, row.sender, update.origin, self.house)

    def _answer_later(self, answer: TapAnswer) -> None:
        text = answer.text if len(answer.text) <= ALERT_LIMIT else answer.text[: ALERT_LIMIT - 1] + "…"
        task = asyncio.ensure_future(self._answer_query(answer.query_id, text))
        self._answers.add(task)
        task.add_done_callback(self._answers.discard)


def _apologise(uow: UnitOfWork, sender: int | None, origin: str, house: House) -> None:
    person = person_by_telegram_id(uow.session, sender) if sender else None
    if person is None or not person.reachable:
        return
    t = Translator(person.locale, house.zone)
    text = t("Something went wrong on our side. Nothing you entrusted to us is lost. Please try again in a moment.")
    home = Button(t.button("🏠 Home"), "home")
    uow.outbox.answer(person, Screen(text, ((home,),)), origin=f"apology.{origin}")


def plain(html: str) -> str:
    """Take the tags off a text of ours, for places that know none."""
    for tag in ("<b>", "</b>", "<i>", "</i>"):
        html = html.replace(tag, "")
    return html.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
