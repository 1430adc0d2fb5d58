"""Running: the way from the settings to a bot at work, and back when it is told to stop."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from typing import Any

import structlog

from bot.core.leadership import AlreadyLed, Leadership, StaleLeader
from bot.core.store import Store
from bot.logs import catch_strays, configure_logs
from bot.operate.account import TelegramAway, username
from bot.operate.ledger import LedgerKeeper
from bot.operate.opening import open_store, refuse_newer
from bot.operate.problem import BUSY, WRONG, Problem
from bot.operate.schema import is_current, migrate, revision_of
from bot.settings import Settings

log = structlog.get_logger()
Say = Callable[[str], None]
RETRY, PATIENCE = 2.0, 60.0  # seconds between tries to become the one instance, and altogether
PAUSE, LONGEST_PAUSE = 1.0, 30.0  # seconds between tries to reach Telegram


def run(settings: Settings, say: Say, *, wait: bool = True) -> None:
    """Run the bot until it is told to stop (SIGTERM or SIGINT).

    :raises Problem: it cannot run, or may not any more.
    """
    settings.need_token()
    configure_logs(settings)
    catch_strays()
    store = open_store(settings)
    leadership = Leadership(store)
    try:
        _prepare(store, leadership, lambda: _lead(leadership, say, PATIENCE if wait else 0.0))
        store.on_commit.append(LedgerKeeper(store, settings.data_dir))
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_work(settings, store))
    except StaleLeader:
        raise Problem("Another instance took over this database, so this one stopped", BUSY) from None
    finally:
        leadership.release()
        store.close()


def _prepare(store: Store, leadership: Leadership, lead: Callable[[], None]) -> None:
    if not revision_of(store):
        migrate(store)  # an empty database: nobody can be at work on it, and leading needs a table
    lead()
    refuse_newer(store)
    if not is_current(store):
        migrate(store)
        log.info("migrated")


def _lead(leadership: Leadership, say: Say, patience: float) -> None:
    end = time.monotonic() + patience
    told = False
    while True:
        try:
            return leadership.acquire()
        except AlreadyLed:
            if time.monotonic() >= end:
                line = "Another instance runs on this database; stop it first"
                raise Problem(line, BUSY) from None
        if not told:
            say(f"Another instance runs on this database; waiting up to {patience:.0f} seconds for its end.")
            told = True
        time.sleep(RETRY)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


async def _work(settings: Settings, store: Store) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    name = await _reach_telegram(settings, stop)
    if name:
        await _serve(settings, store, name, stop)
    log.info("stopped")


async def _reach_telegram(settings: Settings, stop: asyncio.Event) -> str:
    """Return the bot's name; try for ever, because a machine often starts before its network does."""
    pause = PAUSE
    while not stop.is_set():
        try:
            return await username(settings)
        except TelegramAway:
            log.warning("telegram_away", seconds=pause)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), pause)
        pause = min(pause * 2, LONGEST_PAUSE)
    return ""


async def _serve(settings: Settings, store: Store, name: str, stop: asyncio.Event) -> None:
    from bot.app import build_bot, run_bot
    from bot.chat.client import Client
    from bot.chat.ingest import SecondPoller, TokenRejected
    from bot.chat.request import AiohttpRequest
    from bot.web import build_web

    calls, polls = AiohttpRequest(), AiohttpRequest(connections=1)
    client = Client(settings.need_token(), settings.api_url, calls, polls)
    await client.open()
    try:
        bot = build_bot(settings, store, client, name)
        async with _listening(build_web(bot, settings), settings):
            await run_bot(bot, settings, stop)
    except SecondPoller:
        line = "Another program fetches this bot's messages; stop it, or ask @BotFather for a new token"
        raise Problem(line, BUSY) from None
    except TokenRejected:
        raise Problem("Telegram does not know LOTSE_TOKEN any more; ask @BotFather", WRONG) from None
    finally:
        await client.close()


@contextlib.asynccontextmanager
async def _listening(app: Any, settings: Settings) -> Any:
    from bot.web import serve

    try:
        served = await serve(app, settings.host, settings.port)
    except OSError:
        raise Problem("LOTSE_LISTEN names a port that is taken or an address this machine has not") from None
    log.info("started", mode=settings.mode, port=served.port)
    try:
        yield
    finally:
        await served.close()
