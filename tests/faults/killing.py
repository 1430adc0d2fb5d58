"""A bot in a process of its own that is killed and started again, with the double of Telegram beside it."""

import asyncio
import os
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from bot.demo.server import serve_demo
from bot.demo.standalone import StandaloneControl
from bot.demo.telegram import FakeTelegram
from tests.support.town import TOKEN


class Victim:
    """Starts, kills and stops one bot."""

    def __init__(self, process: Process, log: Path, telegram: FakeTelegram) -> None:
        self.process = process
        self.telegram = telegram
        self.log = log
        self.kills = 0
        self.begun = 0

    async def start(self) -> int:
        """Start the bot; return its process id."""
        assert self.process.stdin and self.process.stdout
        self.begun = len(self.telegram.ledger.of("deleteWebhook"))  # the last thing before it asks for updates
        self.process.stdin.write(b"start\n")
        await self.process.stdin.drain()
        return int(await self.process.stdout.readline())

    async def polling(self) -> None:
        """Wait until the bot just started asks for updates."""
        while len(self.telegram.ledger.of("deleteWebhook")) == self.begun:
            await asyncio.sleep(0.005)

    async def end(self, pid: int, by: signal.Signals) -> str:
        """Send the bot a signal and wait for its end; return how it ended."""
        assert self.process.stdout
        os.kill(pid, by)
        self.kills += by == signal.SIGKILL
        return (await self.process.stdout.readline()).decode()

    async def live_and_die(self, chance: random.Random) -> None:
        """Run the bot for a random moment, then kill it."""
        pid = await self.start()
        if chance.random() < 0.8:  # the others are killed while they start
            await self.polling()
        await asyncio.sleep(chance.uniform(0.0, 0.3))
        await self.end(pid, signal.SIGKILL)


@asynccontextmanager
async def victim(store_url: str, folder: Path) -> AsyncIterator[tuple[Victim, FakeTelegram]]:
    """A bot to be killed and the Telegram it speaks to."""
    control = StandaloneControl()
    telegram = FakeTelegram(token=TOKEN, clock=control.now)
    log = folder / "victim.log"
    async with serve_demo(telegram, control) as address:
        settings = {
            "LOTSE_TOKEN": TOKEN,
            "LOTSE_API_URL": address,
            "LOTSE_DATABASE_URL": store_url,
            "LOTSE_DATA_DIR": str(folder),
            "LOTSE_LISTEN": "127.0.0.1:0",
            "LOTSE_RATE": "30",
            "LOTSE_LOG": "warning",
        }
        with log.open("wb") as errors:
            process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", "tests.faults.victim", stdin=PIPE, stdout=PIPE, stderr=errors,
                env={**os.environ, **settings},
            )  # fmt: skip
            try:
                yield Victim(process, log, telegram), telegram
            finally:
                assert process.stdin
                process.stdin.close()
                await asyncio.wait_for(process.wait(), 30)
