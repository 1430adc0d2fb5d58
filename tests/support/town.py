"""A town for stories: the whole bot, the strict double of Telegram, and people who tap, write and look."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlmodel import select

from bot.app import Bot, build_bot
from bot.chat.client import Client
from bot.core.clock import FixedClock
from bot.core.keyring import open_keyring
from bot.core.person import Person, Role, grant
from bot.core.store import Store
from bot.demo.request import DemoRequest
from bot.demo.telegram import FakeTelegram, Shown
from bot.features.organisations.models import Organisation, Place
from bot.features.volunteers.models import Activity
from bot.settings import Settings

TOKEN = "123456:a-token-for-tests-that-opens-nothing-anywhere"
ISOLATES = re.compile("[\u2066-\u2069\u200e\u200f]")


def plain(text: str) -> str:
    """Take out what only steers the writing direction."""
    return ISOLATES.sub("", text)


class Someone:
    """A person with a phone. Everything she does waits until the bot has nothing more to do."""

    def __init__(self, town: "Town", user_id: int, name: str, language: str) -> None:
        self.town = town
        self.id = user_id
        self.name = name
        self.taps = 0
        self.typed = 0
        town.telegram.user(user_id, name, language)

    async def says(self, text: str) -> None:
        """Write a message."""
        self.typed += 0 if text.startswith("/") else 1
        self.town.telegram.say(self.id, text)
        await self.town.settle()

    async def presses(self, *captions: str) -> None:
        """Tap buttons one after the other; part of a caption is enough, the newest message that has it counts."""
        for caption in captions:
            message, data = self._find(caption)
            self.taps += 1
            self.town.telegram.press(self.id, message.message_id, data)
            await self.town.settle()

    def _find(self, caption: str) -> tuple[Shown, str]:
        for message in reversed(self.screens):
            for row in message.buttons:
                for button in row:
                    if caption in plain(button.text):
                        return message, button.callback_data or button.text
        raise AssertionError(f"{self.name} sees no button {caption!r}; she sees {self.captions} under {self.last!r}")

    @property
    def screens(self) -> list[Shown]:
        """What the bot wrote to her, oldest first."""
        return [message for message in self.town.telegram.chat(self.id) if message.from_bot]

    @property
    def screen(self) -> Shown:
        """The newest message of the bot."""
        return self.screens[-1]

    @property
    def last(self) -> str:
        """The newest message's text."""
        return plain(self.screen.text) if self.screens else ""

    @property
    def everything(self) -> str:
        """All texts of the bot in her chat, as they are shown now."""
        return "\n".join(plain(message.text) for message in self.screens)

    @property
    def captions(self) -> list[str]:
        """The newest message's buttons."""
        return [plain(button.text) for row in self.screen.buttons for button in row] if self.screens else []

    @property
    def alerts(self) -> list[str]:
        """What was said above her chat after her taps."""
        return [plain(notice.text) for notice in self.town.telegram.notices(self.id) if notice.text]

    def sees(self, *texts: str) -> None:
        """Assert that the newest message says this."""
        for text in texts:
            assert text in self.last, f"{self.name} looks for {text!r} and sees {self.last!r}"

    def person(self) -> Person:
        """Her entry in the store."""
        with self.town.store.read() as session:
            return session.exec(select(Person).where(Person.telegram_id == self.id)).one()


class Town:
    """The bot on a store, with Telegram's double around it."""

    def __init__(self, store: Store, clock: FixedClock, *, locales: str = "en,de,uk,ar") -> None:
        self.store = store
        self.clock = clock
        self.telegram = FakeTelegram(token=TOKEN, clock=clock.now)
        self.settings = Settings(token=SecretStr(TOKEN), locales=tuple(locales.split(",")), rate=1000)
        self.client = Client(TOKEN, self.settings.api_url, DemoRequest(self.telegram))
        self.bot: Bot = build_bot(self.settings, store, self.client, "lotse_demo_bot", self._pace)
        self._offset: int | None = None

    def _pace(self) -> float:
        # The town's own time passes while the bot works, so that a halt or a pause ends without real waiting.
        self.clock.jump(timedelta(milliseconds=50))
        return self.clock.now().timestamp()

    async def settle(self) -> None:
        """Let everything happen that can happen now; a few seconds pass, so that cards are refreshed."""
        while True:
            await self._fetch()
            await self.bot.settle()
            self.clock.jump(timedelta(seconds=2))
            if not await self.bot.ticker.tick():
                break
        await self.bot.settle()

    async def _fetch(self) -> None:
        batch = await self.client.updates(self._offset, 0)
        if batch:
            self.bot.ingest.keep(batch)
            self._offset = batch[-1]["update_id"] + 1
            await self.client.updates(self._offset, 0)

    async def passes(self, **time: float) -> None:
        """Let time pass in steps of ten minutes (``hours=3``, ``days=1``)."""
        end = self.clock.now() + timedelta(**time)
        while self.clock.now() < end:
            self.clock.jump(min(timedelta(minutes=10), end - self.clock.now()))
            await self.bot.ticker.tick()
            await self.bot.settle()
        await self.settle()

    async def someone(self, user_id: int, name: str, language: str) -> Someone:
        """A person who wrote /start and chose her language."""
        who = Someone(self, user_id, name, language)
        await who.says("/start")
        native = {"de": "Deutsch", "en": "English", "uk": "Українська", "ar": "العربية"}[language]
        await who.presses(native)
        return who

    def stranger(self, user_id: int, name: str, language: str) -> Someone:
        """A person who has not written yet."""
        return Someone(self, user_id, name, language)

    def appoint(self, who: Someone, organisation: Organisation) -> None:
        """Make somebody a coordinator without an invitation."""
        with self.store.unit_of_work() as uow:
            person = uow.session.exec(select(Person).where(Person.telegram_id == who.id)).one()
            person.name = person.name or who.name
            uow.session.add(person)
            grant(uow.session, person.key, Role.COORDINATOR, organisation.id or 0, uow.now)

    def organisation(self, key: str = "caritas", name: str = "Caritas") -> Organisation:
        """An organisation with a place, and two activities."""
        with self.store.unit_of_work() as uow:
            found = uow.session.exec(select(Organisation).where(Organisation.key == key)).first()
            if found:
                return found
            organisation = Organisation(key=key, kind="welfare", name=name, regime="KDG")
            uow.session.add(organisation)
            uow.session.flush()
            place = Place(organisation_id=organisation.id, name="Café International", address="Liebfrauenstraße 25")
            uow.session.add(place)
            known = set(uow.session.exec(select(Activity.key)))
            for activity, text in (
                ("cafe_host", "Host at Café International"),
                ("homework", "Homework help"),
            ):
                if activity not in known:
                    uow.session.add(Activity(key=activity, name=text))
        return organisation

    def invitation_key(self) -> str:
        """The house's keyring, to make invitations with."""
        with self.store.unit_of_work() as uow:
            return open_keyring(uow.session).hash("test", "test")


@pytest.fixture
def town(store: Store, clock: FixedClock) -> Iterator[Town]:
    """A town with the whole bot, on both databases in turn."""
    yield Town(store, clock)
