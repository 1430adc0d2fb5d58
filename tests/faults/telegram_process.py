"""Telegram in a process of its own, with the people on the other side of it: they tap, the bot is killed, it lasts.

Bot API and ledger are the demo's. Under /people the tests say who comes and learn how far everybody is.
"""

import asyncio
import contextlib
import random
import sys
from collections.abc import Callable, Coroutine
from typing import Any

from aiohttp import web

from bot.demo.server import build_demo_app
from bot.demo.standalone import StandaloneControl
from bot.demo.telegram import Answer, FakeTelegram
from bot.demo.values import Json
from tests.faults.phones import AGAIN, FREE, ON, Phones
from tests.support.town import TOKEN

Deed = Callable[..., Coroutine[Any, Any, None]]
LONGEST_WAY = 0.04  # seconds an answer takes back to the bot, at most: then calls are under way when a kill comes


class DistantTelegram(FakeTelegram):
    """The double at the end of a line: what it decided at once reaches the bot a little later."""

    def __init__(self, control: StandaloneControl) -> None:
        super().__init__(token=TOKEN, clock=control.now)
        self.asked = asyncio.Condition()
        self.times_asked = self.times_greeted = 0

    async def call(self, method: str, params: Json) -> Answer:
        """Call a method; getUpdates is counted when it comes, because it waits, and getMe, because it is the first."""
        self.times_greeted += method == "getMe"
        if method == "getUpdates":
            async with self.asked:
                self.times_asked += 1
                self.asked.notify_all()
            return await super().call(method, params)
        answer = await super().call(method, params)
        await asyncio.sleep(random.uniform(0, LONGEST_WAY))
        return answer


class People:
    """Everybody's evening, told by HTTP."""

    def __init__(self, telegram: DistantTelegram) -> None:
        self.telegram = telegram
        self.phones = Phones(telegram)
        self.first_update = telegram.queue.next_id
        self.tasks: list[asyncio.Task[None]] = []
        self.copies = self.published = 0  # taps of the coordinator
        self._coordinator = asyncio.Lock()

    def routes(self) -> list[web.RouteDef]:
        """What is served."""
        return [
            web.get("/people", self.on_state),
            web.get("/people/asked", self.on_asked),
            web.post("/people/{deed}", self.on_deed),
        ]

    async def on_state(self, _: web.Request) -> web.Response:
        """GET /people: how many updates there were, how many wait, how many people are not done; what failed."""
        state = {
            "updates": self.telegram.queue.next_id - self.first_update,
            "waiting": len(self.telegram.queue.pending),
            "busy": sum(not task.done() for task in self.tasks),
            "failures": [repr(task.exception()) for task in self.tasks if task.done() and task.exception()],
            "copies": self.copies,
            "greeted": self.telegram.times_greeted,
        }
        return web.json_response(state)

    async def on_asked(self, request: web.Request) -> web.Response:
        """GET /people/asked?after=n: wait until a bot has asked for updates more often than n times; how often."""
        after = int(request.query["after"])
        async with self.telegram.asked:
            await self.telegram.asked.wait_for(lambda: self.telegram.times_asked > after)
        return web.json_response(self.telegram.times_asked)

    async def on_deed(self, request: web.Request) -> web.Response:
        """POST /people/<deed>: something begins."""
        deeds: dict[str, Deed] = {"here": self.here, "volunteer": self.volunteer, "coordinator": self.coordinator}
        begun = deeds[request.match_info["deed"]](**await request.json())
        self.tasks.append(asyncio.ensure_future(begun))
        return web.json_response(None)

    async def here(self, users: list[int]) -> None:
        """People who opened the chat long ago."""
        for user_id in users:
            self.telegram.user(user_id, f"V{user_id}", "en").started = True

    async def volunteer(self, user_id: int, shift_id: int, leaves: bool, times: int) -> None:
        """Somebody opens a shift by its link and says yes, or waits; some give it back; some tap twice."""
        self.telegram.user(user_id, f"V{user_id}", "en")
        self.telegram.say(user_id, f"/start shift-{shift_id}")
        await self.phones.taps_until(user_id, FREE, ON, times)
        if leaves:
            await self.phones.taps_until(user_id, ON, FREE, times)

    async def coordinator(self, user_id: int) -> None:
        """The coordinator needs the same again a week later and tells everybody, each with one tap.

        A screen that came twice loses its buttons to the second: then she begins anew.
        """
        async with self._coordinator:
            goal = self.published + 1
            while self.published < goal:
                self.telegram.say(user_id, "/ourshifts")
                with contextlib.suppress(TimeoutError):
                    await self.phones.taps(user_id, "/10 ", within=AGAIN)  # the first of her shifts, with its places
                    await self.phones.taps(user_id, "A week later", within=AGAIN)
                    self.copies += 1
                    await self.phones.taps(user_id, "Publish and tell", within=AGAIN)
                    self.published += 1


async def serve() -> None:
    """Serve until the input ends; the first line of the output is the port."""
    control = StandaloneControl()
    telegram = DistantTelegram(control)
    app = build_demo_app(telegram, control)
    app.add_routes(People(telegram).routes())
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    print(runner.addresses[0][1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
