"""A broadcast in a storm of refusals: everybody alive gets it once, no halt is broken, and answers do not wait."""

import asyncio
import itertools
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from random import Random

import pytest
from sqlmodel import col, func, select

from bot.core.clock import FixedClock
from bot.core.consent import Consent, Purpose
from bot.core.message import Html, Screen
from bot.core.outbox import Lane, Message, Outgoing, State
from bot.core.person import Person, Role, grant
from bot.core.store import Store
from bot.demo.faults import Fault, FaultKind
from bot.features.announcements.models import Audience, Draft, Target
from bot.features.announcements.services import send_broadcast
from bot.features.organisations.models import Organisation
from bot.features.shifts.models import Need, Venue
from bot.features.shifts.services import create_shift, publish_shift, sign_up
from bot.features.volunteers.models import Activity, Volunteer
from tests.faults import LONG, seed
from tests.faults.hurrying import without_waiting_for_the_disk
from tests.faults.storm import NOTHING, Storm

BOSS, GROUP, FIRST = 900, -5000, 10_000  # the recipients' accounts begin at FIRST
ASKERS = range(901, 941)
EAGER = 10  # so many recipients have a whole row of messages before them
ROW, TO_THE_GROUP, HOLDERS = 8, 12, 20  # HOLDERS are on the shift
TEXT = "We need you on Sunday"
HALTS = (1, 2, 5, 15, 40, 80, 120, 180, 240, 300)  # retry_after, seconds
RATE = 0.2  # of all calls
SECOND = timedelta(seconds=1)


def furnish(store: Store, count: int) -> None:
    """Enter volunteers who agreed to be told, one coordinator, people who ask, and a shift with people on it."""
    with store.unit_of_work() as uow:
        house, what = Organisation(key="caritas", name="Caritas"), Activity(key="cafe", name="Host")
        numbers, now = [BOSS, *ASKERS, *range(FIRST, FIRST + count)], uow.now
        people = [Person(telegram_id=one, name=f"P{one}", locale="en", created_at=now, seen_at=now) for one in numbers]
        uow.session.add_all([house, what, *people])
        uow.session.flush()
        boss, volunteers = people[0].key, [person.key for person in people[1 + len(ASKERS) :]]
        grant(uow.session, boss, Role.COORDINATOR, house.number, now)
        for key in volunteers:
            to_news = Consent(
                person_id=key, purpose=Purpose.ANNOUNCEMENTS, text_version="1", language="en", given_at=now
            )
            uow.session.add_all([Volunteer(person_id=key, joined_at=now), to_news])
        venue = Venue(now + timedelta(days=90), now + timedelta(days=90, hours=3), "Library")
        shift = create_shift(uow, boss, Need(house.number, what.number, venue, max_people=HOLDERS))
        publish_shift(uow, boss, shift.key)
        for key in volunteers[:HOLDERS]:
            sign_up(uow, key, shift.key)
        letter = send_broadcast(uow, boss, Draft(house.number, Target(Audience.ALL), "en", {"en": TEXT}))
        for person, number in itertools.product(people[-count:][:EAGER], range(ROW)):
            uow.outbox.tell(person, Message("broadcast.message", f"row{number}", {"id": letter.key}, Lane.BULK))
        for number in range(TO_THE_GROUP):
            uow.outbox.answer_chat(GROUP, Screen(Html(f"number {number}")), origin=f"group{number}")


def is_alive(number: int) -> bool:
    """Three of ten accounts are dead in one way or another."""
    return number % 10 not in {0, 3, 6}


def people_of(storm: Storm, count: int) -> None:
    """Give people phones; a third of the dead blocked us unheard, a third left Telegram, a third never were."""
    telegram = storm.telegram
    for number in (BOSS, *ASKERS, *(FIRST + one for one in range(count) if one % 10 != 6)):
        user = telegram.user(number, f"P{number}", "en")
        user.started, user.blocked, user.deactivated = True, number % 10 == 0, number % 10 == 3
    for number in (BOSS, *ASKERS):
        telegram.user(number, f"P{number}", "en").blocked = telegram.user(number, "P", "en").deactivated = False
    telegram.group(GROUP, "Café", added_by=BOSS)
    telegram.queue.pending.clear()


def waiting(store: Store) -> int:
    """How many messages are not settled."""
    with store.read() as session:
        open_states = col(Outgoing.state).in_((State.PENDING, State.SENDING))
        return session.exec(select(func.count()).where(open_states)).one()


async def weather(storm: Storm, store: Store, count: int, chance: Random) -> datetime:
    """Let it storm until as many calls have left as there are recipients, then be calm; return the end of the storm."""
    telegram = storm.telegram
    telegram.faults.seed(chance.getrandbits(32))
    for seconds in HALTS:
        telegram.faults.add(Fault(FaultKind.TOO_MANY, rate=RATE / len(HALTS) * 1.1, seconds=seconds))
    async with asking(storm, chance, 90.0):
        await storm.run(lambda: len(telegram.chat(GROUP)) >= 4)
        telegram.migrate(GROUP)
        telegram.queue.pending.clear()  # we hear of it by being refused alone
        await storm.run(lambda: len(storm.wire.sent) >= count)
    telegram.faults.clear()
    last = storm.clock.now() + SECOND  # by then all is answered that was on its way
    await storm.run(lambda: storm.clock.now() >= last)
    calm = storm.wire.halts()[-1][1]
    await storm.run(lambda: storm.clock.now() >= calm)
    async with asking(storm, chance, 0.5):
        await storm.run(lambda: not waiting(store))
    await storm.run(lambda: not (telegram.queue.pending or waiting(store)))
    return calm


