"""Bell: tells the other processes on a PostgreSQL that there is something to do, so that nobody waits for a look."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import structlog
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlmodel import Session

from bot.core.store import Store, normal_url

if TYPE_CHECKING:
    import psycopg

log = structlog.get_logger()
CHANNEL = "lotse"
RING = text("SELECT pg_notify(:channel, :what)")
PATIENCE = 5  # seconds for a connection to come about
AGAIN = 5.0  # seconds until a lost connection is opened again; meanwhile the looks at the tables suffice


def ring(session: Session, what: str) -> None:
    """Tell everybody who listens, once this transaction is committed."""
    session.execute(RING, {"channel": CHANNEL, "what": what})


async def listen(store: Store, on_ring: Mapping[str, Callable[[], None]]) -> None:
    """Call what belongs to each word that is rung, until cancelled."""
    import psycopg  # here, because it takes a tenth of the start where SQLite is used

    url = make_url(normal_url(store.url)).set(drivername="postgresql").render_as_string(hide_password=False)
    while True:
        with (
            contextlib.suppress(psycopg.Error),
            psycopg.connect(url, autocommit=True, connect_timeout=PATIENCE) as connection,
        ):
            connection.execute(f"LISTEN {CHANNEL}")
            await _hear(connection, on_ring)
        log.warning("bell_lost", seconds=AGAIN)
        await asyncio.sleep(AGAIN)


async def _hear(connection: "psycopg.Connection[Any]", on_ring: Mapping[str, Callable[[], None]]) -> None:
    """Hear until the connection is lost."""
    import psycopg

    loop, lost = asyncio.get_running_loop(), asyncio.Event()
    raw = connection.pgconn

    def hear() -> None:
        try:
            raw.consume_input()
        except psycopg.Error:
            lost.set()
            return
        while rung := raw.notifies():
            if called := on_ring.get(rung.extra.decode()):
                called()

    loop.add_reader(connection.fileno(), hear)
    try:
        await lost.wait()
    finally:
        loop.remove_reader(connection.fileno())
