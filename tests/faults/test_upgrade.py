"""An earlier release's database, with everything that waited in it, is upgraded while people go on; nothing is lost."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlmodel import select

from bot.core.clock import Clock
from bot.core.inbox import InboxState, Incoming
from bot.core.outbox import Outgoing, State
from bot.core.store import Store
from bot.demo.server import serve_demo
from bot.demo.standalone import StandaloneControl
from bot.demo.telegram import FakeTelegram
from bot.features.shifts.models import SignUp
from bot.operate.schema import migrate, migrate_back, newest_revision, revision_of
from tests.faults import LONG, seed
from tests.faults.judging import is_quiet
from tests.faults.killing import noon
from tests.faults.recording import LETTER
from tests.faults.release import REVISIONS, Release
from tests.faults.visits import HELP
from tests.support.programs import lotse
from tests.support.town import TOKEN, plain

KILLS = 20 if LONG else 1
pytestmark = [pytest.mark.slow, pytest.mark.timeout(300 if LONG else 120)]
each_release = pytest.mark.parametrize("revision", REVISIONS)


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Store:
    """An empty database of each kind in turn."""
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/lotse.db" if is_sqlite else request.getfixturevalue("postgres_url")
    store = Store(url, Clock())
    request.addfinalizer(store.close)
    return store


@dataclass
class Upgrade:
    """A release's town and how the new version is started on it."""

    store: Store
    telegram: FakeTelegram
    release: Release
    folder: Path
    address: str = ""

    @asynccontextmanager
    async def program(self) -> AsyncIterator[None]:
        """Run the new version until it is told to stop, or kill it when left by an error."""
        given = {"token": TOKEN, "database_url": self.store.url, "listen": "127.0.0.1:0", "log": "warning"}
        async with lotse("run", folder=self.folder, api_url=self.address, timezone=noon(), **given) as bot:
            yield
            assert await bot.stops() == 0, bot.said

    async def killed(self, seconds: float) -> None:
        """Run the new version for so long and kill it."""
        given = {"token": TOKEN, "database_url": self.store.url, "listen": "127.0.0.1:0", "log": "warning"}
        async with lotse("run", folder=self.folder, api_url=self.address, timezone=noon(), **given) as bot:
            await asyncio.sleep(seconds)
            bot.process.kill()

    def seen(self, who: int, text: str) -> int:
        """How many of somebody's messages say this."""
        return sum(text in plain(shown.text) for shown in self.telegram.chat(who) if shown.from_bot)

    def press(self, who: int, caption: str) -> None:
        """Tap a button that the earlier release made."""
        for shown in reversed(self.telegram.chat(who)):
            if found := [one for one in shown.captions if caption in one]:
                self.telegram.press(who, shown.message_id, found[0])
                return
        raise AssertionError(f"{who} has no button {caption!r}")

    async def is_quiet(self) -> None:
        """Wait until the new version has done what waited."""
        async with asyncio.timeout(60):
            while not self._is_quiet():
                await asyncio.sleep(0.2)

    def _is_quiet(self) -> bool:
        if self.telegram.queue.pending or revision_of(self.store) != newest_revision():
            return False
        return is_quiet(self.store)


@asynccontextmanager
async def upgrade(store: Store, revision: str, folder: Path) -> AsyncIterator[Upgrade]:
    control = StandaloneControl()
    telegram = FakeTelegram(token=TOKEN, clock=control.now)
    release = Release(revision, Clock().now())
    release.enter(store)
    release.furnish(telegram)
    async with serve_demo(telegram, control) as address:
        yield Upgrade(store, telegram, release, folder, address)


@each_release
@pytest.mark.parametrize("kills", [0, KILLS])
async def test_an_upgrade_under_traffic_loses_nothing(revision: str, kills: int, store: Store, tmp_path: Path) -> None:
    dice = random.Random(seed())
    async with upgrade(store, revision, tmp_path) as town:
        before = town.release.kept(store)
        town.telegram.say(301, "/help")  # nobody listens yet
        for _ in range(kills):
            await town.killed(dice.uniform(0.3, 3.0))
        async with town.program():
            town.telegram.say(302, "/help")
            await town.is_quiet()
            town.press(306, "Join the waitlist")  # on a card that the earlier release sent
            await asyncio.sleep(0.5)
            await town.is_quiet()
        judge(town, kills)
        assert town.release.kept(store) == before
    print(f"from {revision} to {newest_revision()}, {kills} kills: nothing lost")


def judge(town: Upgrade, kills: int) -> None:
    """Hold phones and tables against what must be: what waited came once, and once more for a kill at most."""
    listeners = range(301, 309)
    once = [town.seen(who, HELP) for who in (301, 302, 306, 308)] + [town.seen(who, LETTER) for who in listeners]
    once += [town.seen(who, "You are expected soon") for who in (301, 302)]
    once += [town.seen(305, "fits you"), town.seen(103, LETTER)]
    assert min(once) >= 1, once
    assert sum(once) - len(once) <= kills, once
    assert town.seen(307, HELP) == 0  # it must not come twice, and may have come before
    assert town.seen(500, "Dilan") or town.seen(500, "languages"), [m.text for m in town.telegram.chat(500)][-3:]
    assert town.seen(600, "language") == 1
    with town.store.read() as session:
        assert set(session.exec(select(Incoming.state))) == {InboxState.DONE}
        states = set(session.exec(select(Outgoing.state)))
        assert states <= {State.SENT, State.UNKNOWN, State.EXPIRED}, states
        assert len(session.exec(select(Outgoing.id).where(Outgoing.state == State.UNKNOWN)).all()) == 1
        signed = session.exec(select(SignUp.person_id, SignUp.shift_id)).all()
        assert len(signed) == len(set(signed)) == len(town.release.rows("sign_up")) + 2


@each_release
def test_the_way_back_keeps_what_people_entered(revision: str, store: Store) -> None:
    release = Release(revision, Clock().now())
    release.enter(store)
    before = release.kept(store)
    for _ in range(2):
        migrate(store)
        assert release.kept(store) == before
        migrate_back(store, revision)
        assert (revision_of(store), release.kept(store)) == (revision, before)