@asynccontextmanager
async def asking(storm: Storm, chance: Random, pause: float) -> AsyncIterator[None]:
    """Let people ask meanwhile."""
    task = asyncio.ensure_future(storm.ask(ASKERS, chance, pause))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.slow
@pytest.mark.timeout(3600 if LONG else 300)
async def test_in_a_storm_everybody_alive_gets_it_once_and_answers_do_not_wait(store: Store, clock: FixedClock) -> None:
    count = (10_000 if LONG else 2_000) // (1 if store.is_sqlite else 5)
    chosen, begun = seed(), time.monotonic()
    without_waiting_for_the_disk(store)
    furnish(store, count)
    storm = Storm(store, clock, 5 * count)
    people_of(storm, count)
    start = clock.now()
    calm = await weather(storm, store, count, Random(chosen))
    calls = storm.telegram.ledger.calls
    struck, hours = storm.telegram.faults.struck["429"], (clock.now() - start) / timedelta(hours=1)
    spent = time.monotonic() - begun
    print(f"{count} recipients, {len(calls)} calls in {hours:.1f} h, {struck} answered 429; {spent:.0f} s")
    assert struck > 0.15 * count
    everybody_alive_got_it_once(storm, count)
    the_group_got_everything_once(storm)
    the_dead_are_marked_and_told(storm, store, count)
    no_halt_was_broken(storm)
    no_limit_was_passed(storm)
    answers_did_not_wait(storm, calm)


def everybody_alive_got_it_once(storm: Storm, count: int) -> None:
    got = Counter(
        call.chat_id for call in storm.telegram.ledger.of("sendMessage") if TEXT in str(call.params.get("text"))
    )
    expected = {FIRST + one: 1 + ROW * (one < EAGER) for one in range(count) if is_alive(one)}
    assert got == expected


def the_group_got_everything_once(storm: Storm) -> None:
    found = [shown.text for chat in storm.telegram.world.chats if chat < 0 for shown in storm.telegram.chat(chat)]
    assert [text for text in found if text.startswith("number")] == [f"number {one}" for one in range(TO_THE_GROUP)]


def the_dead_are_marked_and_told(storm: Storm, store: Store, count: int) -> None:
    with store.read() as session:
        gone = set(session.exec(select(Person.telegram_id).where(col(Person.reachable).is_(False))))
    assert gone == {FIRST + one for one in range(count) if not is_alive(one)}
    told = [str(call.params["text"]) for call in storm.telegram.ledger.of("sendMessage") if call.chat_id == BOSS]
    missing = [text for text in told if "cannot be reached on Telegram at the moment" in text]
    assert len(missing) == len(set(missing)) == sum(not is_alive(number) for number in range(HOLDERS))


def no_halt_was_broken(storm: Storm) -> None:
    """What was on its way when a halt came could not know of it; nothing else left before it was over."""
    halts = list(storm.wire.halts())
    left = sorted(sent.left for sent in storm.wire.sent if sent.method.startswith(("send", "edit")))
    broken = [(at, halt) for at, halt in itertools.product(left, halts) if halt[0] <= at < halt[1]]
    assert broken == []


def no_limit_was_passed(storm: Storm) -> None:
    """No second, wherever it begins, holds more than thirty calls; no chat gets more than a burst and one a second."""
    calls = [call for call in storm.telegram.ledger.calls if call.method != "answerCallbackQuery"]
    assert all(later.at - sooner.at >= SECOND for sooner, later in zip(calls, calls[30:], strict=False))
    chats: dict[int, list[datetime]] = defaultdict(list)
    for call in calls:
        if call.method == "sendMessage" and call.ok and call.chat_id and call.chat_id >= FIRST:
            chats[call.chat_id].append(call.at)
    for times in chats.values():
        assert all(times[j] - times[i] >= (j - i - 2) * SECOND for i, j in itertools.combinations(range(len(times)), 2))


def answers_did_not_wait(storm: Storm, calm: datetime) -> None:
    """How long people waited, the halts taken out: in those nothing can leave."""
    halts = list(storm.wire.halts())
    found: dict[int, list[datetime]] = defaultdict(list)
    for call in storm.telegram.ledger.of("sendMessage"):
        if call.chat_id in storm.asked:
            found[call.chat_id].append(call.at)
    waited: tuple[list[float], list[float]] = ([], [])
    for user_id, asked in storm.asked.items():
        assert len(found[user_id]) == len(asked)
        for at, answered in zip(asked, found[user_id], strict=True):
            halted = sum((max(NOTHING, min(answered, until) - max(at, since)) for since, until in halts), NOTHING)
            waited[at >= calm].append((answered - at - halted) / SECOND)
    for when, spans in zip(("storm", "calm"), waited, strict=True):
        p95 = sorted(spans)[int(0.95 * len(spans))]
        print(f"{when}: {len(spans)} answers, p95 {p95:.2f} s, longest {max(spans):.2f} s")
        assert p95 < 2
