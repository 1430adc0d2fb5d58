"""Health: whether the bot lives, for a container's health check, and its counters for Prometheus."""

import asyncio
import time
from datetime import datetime

from aiohttp import web
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, generate_latest
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.core.store import Store, StoreUnavailable
from bot.web.running import Running

LATE = 60.0  # seconds without a tick after which somebody should look
PATIENCE = 3.0  # seconds a database may take for the simplest question


class Health:
    """Answers /healthz and /metrics."""

    def __init__(self, bot: Running) -> None:
        self._bot = bot
        self._since = time.monotonic()

    async def healthz(self, _request: web.Request) -> web.Response:
        """Tell the loop's lag, how long ago things happened (in seconds) and whether the database answers."""
        ticker = self._bot.ticker
        last_tick = time.monotonic() - (ticker.last or self._since) if ticker.is_ticking else 0.0
        database = await _answers(self._bot.store)
        well = database and last_tick <= LATE
        report = {
            "status": "ok" if well else "unwell",
            "database": "ok" if database else "away",
            "loop_lag_seconds": _metric("lotse_loop_lag_seconds"),
            "last_tick_seconds": round(last_tick, 3) if ticker.is_ticking else None,
            "last_update_seconds": _age("lotse_last_update_timestamp_seconds", self._bot.store.clock.now()),
        }
        return web.json_response(report, status=200 if well else 503)

    async def metrics(self, _request: web.Request) -> web.Response:
        """Give all counters in Prometheus' own format."""
        return web.Response(body=generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})


async def _answers(store: Store) -> bool:
    try:
        # In a thread: a database that is away would hold up everybody's messages.
        await asyncio.wait_for(asyncio.to_thread(_ask, store), PATIENCE)
    except (StoreUnavailable, SQLAlchemyError, TimeoutError):
        return False
    return True


def _ask(store: Store) -> None:
    with store.read() as session:
        session.connection().execute(text("SELECT 1"))


def _metric(name: str) -> float | None:
    value = REGISTRY.get_sample_value(name)
    return round(value, 3) if value is not None else None


def _age(name: str, now: datetime) -> float | None:
    at = REGISTRY.get_sample_value(name)
    return round(now.timestamp() - at, 3) if at else None
