"""Witness: what the tests ask of the process in which Telegram and its people live."""

import asyncio
import sys
from asyncio.subprocess import PIPE
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp

PATIENCE = aiohttp.ClientTimeout(total=30)
NEW_MESSAGE = "send"  # how the methods begin that put a new message into a chat
SAME = "message is not modified"


class Ledger:
    """Every call Telegram decided, by the number of the outbox row behind it (``victim.py`` has it travel along)."""

    def __init__(self, calls: list[dict[str, Any]]) -> None:
        self.calls = calls
        self.anonymous = 0  # messages without a row behind them: there must be none
        self._of: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for call in calls:
            row = call["params"].get("business_connection_id")
            if row:
                self._of[int(row)].append(call)
            else:
                self.anonymous += call["method"].startswith(NEW_MESSAGE)

    def times(self, row: int) -> int:
        """Return how often a message arrived in a chat."""
        return sum(call["method"].startswith(NEW_MESSAGE) and call["outcome"] == "ok" for call in self._of[row])

    def took_effect(self, row: int) -> bool:
        """Say whether a message arrived, or a change was made or had been made before."""
        return any(call["outcome"] == "ok" or SAME in call["outcome"] for call in self._of[row])


class Witness:
    """Telegram and its people, seen from outside."""

    def __init__(self, session: aiohttp.ClientSession, address: str) -> None:
        self.address = address
        self._session = session

    async def begins(self, deed: str, **about: object) -> None:
        """Let somebody begin something."""
        async with self._session.post(f"{self.address}/people/{deed}", json=about) as answer:
            assert answer.status == 200, await answer.text()

    async def people(self) -> dict[str, Any]:
        """How far everybody is."""
        return dict(await self._get("/people"))

    async def done(self) -> None:
        """Wait until everybody has seen what she waits for, and the bot has taken every update."""
        while (people := await self.people())["busy"] or people["waiting"]:
            assert not people["failures"], people
            await asyncio.sleep(0.1)

    async def asked(self) -> int:
        """Return how often a bot has asked for updates."""
        return int(await self._get("/people/asked?after=-1"))

    async def asked_since(self, before: int) -> None:
        """Wait until a bot has asked for updates more often than this."""
        await self._get(f"/people/asked?after={before}")

    async def ledger(self) -> Ledger:
        """Read the ledger."""
        found = await self._get("/demo/ledger")
        assert found["calls_in_halt"] == 0
        return Ledger(found["calls"])

    async def _get(self, path: str) -> Any:
        async with self._session.get(self.address + path) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()


@asynccontextmanager
async def witness() -> AsyncIterator[Witness]:
    """Telegram in a process of its own, for as long as the block lasts."""
    command = (sys.executable, "-m", "tests.faults.telegram_process")
    process = await asyncio.create_subprocess_exec(*command, stdin=PIPE, stdout=PIPE)
    assert process.stdin
    assert process.stdout
    try:
        port = int(await process.stdout.readline())
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            yield Witness(session, f"http://127.0.0.1:{port}")
    finally:
        process.stdin.close()
        await asyncio.wait_for(process.wait(), 30)
