"""Spoiled updates of every kind: none stops the bot, and each that cannot be read ends as a dead letter."""

import asyncio
import gc
import io
import json
import resource
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import func, select
from telegram import Update

from bot.chat.event import parse_event
from bot.chat.ingest import BRIEF
from bot.core.inbox import InboxState, Incoming
from bot.logs import configure_logs
from tests.faults import LONG, seed
from tests.faults.genuine import CARLA, COMMANDS, MARKER, PEOPLE, Json, message, tap, without_buttons
from tests.faults.hurrying import without_waiting_for_the_disk
from tests.faults.mutants import Mutator
from tests.support.logs import logging_as_it_was
from tests.support.town import Someone, Town

BATCH = 99  # and a sound update behind them: as many as getUpdates brings
MANY, FEW = (1_000_000, 100_000) if LONG else (50_000, 2_500)  # mutants on SQLite, and on PostgreSQL
PROBE = 7700000900
GROWTH = 20 * 2**20  # bytes


class Watched(io.StringIO):
    """A log that keeps nothing but counts, and the lines in which somebody's words or numbers stand."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = 0
        self.leaks: list[str] = []

    def write(self, text: str) -> int:
        self.lines += 1
        if MARKER in text or "77000001" in text:
            self.leaks.append(text)
        return len(text)


@contextmanager
def watched_log(town: Town) -> Iterator[Watched]:
    """Log as the program does, into something that watches."""
    with logging_as_it_was():
        watched = Watched()
        configure_logs(town.settings, watched)
        yield watched


async def corpus_of(town: Town) -> list[Json]:
    """Genuine updates of all kinds, with taps on buttons that people of the town have before them."""
    people = [await town.someone(number, MARKER, "en") for number in PEOPLE]
    town.appoint(people[PEOPLE.index(CARLA)], town.organisation())
    taps = [tap(CARLA, 1, data) for data in ("", "garbage", "A" * 44, "QUFB" * 11)]
    for who in people:
        for text in COMMANDS:
            await who.says(text)
        buttons = [(m.message_id, b.callback_data) for m in who.screens for row in m.buttons for b in row]
        taps += [tap(who.id, number, data) for number, data in buttons if data]
        other = next(number for number in PEOPLE if number != who.id)
        taps += [tap(other, number, data) for number, data in buttons[:3] if data]
    return [*without_buttons(), *taps]


def ended(town: Town) -> Counter[str]:
    """How many updates stand where."""
    with town.store.read() as session:
        rows = session.exec(select(Incoming.state, func.count()).group_by(Incoming.state))
        return Counter(dict(iter(rows)))


def resident() -> int:
    """The memory this process holds now, in bytes."""
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()


def answers_to(who: Someone) -> int:
    """How often somebody was written to."""
    return sum(call.chat_id == who.id for call in who.town.telegram.ledger.of("sendMessage"))


def empty_phones(town: Town) -> None:
    """Forget every chat, so that what grows is the bot's; people stay such as have written to it."""
    town.telegram.reset()
    for user in town.telegram.world.users.values():
        user.started = True


async def test_genuine_updates_of_every_kind_end_well(town: Town) -> None:
    corpus = await corpus_of(town)
    assert {kind for update in corpus for kind in update} >= {str(kind) for kind in Update.ALL_TYPES}
    before = ended(town)
    town.bot.ingest.keep([{"update_id": number, **update} for number, update in enumerate(corpus, 1)])
    await town.bot.settle()
    assert ended(town) == before + Counter({InboxState.DONE: len(corpus)})


def is_unreadable(mutant: Json) -> bool:
    """Read a mutant as the dispatcher does."""
    try:
        parse_event(json.loads(json.dumps(mutant)))
    except Exception:
        return True
    return False


async def feed(town: Town, mutants: list[Json], probe: Someone) -> None:
    """Hand over a batch of mutants with a sound update behind them, which must be answered."""
    sound = {"update_id": mutants[-1]["update_id"] + 10**9, "message": message(probe.id, text="/help")}
    empty_phones(town)
    town.bot.ingest.keep([*mutants, sound])
    await town.bot.settle()
    assert answers_to(probe) == 1


