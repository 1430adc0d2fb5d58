"""Composition root: the ordered features, and the parts of the house wired together."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Collection, Coroutine, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.chat import form_actions, gaps
from bot.chat.buttons import ButtonSigner
from bot.chat.client import ALLOWED_UPDATES, Client
from bot.chat.context import House
from bot.chat.delivery import Delivery, Postroom
from bot.chat.dispatch import Dispatcher
from bot.chat.envelope import Packer
from bot.chat.feature import Feature, Registry
from bot.chat.ingest import PAUSE, Ingest
from bot.chat.leading import lead
from bot.chat.metrics import LOOP_LAG
from bot.chat.pacing import Gate
from bot.chat.profile import publish_profile
from bot.chat.settling import Settler
from bot.chat.ticks import Ticker
from bot.core.bell import listen, ring
from bot.core.keyring import open_keyring
from bot.core.leadership import Leadership
from bot.core.store import Fence, Store, UnitOfWork
from bot.features import announcements, buddies, menu, organisations, privacy, reminders, shifts, volunteers
from bot.settings import Settings

log = structlog.get_logger()
TICK = 1  # seconds
ROLES = ("ingest", "work", "deliver", "tick")
INBOX, OUTBOX = "inbox", "outbox"  # what is rung for

FEATURES: tuple[Feature, ...] = (
    form_actions.FEATURE,
    volunteers.FEATURE,
    organisations.FEATURE,
    shifts.FEATURE,
    reminders.FEATURE,
    announcements.FEATURE,
    buddies.FEATURE,
    privacy.FEATURE,
    menu.FEATURE,
)
FEATURES = (gaps.feature(FEATURES), *FEATURES)


@dataclass(frozen=True)
class Bot:
    """The whole bot, ready to run."""

    store: Store
    client: Client
    house: House
    ingest: Ingest
    dispatcher: Dispatcher
    delivery: Delivery
    ticker: Ticker
    signer: ButtonSigner

    async def settle(self) -> None:
        """Do everything that can be done now and let every message out; for tests and tools."""
        while True:
            handled = await self.dispatcher.handle_waiting()
            wait = self.delivery.step()
            await self.dispatcher.settle()
            if not handled and not self.delivery.busy and wait >= 1.0:
                return
            await asyncio.sleep(0 if self.delivery.busy else min(wait, 0.05))


def build_bot(
    settings: Settings,
    store: Store,
    client: Client,
    username: str,
    pace: Callable[[], float] = time.monotonic,
) -> Bot:
    """Wire a bot on a migrated store; ``username`` is its name in deep links, ``pace`` the clock of pacing."""
    store.zone = ZoneInfo(settings.timezone)
    registry = Registry(FEATURES)
    with store.unit_of_work() as uow:
        keyring = open_keyring(uow.session)
    house = House(
        registry=registry,
        keyring=keyring,
        zone=store.zone,
        locales=tuple(settings.locales),
        land=settings.land,
        username=username,
        admins=frozenset(settings.admins),
    )
    signer = ButtonSigner(keyring, frozenset(registry.actions))

    async def answer_query(query_id: str, text: str) -> None:
        # Best-effort: an old or twice answered query is refused, and nothing hangs on it.
        with contextlib.suppress(TelegramError):
            params: dict[str, Any] = {"callback_query_id": query_id}
            await client.call("answerCallbackQuery", {**params, "text": text, "show_alert": True} if text else params)

    dispatcher = Dispatcher(store, house, signer, answer_query)
    gate = Gate(settings.rate, pace)
    postroom = Postroom(Packer(registry, signer, house.zone), Settler(house))
    delivery = Delivery(store, client, postroom, gate)

    def wake_delivery(uow: UnitOfWork) -> None:
        if uow.outbox.touched:
            delivery.wake.set()

    store.on_commit.append(wake_delivery)
    ingest = Ingest(store, client, dispatcher.wake.set, pace)
    return Bot(store, client, house, ingest, dispatcher, delivery, Ticker(store, registry), signer)


async def run_bot(bot: Bot, settings: Settings, stop: asyncio.Event, roles: Collection[str] = ROLES) -> None:
    """Run these parts until ``stop`` is set or one fails for good; whatever was begun is finished first."""
    parts: list[Coroutine[Any, Any, None]] = []
    if "work" in roles:
        parts.append(bot.dispatcher.run())
    if "deliver" in roles:
        parts.append(_led(bot, "deliver", partial(_deliver, bot)))
    if "tick" in roles:
        parts.append(_led(bot, "tick", partial(_tick, bot)))
    if "ingest" in roles:
        parts.append(_led(bot, "ingest", partial(_ingest, bot, settings)))
    if not bot.store.is_sqlite:
        bot.ingest.ring = partial(ring, what=INBOX)
        bot.store.before_commit.append(partial(_ring_for_delivery, bot))
        parts.append(listen(bot.store, {INBOX: bot.dispatcher.wake.set, OUTBOX: bot.delivery.wake.set}))
    tasks = [asyncio.ensure_future(part) for part in parts]
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await _first_failure(tasks, stopping)
    finally:
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.gather(*tasks, stopping, return_exceptions=True)
        await bot.dispatcher.settle()


def _led(bot: Bot, role: str, part: Callable[[Fence], Awaitable[None]]) -> Coroutine[Any, Any, None]:
    return lead(Leadership(bot.store, role), part)


def _ring_for_delivery(bot: Bot, uow: UnitOfWork) -> None:
    """Tell the process that delivers of new messages, unless it is this one."""
    if uow.outbox.touched and bot.delivery.fence is None:
        ring(uow.session, OUTBOX)


async def _deliver(bot: Bot, fence: Fence) -> None:
    bot.delivery.fence = fence
    try:
        bot.delivery.recover()
        await bot.delivery.run()
    finally:
        try:
            await bot.delivery.stop()
        finally:
            bot.delivery.fence = None


async def _tick(bot: Bot, fence: Fence) -> None:
    """Tick; a late or missed tick is simply done at the next."""
    bot.ticker.fence = fence
    failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
    last = time.monotonic()

    async def tick() -> None:
        nonlocal last
        LOOP_LAG.set(max(0.0, time.monotonic() - last - TICK))
        last = time.monotonic()
        try:
            await bot.ticker.tick()
        except Exception as error:
            if not failed.done():
                failed.set_exception(error)

    scheduler = AsyncIOScheduler(timezone="UTC")
    scheduler.add_job(tick, "interval", seconds=TICK, coalesce=True, misfire_grace_time=None, max_instances=1)
    scheduler.start()
    try:
        await failed
    finally:
        scheduler.shutdown(wait=False)
        bot.ticker.fence = None


async def _ingest(bot: Bot, settings: Settings, fence: Fence) -> None:
    """Fetch updates, or have them sent to the webhook: whoever serves it keeps them, leader or not."""
    profile = asyncio.ensure_future(publish_profile(bot.client, bot.house))
    bot.ingest.listening.fence = fence
    try:
        if settings.mode == "polling":
            bot.ingest.fence = fence
            await _until_done(bot.client, "deleteWebhook", {})
            await bot.ingest.poll()
        else:
            await _until_done(bot.client, "setWebhook", _webhook(settings))
            await bot.ingest.listening.run()
    finally:
        bot.ingest.fence = bot.ingest.listening.fence = None
        profile.cancel()
        await asyncio.gather(profile, return_exceptions=True)


async def _until_done(client: Client, method: str, params: dict[str, Any]) -> None:
    """Call until it is carried out: the network may come up later than we do."""
    while True:
        try:
            await client.call(method, params)
            return
        except (BadRequest, InvalidToken) as error:
            # An answer for good. If the token is the reason, polling hears it next and says so.
            log.warning("telegram_refused", method=method, error=type(error).__name__)
            return
        except TelegramError as error:
            log.warning("telegram_away", method=method, error=type(error).__name__)
        await asyncio.sleep(PAUSE)


async def _first_failure(tasks: Sequence["asyncio.Future[None]"], stopping: "asyncio.Future[Any]") -> None:
    waiting: set[asyncio.Future[Any]] = {*tasks, stopping}
    while stopping in waiting:
        done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            if error := task.exception():
                raise error


def _webhook(settings: Settings) -> dict[str, Any]:
    return {
        "url": settings.webhook_url,
        "secret_token": settings.webhook_secret.get_secret_value(),
        "allowed_updates": list(ALLOWED_UPDATES),
    }
