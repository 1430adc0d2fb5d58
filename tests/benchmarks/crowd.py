"""The people who write: each waits for her answer before she goes on, or all of them by the clock."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from time import perf_counter
from typing import Any

from tests.benchmarks.server import DATE, Server

USERS = 32
FIRST_USER = 1000  # Telegram's number of the first of them
PATIENCE = 20.0  # seconds for an answer


@dataclass(frozen=True, slots=True)
class Question:
    """An update and the call that answers it: method, chat, and for an edit the message."""

    update: Mapping[str, Any]
    answer: tuple[str, str, str]


Ask = Callable[[int, int], Question | None]  # which user, and how often she has asked before; nothing is the end


class Crowd:
    """Asks and notes in seconds how long each answer took."""

    def __init__(self, server: Server, ask: Ask) -> None:
        self.server = server
        self.waits: list[float] = []
        self.ended = False  # somebody had nothing more to ask
        self._ask = ask
        self._turns: dict[int, int] = defaultdict(int)
        self._open: dict[tuple[str, str, str], deque[tuple[float, int]]] = defaultdict(deque)
        self._again = False
        server.on_call = self.on_call

    @property
    def waiting(self) -> int:
        """How many still wait for an answer."""
        return sum(len(asked) for asked in self._open.values())

    def ask(self, user: int, at: float) -> None:
        """Let one user ask; ``at`` is the instant from which she waits."""
        question = self._ask(user, self._turns[user])
        if question is None:
            self.ended = True
            return
        self._turns[user] += 1
        self._open[question.answer].append((at, user))
        self.server.push(question.update)

    def on_call(self, method: str, params: Mapping[str, str]) -> None:
        """Hear a call of the bot; what answers nobody is passed over."""
        key = (method, params["chat_id"], params.get("message_id", ""))
        if not self._open.get(key):
            return
        now = perf_counter()
        asked, user = self._open[key].popleft()
        self.waits.append(now - asked)
        if self._again:
            self.ask(user, now)

    def begin(self) -> None:
        """Let everybody ask, and again whenever she is answered."""
        self._again = True
        for user in range(USERS):
            self.ask(user, perf_counter())

    async def rest(self) -> None:
        """Ask no more, and wait until everybody is answered."""
        self._again = False
        await until(lambda: not self.waiting, PATIENCE, lambda: f"{self.waiting} people were never answered")

    async def by_the_clock(self, rate: float, count: int) -> None:
        """Ask so many times at an even pace, whether earlier answers came or not, and wait for all answers."""
        begin = perf_counter()
        for number in range(count):
            due = begin + number / rate
            await asyncio.sleep(max(0.0, due - perf_counter()))
            self.ask(number % USERS, due)
        await self.rest()


async def until(done: Callable[[], bool], patience: float, complaint: Callable[[], str]) -> None:
    """Wait until something is so; complain when it lasts too long."""
    end = perf_counter() + patience
    while not done():
        if perf_counter() > end:
            raise RuntimeError(complaint())
        await asyncio.sleep(0.01)


def says(text: str) -> Ask:
    """Somebody writes a text and is answered by a message."""

    def ask(user: int, turn: int) -> Question:
        chat_id = FIRST_USER + user
        message: dict[str, Any] = {"message_id": turn + 1, "date": DATE, "text": text, **_between(chat_id)}
        if text.startswith("/"):
            message["entities"] = [{"type": "bot_command", "offset": 0, "length": len(text)}]
        return Question({"message": message}, ("sendMessage", str(chat_id), ""))

    return ask


def presses(data: Callable[[int, int], tuple[int, str] | None]) -> Ask:
    """Somebody taps a button of a message and sees it change; ``data`` is who she is and what the button says."""

    def ask(user: int, turn: int) -> Question | None:
        found = data(user, turn)
        return found and pressed(found[0], turn + 1, found[1])

    return ask


def pressed(chat_id: int, number: int, data: str) -> Question:
    """One tap of the person with this chat, on a button of this message."""
    rows = [[{"text": "✅ I'm in", "callback_data": data}], [{"text": "I can't", "callback_data": data}]]
    message = {"message_id": number, "date": DATE, "text": "Host at Café International\n" * 5}
    message |= {"reply_markup": {"inline_keyboard": rows}, "chat": _between(chat_id)["chat"]}
    query = {"id": f"{chat_id}{number}", "chat_instance": "1", "data": data, "from": _between(chat_id)["from"]}
    update = {"callback_query": {**query, "message": message}}
    return Question(update, ("editMessageText", str(chat_id), str(number)))


def _between(chat_id: int) -> dict[str, Any]:
    name = f"V{chat_id}"
    return {
        "chat": {"id": chat_id, "type": "private", "first_name": name},
        "from": {"id": chat_id, "is_bot": False, "first_name": name, "language_code": "en"},
    }
