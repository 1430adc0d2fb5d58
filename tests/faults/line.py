"""The line between a bot and the double of Telegram in the same process, which can be cut, hang or be slow."""

import asyncio

from telegram.error import TimedOut

from bot.chat.request import AiohttpRequest, NotSent
from bot.demo.request import DemoRequest

PATIENCE = AiohttpRequest().read_timeout  # the product's own


class Line(DemoRequest):
    """``cut``: no call gets through. ``hangs``: each waits for ever. ``seconds``: each answer comes so late."""

    cut = hangs = False
    seconds = 0.0

    async def do_request(self, url: str, method: str, *args: object, **options: object) -> tuple[int, bytes]:
        if self.hangs:
            await asyncio.Event().wait()
        if self.cut:
            raise NotSent("the line is cut")
        answer = await super().do_request(url, method, *args, **options)
        given = options.get("read_timeout")
        patience = float(given) if isinstance(given, int | float) else PATIENCE
        await asyncio.sleep(min(self.seconds, patience))
        if self.seconds > patience:
            raise TimedOut("no answer in time")
        return answer
