"""A backup of yesterday: what the lost day did is neither sent again nor undone, and no button of it opens anything."""

import json
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import select

from bot.app import build_bot
from bot.core.clock import Clock, FixedClock
from bot.core.inbox import InboxState, Incoming
from bot.core.message import Screen, escaped
from bot.core.person import Person
from bot.features.announcements.models import Audience, Broadcast, Draft, Target
from bot.features.announcements.services import send_broadcast
from bot.features.shifts.models import Shift, SignUp, SignUpState
from bot.features.shifts.services import sign_up
from bot.operate.backup import back_up
from bot.operate.held import What, settle_held
from bot.operate.ledger import LedgerKeeper
from bot.operate.restoring import restore
from bot.operate.schema import migrate
from bot.settings import Settings
from tests.features.announcements import crowd
from tests.operate.conftest import lose, open_desk
from tests.support.town import Someone, Town

DAY = timedelta(days=1)
SENT = ("sendMessage", "sendDocument")
LETTER, REMINDER, LATE = "The heating is broken", "You are expected soon", "This waited when the backup was made"


def noon(now: datetime) -> ZoneInfo:
    """A zone in which it is about noon, so that no night keeps anything back."""
    ahead = 12 - now.hour
    return ZoneInfo(f"Etc/GMT{-ahead:+d}")


@dataclass
class Yesterday:
    """The town of yesterday at noon, with the backup that was made then."""

    town: Town
    settings: Settings
    backup: Path
    anna: Someone = field(init=False)
    berta: Someone = field(init=False)
    carla: Someone = field(init=False)
    shift: int = 0

    @property
    def people(self) -> tuple[Someone, ...]:
        return self.anna, self.berta, self.carla

    def start(self) -> None:
        """Start a bot on the database of the settings."""
        self.town.store.close()
        self.town.store = open_desk(self.settings, self.town.clock)
        self.town.store.on_commit.append(LedgerKeeper(self.town.store, self.settings.data_dir))
        given = self.town.settings.model_copy(update={"timezone": self.settings.timezone})
        self.town.bot = build_bot(given, self.town.store, self.town.client, "lotse_demo_bot", self.town._pace)

    def restore(self) -> None:
        """Lose everything but the backup, and bring it back."""
        lose(self.town.store, self.settings)
        restore(self.settings, self.backup)
        self.town.telegram.ledger.clear()
        self.start()

    def got(self, text: str) -> list[int]:
        """How often each of the people was sent this since the restore."""
        calls = [call for call in self.town.telegram.ledger.of(*SENT) if text in str(call.params.get("text", ""))]
        return [sum(call.chat_id == who.id for call in calls) for who in self.people]


@pytest.fixture
async def yesterday(settings: Settings, tmp_path: Path) -> Yesterday:
    """A shift in two hours of today, a broadcast in its minute, an answer and an update that wait; and the backup."""
    clock = FixedClock(Clock().now() - DAY)
    settings = settings.model_copy(update={"timezone": noon(clock.now()).key})
    store = open_desk(settings, clock)
    migrate(store)
    town = Town(store, clock, locales="en")
    scene = Yesterday(town, settings, tmp_path / "backup")
    scene.start()
    scene.carla = await crowd.desk(town)
    scene.anna, scene.berta = await crowd.helper(town, 101, "Anna"), await crowd.helper(town, 102, "Berta")
    shift = await crowd.drafted(town, scene.carla, clock.now() + DAY + timedelta(hours=2))
    scene.shift = shift.key
    await scene.carla.presses("Publish and tell 2 people")
    await scene.anna.presses("I'm in")
    await scene.berta.presses("I'm in")
    wait(scene)
    back_up(settings, scene.backup)
    return scene


def wait(scene: Yesterday) -> None:
    """Let something of each kind wait: in the outbox, in the due table, in the inbox."""
    with scene.town.store.unit_of_work() as uow:
        carla, berta = scene.carla.person(), scene.berta.person()
        organisation = uow.session.exec(select(Shift.organisation_id)).one()
        send_broadcast(uow, carla.key, Draft(organisation, Target(Audience.ALL), "en", {"en": LETTER}))
        uow.outbox.answer(berta, Screen(escaped(LATE)), origin="waiting")
    scene.town.bot.ingest.keep([an_update(scene.berta)])


