"""Runs the demo: the unchanged bot on a fresh store, talking over HTTP to the double of Telegram with the phones."""

import asyncio
import signal
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.app import build_bot, run_bot
from bot.chat.client import Client
from bot.chat.request import AiohttpRequest
from bot.core.clock import ShiftedClock
from bot.core.due import next_instant
from bot.core.store import Store
from bot.demo.control import Persona
from bot.demo.people import PERSONAS, move_in
from bot.demo.server import serve_demo
from bot.demo.telegram import FakeTelegram
from bot.logs import configure_logs
from bot.operate.schema import migrate
from bot.seed import seed_file
from bot.settings import LOCALES, Settings

TOKEN = "1000001:demo-token-that-opens-nothing-but-this-page"  # noqa: S105 - of the double, no secret
PORT = 8088
CENTRE = Path(__file__).with_name("weingarten.yaml")
WAITING = ("reminder", "buddy.lapse")  # what "to the next reminder" jumps to


class Demo:
    """The bot of the demo and its clock; can be started afresh while the page stays open."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ShiftedClock()
        self.telegram = FakeTelegram(token=TOKEN, clock=self.clock.now)
        self.address = ""
        self._runs = 0
        self._store: Store | None = None
        self._stop = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Seed a fresh store and let the bot run on it."""
        self._runs += 1
        settings = Settings(
            token=SecretStr(TOKEN),
            api_url=self.address,
            database_url=f"sqlite:///{self.folder}/demo-{self._runs}.db",
            data_dir=self.folder,
            mode="polling",
            timezone="Europe/Berlin",
            locales=LOCALES,
            rate=30,
            admins=(),
        )
        configure_logs(settings.model_copy(update={"log": "warning"}))
        self._store = Store(settings.database_url, self.clock)
        migrate(self._store)
        seed_file(self._store, CENTRE)
        move_in(self._store, self.telegram)
        self._stop = asyncio.Event()
        self._running = asyncio.ensure_future(self._run(settings, self._store))

    async def _run(self, settings: Settings, store: Store) -> None:
        client = Client(TOKEN, self.address, AiohttpRequest(), AiohttpRequest(connections=1))
        await client.open()
        try:
            me = await client.call("getMe", {})
            await run_bot(build_bot(settings, store, client, me["username"]), settings, self._stop)
        finally:
            await client.close()
            store.close()

    async def end(self) -> None:
        """Stop the bot; what it was doing is finished first."""
        self._stop.set()
        if self._running:
            await self._running

    # -- what the page may do (bot.demo.control.Control) --

    def now(self) -> datetime:
        """The bot's present instant."""
        return self.clock.now()

    def jump(self, minutes: int) -> None:
        """Move the bot's clock forward."""
        self.clock.jump(timedelta(minutes=minutes))

    def next_due(self) -> datetime | None:
        """The instant of the next reminder."""
        if self._store is None:
            return None
        with self._store.read() as session:
            return next_instant(session, WAITING)

    def personas(self) -> Sequence[Persona]:
        """The people of the demo."""
        return PERSONAS

    async def reset(self) -> None:
        """Begin anew with a fresh store."""
        await self.end()
        self.clock.offset = timedelta()
        await self.start()


async def serve(port: int) -> None:
    """Serve the demo until the process is asked to end."""
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(name, ended.set)
    with tempfile.TemporaryDirectory(prefix="lotse-demo-") as folder:
        demo = Demo(Path(folder))
        async with serve_demo(demo.telegram, demo, port=port) as address:
            demo.address = address
            await demo.start()
            print(
                f"\n  The demo is open at {address}\n  Three phones, one town, no token. Ctrl+C ends it.\n", flush=True
            )
            await ended.wait()
            await demo.end()


def run_demo(port: int = PORT) -> int:
    """Serve the demo on 127.0.0.1; port 0 takes a free one."""
    with suppress(KeyboardInterrupt):
        asyncio.run(serve(port))
    return 0