@pytest.mark.slow
@pytest.mark.timeout(7200 if LONG else 300)
async def test_mutants_stop_nothing_and_only_what_cannot_be_read_is_set_aside(town: Town) -> None:
    chosen, strays = seed(), list[Any]()
    rounds = (MANY if town.store.is_sqlite else FEW) // BATCH
    asyncio.get_running_loop().set_exception_handler(lambda _, context: strays.append(context))
    without_waiting_for_the_disk(town.store)
    probe = await town.someone(PROBE, "Probe", "en")
    mutator, before = Mutator(await corpus_of(town), chosen), ended(town)
    begun, total, unreadable, warm = time.monotonic(), rounds * BATCH, 0, 0
    with watched_log(town) as log:
        for first in range(1000, 1000 + rounds * BATCH, BATCH):
            mutants = [mutator.mutant(first + one) for one in range(BATCH)]
            await feed(town, mutants, probe)
            unreadable += sum(map(is_unreadable, mutants))
            warm = warm or (resident() if first > total / 5 else 0)
    grown, spent, after = resident() - warm, time.monotonic() - begun, ended(town) - before
    print(f"{total} mutants in {spent:.0f} s, {total / spent:.0f} a second, {unreadable} could not be read")
    print(f"{grown / 2**20:.1f} MB grown, {log.lines} lines logged")
    assert after == Counter({InboxState.DONE: total + rounds - unreadable, InboxState.DEAD: unreadable})
    assert total / 5 < unreadable < total * 4 / 5  # both ways are walked
    assert grown < GROWTH
    assert (log.leaks, strays) == ([], [])
    assert log.lines >= unreadable


# -- poison by name, through the very loops that run in a house --

NUMBERLESS: list[Any] = [None, 7, "text", [], [{"update_id": 1}], {}, {"message": {}}]
NUMBERS: list[Any] = [None, "7", "", -1, 1.5, True, [7], {"a": 7}, 2**31, 2**53, 2**61, 2**63, 10**30]
UNREADABLE: list[Json] = [
    {"message": MARKER},
    {"message": {"message_id": "x", "date": "never", "chat": None}},
    {"message": message(PEOPLE[0], text="x") | {"date": 10**30}},
    {"message": message(PEOPLE[0], text=["x"])},
    {"message": message(True, text="/help")},
    {"message": message(PEOPLE[0], text="/help") | {"chat": {"id": str(PEOPLE[0]), "type": "private"}}},
    {"message": message(PEOPLE[0], text="/help") | {"from": {"id": "7", "is_bot": False, "first_name": "x"}}},
    {"message": message(2**70, text="/help")},
    {"message": message(PEOPLE[0], text="/help \ud800\u0000")},
    {"callback_query": {"id": 5, "from": {"id": PEOPLE[0]}}},
    {"my_chat_member": []},
]


@asynccontextmanager
async def living(town: Town) -> AsyncIterator[None]:
    """Run the loops of a house; at the end none may have ended."""
    loops = [
        asyncio.ensure_future(part)
        for part in (town.bot.ingest.poll(), town.bot.dispatcher.run(), town.bot.delivery.run())
    ]
    try:
        yield
        assert not [loop for loop in loops if loop.done()]
    finally:
        for loop in loops:
            loop.cancel()
        await asyncio.gather(*loops, return_exceptions=True)


def post(town: Town, body: Any) -> None:
    """Queue anything at all, also what the double would give a number of its own."""
    town.telegram.raw_update(7)
    pending = town.telegram.queue.pending
    pending[-1] = replace(pending[-1], body=body)


async def answered(probe: Someone, count: int) -> None:
    """Wait until all of somebody's words were answered."""
    async with asyncio.timeout(10):
        while answers_to(probe) < count:
            await asyncio.sleep(0.002)


@pytest.mark.parametrize("place", [0, 1, 2, None], ids=["first", "middle", "last", "all"])
async def test_poison_in_any_place_of_a_batch_stops_nothing(town: Town, place: int | None) -> None:
    probe = await town.someone(PROBE, "Probe", "en")
    poisons = [*NUMBERLESS, *({"update_id": number, **message(7)} for number in NUMBERS), *UNREADABLE]
    with watched_log(town) as log:
        async with living(town):
            for poison in poisons:
                town.telegram.ledger.clear()
                sound, begun = 0, time.monotonic()
                for at in range(3):
                    if place in {at, None}:
                        numbered = poison in UNREADABLE
                        post(town, {"update_id": town.telegram.queue.next_id, **poison} if numbered else poison)
                    else:
                        town.telegram.say(probe.id, "/help")
                        sound += 1
                await asyncio.sleep(0.02)
                town.telegram.say(probe.id, "/help")
                await answered(probe, sound + 1)
                assert town.telegram.ledger.polls < 10 + (time.monotonic() - begun) / BRIEF
    assert not ended(town)[InboxState.NEW]
    assert log.leaks == []
