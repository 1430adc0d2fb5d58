"""Composition root: the ordered features, and the parts of the house wired together."""

import asyncio
import contextlib
import time
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from telegram.error import BadRequest, InvalidToken, TelegramError

from bot.chat import form_actions
from bot.chat.buttons import ButtonSigner
from bot.chat.client import ALLOWED_UPDATES, Client
from bot.chat.context import House
from bot.chat.delivery import Delivery, Postroom
from bot.chat.dispatch import Dispatcher
from bot.chat.envelope import Packer
from bot.chat.feature import Feature, Registry
from bot.chat.ingest import PAUSE, Ingest
from bot.chat.metrics import LOOP_LAG
from bot.chat.pacing import Gate
from bot.chat.profile import publish_profile
from bot.chat.settling import Settler
from bot.chat.ticks import Ticker
from bot.core.keyring import open_keyring
from bot.core.store import Store, UnitOfWork
from bot.features import announcements, buddies, menu, organisations, privacy, reminders, shifts, volunteers
from bot.settings import Settings

log = structlog.get_logger()
TICK = 1  # seconds

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
    ingest = Ingest(store, client, dispatcher.wake.set)
    return Bot(store, client, house, ingest, dispatcher, delivery, Ticker(store, registry), signer)


async def run_bot(bot: Bot, settings: Settings, stop: asyncio.Event) -> None:
    """Run until ``stop`` is set or a part fails for good; whatever was begun is finished first."""
    bot.delivery.recover()
    scheduler = _scheduler(bot)
    parts: list[Coroutine[Any, Any, None]] = [
        bot.dispatcher.run(),
        bot.delivery.run(),
        publish_profile(bot.client, bot.house),
    ]
    if settings.mode == "polling":
        parts.append(_poll(bot))
    else:
        parts.append(_until_done(bot.client, "setWebhook", _webhook(settings)))
    tasks = [asyncio.ensure_future(part) for part in parts]
    stopping = asyncio.ensure_future(stop.wait())
    try:
        await _first_failure(tasks, stopping)
    finally:
        scheduler.shutdown(wait=False)
        for task in (*tasks, stopping):
            task.cancel()
        await asyncio.gather(*tasks, stopping, return_exceptions=True)
        await bot.delivery.stop()


async def _poll(bot: Bot) -> None:
    await _until_done(bot.client, "deleteWebhook", {})
    await bot.ingest.poll()


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


def _scheduler(bot: Bot) -> AsyncIOScheduler:
    """Make the one thing that ticks; a late or missed tick is simply done at the next."""
    scheduler = AsyncIOScheduler(timezone="UTC")
    last = time.monotonic()

    async def tick() -> None:
        nonlocal last
        LOOP_LAG.set(max(0.0, time.monotonic() - last - TICK))
        last = time.monotonic()
        await bot.ticker.tick()

    scheduler.add_job(tick, "interval", seconds=TICK, coalesce=True, misfire_grace_time=None, max_instances=1)
    scheduler.start()
    return scheduler


def _webhook(settings: Settings) -> dict[str, Any]:
    return {
        "url": settings.webhook_url,
        "secret_token": settings.webhook_secret.get_secret_value(),
        "allowed_updates": list(ALLOWED_UPDATES),
    }
