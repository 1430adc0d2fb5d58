"""Recording: a town in the middle of its day, written down whole, so that later versions can be upgraded from it.

``python -m tests.faults.recording`` plays the story on this version and writes ``recorded/<revision>.json``: the
tables, and the phones of the people. It is run when a version is released whose tables changed (for an older one: in
its checkout, with today's ``tests/`` laid over it); a file that was once written stays as it is for ever.
"""

import asyncio
import json
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import SQLModel, select

from bot.core.clock import FixedClock
from bot.core.inbox import InboxState
from bot.core.outbox import Outgoing, State
from bot.core.person import Person
from bot.core.store import Store
from bot.features.announcements.models import Audience, Draft, Target
from bot.features.announcements.services import send_broadcast
from bot.operate.schema import migrate, newest_revision
from tests.features.announcements import crowd
from tests.features.buddies import phones
from tests.support.town import Someone, Town

FOLDER = Path(__file__).with_name("recorded")
MORNING = datetime.fromisoformat("2026-02-02T09:00:00+00:00")
LETTER = "The heating is broken"
SOON, LATER = timedelta(hours=4), timedelta(days=2)


async def day(town: Town) -> dict[int, Someone]:
    """What has happened so far; everything has been delivered."""
    await phones.proposed(town)
    carla = await crowd.desk(town)
    people = {number: await crowd.helper(town, number, f"V{number}") for number in range(301, 309)}
    for ahead in (SOON, LATER):
        await crowd.drafted(town, carla, town.clock.now() + ahead)
        await carla.presses("Publish and tell")
        for number in (301, 302):
            await people[number].presses("I'm in")
        await people[303].presses("waitlist")
        await people[304].presses("Not this time")
        if ahead == LATER:
            await people[302].presses("I can't")
    people[500] = await town.someone(500, "Dilan", "en")
    await people[500].presses("I want to help", "I agree")
    return people | {201: carla}


async def moment(town: Town, people: dict[int, Someone]) -> None:
    """What is under way when the version ends: something of each kind waits."""
    town.clock.at = MORNING + SOON - timedelta(hours=3, minutes=2)  # a reminder is due two minutes later
    for number, words in ((305, "/shifts"), (306, "/help"), (307, "/help")):
        town.telegram.say(number, words)
    press(people[304], "Join the waitlist")
    await town._fetch()
    await town.bot.dispatcher.handle_waiting()
    author, organisation = people[201].person(), town.organisation()
    with town.store.unit_of_work() as uow:
        # One was just leaving, and one that must not arrive twice.
        for number, once in ((306, False), (307, True)):
            person = uow.session.exec(select(Person).where(Person.telegram_id == number)).one()
            waiting = select(Outgoing).where(Outgoing.person_id == person.id, Outgoing.state == State.PENDING)
            for row in uow.session.exec(waiting.where(Outgoing.verb == "send")):
                row.state, row.once = State.SENDING, once
                uow.session.add(row)
        target = Target(Audience.ALL)
        send_broadcast(uow, author.key, Draft(organisation.id or 0, target, "en", {"en": LETTER}))
    town.telegram.say(308, "/help")
    press(people[305], "Join the waitlist")
    town.telegram.say(500, "Dilan")
    town.stranger(600, "Emine", "en")
    town.telegram.say(600, "/start")
    await town._fetch()


def press(who: Someone, caption: str) -> None:
    """Tap without waiting for anything."""
    message, data = who._find(caption)
    who.town.telegram.press(who.id, message.message_id, data)


def written(town: Town) -> dict[str, Any]:
    """Write everything down."""
    world = town.telegram.world
    return {
        "at": town.clock.now().isoformat(),
        "next_update": town.telegram.queue.next_id,
        "tables": dict(_tables(town.store)),
        "people": [[user.id, user.first_name, user.language_code] for user in world.users.values()],
        "messages": [
            [m.message_id, m.chat_id, m.from_bot, m.text, m.entities, m.markup]
            for chat in world.messages.values()
            for m in chat.values()
        ],
    }


def _tables(store: Store) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    with store.read() as session:
        for table in SQLModel.metadata.sorted_tables:
            rows = [dict(row._mapping) for row in session.connection().execute(table.select())]
            yield table.name, [row for row in rows if not _is_history(table.name, row)]


def _is_history(table: str, row: dict[str, Any]) -> bool:
    """Whether a row says nothing any more to anybody: an update that is done, an answer that was sent."""
    if table == "outbox":
        return bool(row["state"] == State.SENT and row["key"].startswith("answer:"))
    return bool(table == "inbox" and row["state"] == InboxState.DONE)


def _lines(value: Any, depth: int = 3) -> str:
    """Write JSON with a line for each row."""
    if not depth or not value or not isinstance(value, list | dict):
        return json.dumps(value, default=datetime.isoformat, ensure_ascii=False)
    if isinstance(value, list):
        return "[\n" + ",\n".join(_lines(inner, 0) for inner in value) + "\n]"
    return "{\n" + ",\n".join(f"{json.dumps(key)}: {_lines(inner, depth - 1)}" for key, inner in value.items()) + "\n}"


async def record() -> Path:
    """Play the story and write the file."""
    with tempfile.TemporaryDirectory() as folder:
        clock = FixedClock(MORNING)
        store = Store(f"sqlite:///{folder}/lotse.db", clock)
        store.zone = ZoneInfo("Europe/Berlin")
        migrate(store)
        town = Town(store, clock)
        await moment(town, await day(town))
        target = FOLDER / f"{newest_revision()}.json"
        target.write_text(_lines(written(town)) + "\n", "utf-8")
        store.close()
    return target


if __name__ == "__main__":
    print(asyncio.run(record()))
