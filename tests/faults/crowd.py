"""A crowd that taps at the same moment: its updates as Telegram sends them, and what must come of them.

One process on SQLite, several on PostgreSQL handle the taps.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlmodel import col, select

from bot.app import FEATURES, build_bot
from bot.chat.buttons import ButtonSigner
from bot.chat.client import Client
from bot.chat.feature import Registry
from bot.core.bell import ring
from bot.core.clock import Clock
from bot.core.inbox import InboxState, Incoming, keep_updates
from bot.core.keyring import open_keyring
from bot.core.message import Button
from bot.core.outbox import Outgoing
from bot.core.person import Person
from bot.core.store import Store
from bot.demo.request import DemoRequest
from bot.demo.telegram import FakeTelegram
from bot.features.shifts.models import Shift, SignUp, SignUpState
from bot.settings import Settings
from tests.faults.fleet import Fleet, fleet
from tests.faults.furnishing import furnish, ids
from tests.faults.killing import settings
from tests.faults.witness import witness
from tests.support.town import TOKEN

YES, OR_WAIT, NO = "shift.sign_up", "shift.wait", "shift.withdraw"
CONFIRMED, WAITING, LEFT = SignUpState.CONFIRMED, SignUpState.WAITLISTED, SignUpState.WITHDRAWN
CROWD = ids(20_000, 500)
WORKERS = 3  # processes on PostgreSQL
Work = Callable[[], Awaitable[None]]


@dataclass(frozen=True)
class Tap:
    """Somebody's tap on a button under a shift's card."""

    user_id: int
    action: str
    shift_id: int


class Street:
    """Where the crowd stands: it hands taps in, all in one moment, and sees what came of them."""

    def __init__(self, store: Store, wakes: bool) -> None:
        self.store = store
        self.wakes = wakes
        self._next = 1
        with store.unit_of_work() as uow:
            self._signer = ButtonSigner(open_keyring(uow.session), frozenset(Registry(FEATURES).actions))

    def hand_in(self, taps: Sequence[Tap]) -> list[int]:
        """Keep the updates of these taps in one transaction; return their numbers."""
        numbers = list(range(self._next, self._next + len(taps)))
        self._next += len(taps)
        updates = [self._update(number, tap) for number, tap in zip(numbers, taps, strict=True)]
        with self.store.unit_of_work() as uow:
            assert keep_updates(uow.session, updates, uow.now) == len(taps)
            if self.wakes:
                ring(uow.session, "inbox")
        return numbers

    def _update(self, number: int, tap: Tap) -> dict[str, object]:
        chat = {"id": tap.user_id, "type": "private"}
        query = {
            "id": str(number),
            "from": {"id": tap.user_id, "is_bot": False, "first_name": "V"},
            "chat_instance": "1",
            "data": self._signer.data(Button("", tap.action, tap.shift_id), tap.user_id),
            "message": {"message_id": tap.shift_id, "date": 1, "chat": chat},
        }
        return {"update_id": number, "callback_query": query}

    def waits(self) -> bool:
        """Say whether some update is not handled yet."""
        with self.store.read() as session:
            waiting = select(Incoming.id).where(Incoming.state == InboxState.NEW).limit(1)
            return session.exec(waiting).first() is not None

    def failed(self) -> list[str]:
        """Return the errors of updates that could not be handled."""
        with self.store.read() as session:
            return list(session.exec(select(Incoming.error).where(Incoming.state == InboxState.DEAD)))

    def answers(self) -> dict[int, int]:
        """Return the outbox row that answers each update; rows are numbered in the order of what they answer."""
        with self.store.read() as session:
            rows = session.exec(select(Outgoing.key, Outgoing.id).where(col(Outgoing.key).like("answer:%:1"))).all()
        return {int(key.split(":")[1].split(".")[1]): row for key, row in rows if row}

    def list_of(self, shift_id: int) -> dict[int, SignUp]:
        """Return everybody's answer to a shift, by Telegram id."""
        with self.store.read() as session:
            query = select(Person.telegram_id, SignUp).join(SignUp).where(SignUp.shift_id == shift_id)
            return {user_id: row for user_id, row in session.exec(query)}

    def taken(self, shift_id: int) -> int:
        """Return how many places of a shift are taken."""
        with self.store.read() as session:
            return session.get_one(Shift, shift_id).taken


@dataclass
class Square:
    """A street, and what has all taps on it handled."""

    street: Street
    work: Work

    async def hand_in(self, taps: Sequence[Tap]) -> list[int]:
        """Let these taps come in one moment and be handled; return their updates' numbers."""
        numbers = self.street.hand_in(taps)
        await self.work()
        assert self.street.failed() == []
        return numbers


@pytest.fixture
def people() -> list[int]:
    """Who is in the crowd."""
    return CROWD


@pytest.fixture
async def square(store_url: str, tmp_path: Path, people: list[int]) -> AsyncIterator[Square]:
    """A crowd before one process on SQLite, and before several workers on PostgreSQL."""
    store = Store(store_url, Clock())
    furnish(store, (), people)
    place = workers if store_url.startswith("postgres") else one_process
    async with place(store, tmp_path) as opened:
        yield opened
    store.close()


@asynccontextmanager
async def one_process(store: Store, folder: Path) -> AsyncIterator[Square]:
    """A bot in this very process."""
    clock = Clock()
    telegram = FakeTelegram(token=TOKEN, clock=clock.now)
    given = Settings(token=SecretStr(TOKEN), locales=("en",), data_dir=folder)
    bot = build_bot(given, store, Client(TOKEN, given.api_url, DemoRequest(telegram)), "lotse_demo_bot")

    async def work() -> None:
        while await bot.dispatcher.handle_waiting():
            await bot.dispatcher.settle()

    yield Square(Street(store, wakes=False), work)


@asynccontextmanager
async def workers(store: Store, folder: Path) -> AsyncIterator[Square]:
    """Several processes that do nothing but handle updates."""
    async with witness() as telegram, fleet(folder, settings(telegram.address, store.url, folder), store) as ships:
        street = Street(store, wakes=True)
        for _ in range(WORKERS):
            await ships.launch("work")
        yield Square(street, lambda: _handled(street, ships))
        assert not ships.failures(), ships.failures()
        print({ship.name: ship.said().count("store_unavailable") for ship in ships.ships}, "times the database refused")


async def _handled(street: Street, ships: Fleet) -> None:
    await ships.until(lambda: not street.waits(), within=60)