def an_update(who: Someone) -> dict[str, object]:
    """Somebody's message that was kept and not answered yet."""
    sender = {"id": who.id, "is_bot": False, "first_name": who.name, "language_code": "en"}
    chat = {"id": who.id, "type": "private", "first_name": who.name}
    mark = [{"type": "bot_command", "offset": 0, "length": 5}]
    return {
        "update_id": 99_000_000,
        "message": {"message_id": 1, "date": 1, "from": sender, "chat": chat, "text": "/help", "entities": mark},
    }


async def test_a_backup_of_yesterday_sends_nothing_again_until_it_is_released(yesterday: Yesterday) -> None:
    town = yesterday.town
    await town.passes(days=1)
    everything = {who.name: who.everything for who in yesterday.people}
    assert [text.count(REMINDER) for text in everything.values()] == [2, 2, 0]
    assert [text.count(LETTER) for text in everything.values()] == [1, 1, 0]
    yesterday.restore()
    await town.passes(hours=1)
    assert [call.method for call in town.telegram.ledger.of(*SENT)] == []

    settle_held(yesterday.settings, What.RELEASE)
    await town.passes(minutes=10)
    assert yesterday.got(LETTER) == [1, 1, 0]
    assert yesterday.got(LATE) == [0, 1, 0]
    assert yesterday.got("/shifts") == [0, 1, 0]  # the answer to her /help
    assert yesterday.got(REMINDER) == [1, 1, 0]  # that of three hours before; the day before is over
    with town.store.read() as session:
        assert set(session.exec(select(Incoming.state))) == {InboxState.DONE}
    town.store.close()


async def test_what_is_discarded_is_not_sent_and_not_handled(yesterday: Yesterday) -> None:
    town = yesterday.town
    await town.passes(days=1)
    yesterday.restore()
    settle_held(yesterday.settings, What.DISCARD)
    await town.passes(hours=1)
    assert [call.method for call in town.telegram.ledger.of(*SENT)] == []
    with town.store.read() as session:
        waiting = session.exec(select(Incoming).where(Incoming.update_id == 99_000_000)).one()
        assert (waiting.state, waiting.body) == (InboxState.DONE, "")
    town.store.close()


async def test_no_button_of_before_changes_anything_and_nobody_erased_is_back(yesterday: Yesterday) -> None:
    town, dora = yesterday.town, await crowd.helper(yesterday.town, 103, "Dora")
    await town.passes(hours=3)
    with town.store.unit_of_work() as uow:
        sign_up(uow, dora.person().key, yesterday.shift, or_wait=True)
    await yesterday.anna.says("/forget")
    await yesterday.anna.presses("delete")
    await dora.says("/myshifts")
    await town.passes(hours=20)
    buttons = every_button(town)
    assert len(buttons) > 50
    yesterday.restore()
    before = truth(town)
    for chat_id, message_id, data in buttons:
        town.telegram.forge(chat_id, message_id, data)
    await town.settle()
    assert truth(town) == before
    assert before["people"] == (yesterday.carla.id, yesterday.berta.id)  # Dora came after the backup
    assert before["sign-ups"] == {SignUpState.CONFIRMED: 1}
    town.store.close()


def every_button(town: Town) -> list[tuple[int, int, str]]:
    """Everything that could ever be pressed, with the message it stood on."""
    found: dict[tuple[int, int, str], None] = {}
    for call in town.telegram.ledger.of("sendMessage", "editMessageText"):
        markup = call.params.get("reply_markup") or {}
        rows = (json.loads(markup) if isinstance(markup, str) else markup).get("inline_keyboard", [])
        for button in (button for row in rows for button in row if "callback_data" in button):
            assert call.chat_id and call.effect_message_id
            found[call.chat_id, call.effect_message_id, button["callback_data"]] = None
    return list(found)


def truth(town: Town) -> dict[str, object]:
    """What must not change by an old button."""
    with town.store.read() as session:
        shifts = [(s.state, s.taken, s.revision, s.starts_at) for s in session.exec(select(Shift))]
        return {
            "people": tuple(session.exec(select(Person.telegram_id).order_by(Person.id))),  # type: ignore[arg-type]
            "shifts": shifts,
            "sign-ups": Counter(session.exec(select(SignUp.state))),
            "broadcasts": [(b.state, b.complete) for b in session.exec(select(Broadcast))],
        }
