"""Running: the way from the settings to a bot at work, and back when it is told to stop."""

import asyncio
import contextlib
import signal
import time
from collections.abc import Callable
from typing import Any

import structlog

from bot.core.leadership import AlreadyLed, Lock, StaleLeader
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


def run(settings: Settings, say: Say, *, role: str = "all", wait: bool = True) -> None:
    """Run the bot, or one role of it, until it is told to stop (SIGTERM or SIGINT).

    :raises Problem: it cannot run, or may not any more.
    """
    settings.need_token()
    configure_logs(settings)
    catch_strays()
    store = open_store(settings)
    lock = Lock(store)
    try:
        if store.is_sqlite and role != "all":
            raise Problem("SQLite is for one process; for several name a PostgreSQL in LOTSE_DATABASE_URL", WRONG)
        _prepare(store, lock, lambda shared: _hold(lock, say, PATIENCE if wait else 0.0, shared))
        store.on_commit.append(LedgerKeeper(store, settings.data_dir))
        with asyncio.Runner(loop_factory=_loop_factory()) as runner:
            runner.run(_work(settings, store, role))
    except StaleLeader:
        raise Problem("Another instance took over this database, so this one stopped", BUSY) from None
    finally:
        lock.release()
        store.close()


def _prepare(store: Store, lock: Lock, hold: Callable[[bool], None]) -> None:
    """Bring the tables up to this version while nobody else is at work; then hold the database with the others."""
    refuse_newer(store)
    if not is_current(store):
        hold(False)
        before = revision_of(store)
        migrate(store)  # at once where another one has just done it
        if before:
            log.info("migrated")
        lock.release()
    hold(True)


def _hold(lock: Lock, say: Say, patience: float, shared: bool) -> None:
    end = time.monotonic() + patience
    told = False
    while True:
        try:
            return lock.hold(shared=shared)
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


async def _work(settings: Settings, store: Store, role: str) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    name = await _reach_telegram(settings, stop)
    if name:
        await _serve(settings, store, name, stop, role)
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


async def _serve(settings: Settings, store: Store, name: str, stop: asyncio.Event, role: str) -> None:
    from bot.app import ROLES, build_bot, run_bot
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
            await run_bot(bot, settings, stop, ROLES if role == "all" else (role,))
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
