"""Messages leave in order, once, and every refusal of Telegram ends in a state that says what is true."""

from sqlmodel import select

from bot.core.card import Card
from bot.core.message import Button, Html, Screen
from bot.core.outbox import Lane, Message, Outgoing, State
from bot.core.person import Person
from bot.core.store import UnitOfWork
from bot.demo.faults import Fault, FaultKind
from tests.support.town import Someone, Town


def screen(text: str) -> Screen:
    return Screen(Html(text), ((Button("Home", "home"),),))


def answer(uow: UnitOfWork, who: Someone, text: str, origin: str) -> None:
    person = uow.session.exec(select(Person).where(Person.telegram_id == who.id)).one()
    uow.outbox.answer(person, screen(text), origin=origin)


def rows(town: Town) -> list[Outgoing]:
    with town.store.read() as session:
        return list(session.exec(select(Outgoing).where(Outgoing.kind == "screen")))


async def test_a_chat_gets_its_messages_in_their_order(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        for number in range(5):
            answer(uow, anna, f"number {number}", f"t{number}")
    await town.settle()
    assert [message.text for message in anna.screens[-5:]] == [f"number {number}" for number in range(5)]


async def test_answers_leave_before_reminders_and_reminders_before_broadcasts(town: Town) -> None:
    people = [await town.someone(101 + number, f"P{number}", "en") for number in range(9)]
    town.telegram.ledger.clear()
    with town.store.unit_of_work() as uow:
        for number, who in enumerate(people):
            answer(uow, who, f"lane {2 - number // 3}", f"t{number}")
        uow.session.flush()
        for row in uow.session.exec(select(Outgoing).where(Outgoing.state == State.PENDING)):
            row.lane = int((row.body or {"text": "9"})["text"][-1])
            uow.session.add(row)
    town.bot.delivery.gate.rate = 1
    await town.settle()
    texts = [str(call.params["text"]) for call in town.telegram.ledger.of("sendMessage")]
    assert texts == sorted(texts)
    assert len(texts) == 9


async def test_a_sent_answer_keeps_no_text(town: Town) -> None:
    await town.someone(101, "Anna", "en")
    assert rows(town)
    assert all(row.body is None and row.state == State.SENT for row in rows(town))


async def test_a_halt_of_telegram_is_kept_and_the_message_comes_afterwards(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.faults.set(FaultKind("429"), count=1, seconds=3)
    await anna.says("/help")
    anna.sees("/start")
    assert town.telegram.faults.struck
    assert town.telegram.limits.calls_in_halt == 0


async def test_a_lost_request_and_a_server_error_lose_nothing(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    for kind in ("lost_request", "500", "502", "lost_answer"):
        town.telegram.faults.add(Fault(FaultKind(kind), count=1, methods=frozenset({"sendMessage"})))
        await anna.says("/help")
        await town.passes(minutes=1)
        anna.sees("/start")
    assert town.telegram.faults.struck.total() == 4
    assert all(row.state == State.SENT for row in rows(town))


async def test_what_waits_behind_a_failed_message_does_not_overtake_it(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.faults.set(FaultKind("lost_request"), count=1)
    with town.store.unit_of_work() as uow:
        for number in range(3):
            answer(uow, anna, f"number {number}", f"t{number}")
    await town.passes(minutes=1)
    assert [message.text for message in anna.screens[-3:]] == [f"number {number}" for number in range(3)]


async def test_an_at_most_once_message_with_a_lost_answer_is_flagged_and_not_repeated(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        answer(uow, anna, "only once", "t1")
        uow.session.flush()
        row = uow.session.exec(select(Outgoing).where(Outgoing.key == "answer:t1:1")).one()
        row.once = True
        uow.session.add(row)
    town.telegram.faults.add(Fault(FaultKind("lost_answer"), count=1, methods=frozenset({"sendMessage"})))
    await town.passes(minutes=5)
    assert [message.text for message in anna.screens].count("only once") == 1
    assert rows(town)[-1].state == State.UNKNOWN


async def test_a_crash_between_sending_and_sent_repeats_or_flags(town: Town) -> None:
    await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person)).one()
        for number, once in ((1, False), (2, True)):
            uow.outbox.answer(person, screen(f"text {number}"), origin=f"crash{number}")
            uow.session.flush()
            row = uow.session.exec(select(Outgoing).where(Outgoing.key == f"answer:crash{number}:{number}")).one()
            row.state, row.once = State.SENDING, once
            uow.session.add(row)
    town.bot.delivery.recover()
    states = {row.key: row.state for row in rows(town)}
    assert states["answer:crash1:1"] == State.PENDING
    assert states["answer:crash2:2"] == State.UNKNOWN


async def test_somebody_who_blocked_us_is_marked_and_comes_back_with_her_next_word(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.faults.add(Fault(FaultKind("403"), count=1))
    with town.store.unit_of_work() as uow:
        answer(uow, anna, "hello", "t1")
    await town.settle()
    assert not anna.person().reachable
    assert rows(town)[-1].state == State.DEAD
    await anna.says("/start")
    assert anna.person().reachable
    anna.sees("What brings you here?")


async def test_blocking_is_heard_at_once(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.block(anna.id)
    await town.settle()
    assert not anna.person().reachable


async def test_an_answer_on_a_deleted_screen_comes_as_a_new_message(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person)).one()
        uow.outbox.answer(person, screen("still here"), origin="t1", message_id=9999)
    await town.settle()
    anna.sees("still here")


async def test_a_message_that_came_too_late_is_not_sent(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person)).one()
        uow.outbox.tell(person, Message("screen", "late", lane=Lane.REMINDER, expires_at=uow.now))
    before = len(anna.screens)
    await town.settle()
    assert len(anna.screens) == before
    with town.store.read() as session:
        assert session.exec(select(Outgoing).where(Outgoing.kind == "screen", Outgoing.lane == 1)).one().state == (
            State.EXPIRED
        )


async def test_a_message_that_cannot_be_made_stops_nothing_behind_it(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person)).one()
        uow.outbox.tell(person, Message("no.such.kind", "poison"))
        answer(uow, anna, "after the poison", "t1")
    await town.settle()
    anna.sees("after the poison")


async def test_a_group_that_became_a_supergroup_is_followed(town: Town) -> None:
    await town.someone(101, "Anna", "en")
    town.telegram.group(-50, "Café", added_by=101)
    with town.store.unit_of_work() as uow:
        uow.outbox.answer_chat(-50, Screen(Html("first")), origin="t1")
    await town.settle()
    new = town.telegram.migrate(-50)
    with town.store.unit_of_work() as uow:
        uow.outbox.answer_chat(-50, Screen(Html("second")), origin="t2")
    await town.settle()
    assert "second" in [message.text for message in town.telegram.chat(new)]


async def test_one_keyboard_lives(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    await anna.says("/help")
    await anna.says("/start")
    with_keyboard = [message for message in anna.screens if message.buttons]
    assert len(with_keyboard) == 1


async def test_a_card_is_forgotten_when_its_message_shows_something_else(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    card = Screen(Html("a card"), ((Button("Home", "home"),),), card=("screen", 5))
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person)).one()
        uow.outbox.answer(person, card, origin="t1")
    await town.settle()
    with town.store.read() as session:
        assert session.exec(select(Card)).one().entity == 5
    await anna.presses("Home")
    with town.store.read() as session:
        assert session.exec(select(Card)).first() is None
