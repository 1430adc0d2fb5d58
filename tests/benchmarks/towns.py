"""The databases that are measured on, each furnished once and then copied for every run."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from bot.app import FEATURES
from bot.chat.buttons import ButtonSigner
from bot.chat.feature import Registry
from bot.core.card import Card
from bot.core.clock import Clock
from bot.core.due import Appointment, DueRow
from bot.core.inbox import InboxState, Incoming
from bot.core.keyring import open_keyring
from bot.core.message import Button
from bot.core.outbox import Outgoing, State
from bot.core.store import Store
from bot.features.reminders import queries as reminders
from bot.operate.schema import migrate
from tests.benchmarks.crowd import FIRST_USER, USERS, Ask, presses
from tests.benchmarks.furnish import Furnisher, row_of

FEW, MANY = 100, 100_000  # people in a store
TOGETHER = 8  # people who take the same shift at about the same time
TURNS = 400  # shifts each of those who tap can take one after the other
FIRST_READER = 10_000_000  # Telegram's number
SPOKEN_BY_READERS = "uk"
RACERS, PLACES = 1000, 200  # people who want the same shift at once, and how many it has room for
REMINDERS, DUE_AT_ONCE = 10_000, 1000
Filled = Mapping[str, list[int]]  # ids of what was made


@dataclass(frozen=True)
class Town:
    """A furnished database to copy from, with what signs its buttons."""

    url: str
    made: Filled
    signer: ButtonSigner

    def button(self, action: str, entity: int, user: int) -> str:
        """What a button says when this person taps it."""
        return self.signer.data(Button("", action, entity), user)


def furnish(url: str, fill: Callable[[Furnisher], Filled]) -> Town:
    """Make the tables and fill them."""
    store = Store(url, Clock())
    migrate(store)
    with store.unit_of_work() as uow:
        signer = ButtonSigner(open_keyring(uow.session), frozenset(Registry(FEATURES).actions))
        made = fill(Furnisher(uow))
    store.tidy_up()
    store.close()
    return Town(url, made, signer)


def tapping(people: int = FEW) -> Callable[[Furnisher], Filled]:
    """Those who tap, with shifts for each of their taps, among so many people; beyond a few they have a past."""

    def fill(f: Furnisher) -> Filled:
        f.volunteers(FIRST_USER, USERS)
        f.volunteers(FIRST_USER + USERS, people - USERS)
        if people > FEW:
            _past(f, people)
        starts = [f.uow.now + timedelta(days=5, hours=4 * turn) for turn in range(TURNS)]
        alone = f.shifts((start for start in starts for _ in range(USERS)), TOGETHER)
        return {"alone": alone, "together": f.shifts((s for s in starts for _ in range(USERS // TOGETHER)), TOGETHER)}

    return fill


def _past(f: Furnisher, count: int) -> None:
    """Updates that were handled and messages that were sent."""
    now = f.uow.now - timedelta(days=1)
    update = row_of(Incoming(epoch=0, update_id=0, state=InboxState.DONE, received_at=now))
    f.fill(Incoming, [{**update, "update_id": n} for n in range(count)])
    message = row_of(
        Outgoing(key="", chat_id=0, kind="screen", state=State.SENT, created_at=now, not_before=now, sent_at=now)
    )
    f.fill(Outgoing, [{**message, "key": f"answer:old.{n}", "chat_id": FIRST_USER + n} for n in range(count)])


def reading(readers: int) -> Callable[[Furnisher], Filled]:
    """Those who tap, and so many whom a broadcast or an announcement is for."""

    def fill(f: Furnisher) -> Filled:
        made = tapping()(f)
        told = f.shifts([f.uow.now + timedelta(days=3)], PLACES)
        return {**made, "told": told, "readers": f.volunteers(FIRST_READER, readers, SPOKEN_BY_READERS)}

    return fill


def racing(races: int) -> Callable[[Furnisher], Filled]:
    """A thousand volunteers, and a shift for each race; of every third shift all of them hold a card."""

    def fill(f: Furnisher) -> Filled:
        people = f.volunteers(FIRST_USER, RACERS)
        made = f.shifts((f.uow.now + timedelta(days=5, hours=4 * n) for n in range(races)), PLACES)
        for number, shift in enumerate(made, 1):
            card = row_of(Card(person_id=0, chat_id=0, message_id=number, kind="shift", entity=shift))
            held = enumerate(people, FIRST_USER) if number % 3 == 0 else ()
            f.fill(Card, [{**card, "person_id": person, "chat_id": chat} for chat, person in held])
        return {"races": made}

    return fill


def reminding(f: Furnisher) -> Filled:
    """Ten thousand reminders of as many shifts with one person each; nothing is due yet."""
    count = REMINDERS // DUE_AT_ONCE
    people = f.volunteers(FIRST_READER, DUE_AT_ONCE)
    starts = [f.uow.now + timedelta(days=3 + n) for n in range(count) for _ in range(DUE_AT_ONCE)]
    shifts = f.shifts(starts, 1, taken=1)
    f.sign_up(zip(shifts, people * count, strict=True))
    rows = []
    for shift, start in zip(shifts, starts, strict=True):
        at = start - timedelta(days=1)
        planned = Appointment(reminders.DUE, at, shift, step="day", args={"step": "day"}, expires_at=start)
        row = DueRow(key=planned.key, kind=planned.kind, entity=shift, args=planned.args, at=at, expires_at=start)
        rows.append(row_of(row))
    f.fill(DueRow, rows)
    return {"due": shifts[:DUE_AT_ONCE], "people": people}


def taps(town: Town) -> Ask:
    """Everybody takes a shift nobody else is on."""
    return _taps(town, "alone", 1)


def taps_together(town: Town) -> Ask:
    """Eight people take the same one, whose cards show each other's taps."""
    return _taps(town, "together", TOGETHER)


def _taps(town: Town, which: str, together: int) -> Ask:
    def data(user: int, turn: int) -> tuple[int, str] | None:
        if turn >= TURNS:
            return None
        shift = town.made[which][turn * (USERS // together) + user // together]
        return FIRST_USER + user, town.button("shift.sign_up", shift, FIRST_USER + user)

    return presses(data)


def homes(town: Town) -> Ask:
    """Everybody goes home, again and again."""
    return presses(lambda user, _: (FIRST_USER + user, town.button("home", 0, FIRST_USER + user)))


def daytime() -> str:
    """Return a time zone in which it is about noon, because nobody is told anything at night."""
    ahead = 12 - Clock().now().hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"
