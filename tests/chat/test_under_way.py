"""What becomes of a message between the moment it is chosen and the moment its end is noted."""

from bot.core.message import Html, Screen
from bot.core.outbox import State
from bot.demo.faults import FaultKind
from tests.chat.test_delivery import answer, rows
from tests.support.town import Town


async def test_a_message_is_noted_as_sending_before_it_leaves_and_a_stop_waits_for_its_end(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        answer(uow, anna, "hello", "t1")
    town.telegram.faults.set(FaultKind.SLOW, count=1, seconds=0.05)
    town.bot.delivery.step()
    assert rows(town)[-1].state == State.SENDING
    await town.bot.delivery.stop()
    assert rows(town)[-1].state == State.SENT


async def test_what_changes_while_it_is_on_its_way_leaves_once_more(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.ledger.clear()
    for _ in range(2):
        with town.store.unit_of_work() as uow:
            uow.outbox.commands(anna.person())
        town.bot.delivery.step()
    await town.settle()
    assert len(town.telegram.ledger.of("setMyCommands")) == 2


async def test_what_waits_for_somebody_who_blocked_us_is_not_even_tried(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.block(anna.id)
    town.telegram.queue.clear()  # and we do not hear of it
    town.telegram.ledger.clear()
    with town.store.unit_of_work() as uow:
        for number in range(5):
            answer(uow, anna, f"number {number}", f"t{number}")
    await town.settle()
    assert len(town.telegram.ledger.refused()) == 1
    assert {row.state for row in rows(town)[-5:]} == {State.DEAD}


async def test_a_message_that_meets_a_supergroup_before_we_hear_of_it_follows_once(town: Town) -> None:
    await town.someone(101, "Anna", "en")
    town.telegram.group(-50, "Café", added_by=101)
    await town.settle()
    new = town.telegram.migrate(-50)
    with town.store.unit_of_work() as uow:
        uow.outbox.answer_chat(-50, Screen(Html("hello")), origin="t1")
    await town.bot.settle()
    assert [message.text for message in town.telegram.chat(new) if message.from_bot] == ["hello"]


async def test_what_waits_for_a_group_is_moved_when_we_hear_that_it_became_a_supergroup(town: Town) -> None:
    await town.someone(101, "Anna", "en")
    town.telegram.group(-50, "Café", added_by=101)
    await town.settle()
    town.telegram.migrate(-50)
    town.telegram.ledger.clear()
    with town.store.unit_of_work() as uow:
        uow.outbox.answer_chat(-50, Screen(Html("hello")), origin="t1")
    await town.settle()
    assert town.telegram.ledger.refused() == []


async def test_a_slow_call_is_not_overtaken_by_what_waits_for_the_same_chat(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    with town.store.unit_of_work() as uow:
        for number in range(3):
            answer(uow, anna, f"number {number}", f"t{number}")
    town.telegram.faults.set(FaultKind.SLOW, count=1, seconds=0.05)
    await town.settle()
    assert [message.text for message in anna.screens[-3:]] == [f"number {number}" for number in range(3)]
