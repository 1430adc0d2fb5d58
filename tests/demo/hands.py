"""Hands for the tests of the demo: a clock that is set by hand and short ways to call the double."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.demo.telegram import FakeTelegram
from bot.demo.values import Json

TOKEN = "1:demo"
OLENA, AMAL, CLARA = 101, 102, 103
GROUP = -500


@dataclass
class HandClock:
    """A clock that moves only when a test says so."""

    now: datetime = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_time(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass
class Desk:
    """The double, its clock, and calls that say at once what came back."""

    telegram: FakeTelegram
    clock: HandClock

    async def ok(self, method: str, **params: object) -> Any:
        """The result of a call that must be accepted."""
        answer = await self.telegram.call(method, params)
        assert answer.status == 200, answer.body
        return answer.body["result"]

    async def refused(self, method: str, **params: object) -> str:
        """Telegram's words for a call that must be refused."""
        answer = await self.telegram.call(method, params)
        assert answer.status != 200, answer.body
        assert answer.body["ok"] is False
        assert answer.body["error_code"] == answer.status
        return str(answer.body["description"])

    async def send(self, text: str = "hello", chat_id: int = OLENA, **params: object) -> int:
        """Send a message and return its id."""
        return int((await self.ok("sendMessage", chat_id=chat_id, text=text, **params))["message_id"])

    async def updates(self, **params: object) -> list[Json]:
        """What getUpdates hands out."""
        return list(await self.ok("getUpdates", **params))


def new_desk(*, limits: bool = False) -> Desk:
    """A double with three people who have all written once; nothing is pending."""
    clock = HandClock()
    telegram = FakeTelegram(token=TOKEN, clock=clock, limits=limits)
    for user_id, name, language in ((OLENA, "Olena", "uk"), (AMAL, "Amal", "ar"), (CLARA, "Clara", "de")):
        telegram.user(user_id, name, language)
        telegram.say(user_id, "/start")
    telegram.queue.clear()
    return Desk(telegram, clock)


def keyboard(*buttons: Json) -> Json:
    """An inline keyboard of one row."""
    return {"inline_keyboard": [list(buttons)]}


def button(text: str, data: str) -> Json:
    """A button that sends data."""
    return {"text": text, "callback_data": data}
