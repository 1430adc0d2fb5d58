"""Faults and flood limits strike as often as they should, and a halt is a halt."""

import pytest

from bot.demo.telegram import Cut, Fault, FaultKind, Upload
from tests.demo.hands import AMAL, GROUP, OLENA, Desk, new_desk


async def test_the_next_calls_fail_and_then_it_is_over(desk: Desk) -> None:
    desk.telegram.faults.set("502", count=2)
    for _ in range(2):
        assert await desk.refused("sendMessage", chat_id=OLENA, text="x") == "Bad Gateway"
    await desk.send()
    assert desk.telegram.faults.struck == {"502": 2}
    assert desk.telegram.faults.active == []


async def test_a_429_halts_messages_until_its_time_is_over(desk: Desk) -> None:
    desk.telegram.faults.set("429", count=1, seconds=5)
    answer = await desk.telegram.call("sendMessage", {"chat_id": OLENA, "text": "x"})
    assert answer.status == 429
    assert answer.body["description"] == "Too Many Requests: retry after 5"
    assert answer.body["parameters"] == {"retry_after": 5}
    desk.clock.pass_time(seconds=2)
    assert await desk.refused("sendMessage", chat_id=AMAL, text="x") == "Too Many Requests: retry after 3"
    assert desk.telegram.limits.calls_in_halt == 1
    await desk.ok("getMe")
    desk.clock.pass_time(seconds=3)
    await desk.send()
    assert desk.telegram.limits.calls_in_halt == 1


async def test_a_lost_answer_did_happen_and_a_lost_request_did_not(desk: Desk) -> None:
    desk.telegram.faults.set("lost_answer", count=1)
    with pytest.raises(Cut) as lost_answer:
        await desk.send("arrived")
    desk.telegram.faults.set("lost_request", count=1)
    with pytest.raises(Cut) as lost_request:
        await desk.send("never arrived")
    assert (lost_answer.value.executed, lost_request.value.executed) == (True, False)
    texts = [shown.text for shown in desk.telegram.chat(OLENA)]
    assert "arrived" in texts
    assert "never arrived" not in texts
    first, second = desk.telegram.ledger.calls
    assert (first.outcome, first.fault) == ("ok", "lost_answer")
    assert (second.outcome, second.fault, second.effect_message_id) == ("cut", "lost_request", None)


async def test_a_fault_may_hit_one_person_or_named_methods_only(desk: Desk) -> None:
    desk.telegram.faults.add(Fault(FaultKind.BLOCKED, rate=1.0, chat_id=AMAL))
    desk.telegram.faults.add(Fault(FaultKind.SERVER_ERROR, count=1, methods=frozenset({"getUpdates"})))
    await desk.send()
    words = await desk.refused("sendMessage", chat_id=AMAL, text="x")
    assert words == "Forbidden: bot was blocked by the user"
    assert await desk.refused("getUpdates") == "Internal Server Error"
    assert await desk.updates() == []


async def test_a_rate_strikes_the_same_calls_for_the_same_seed() -> None:
    runs = []
    for _ in range(2):
        desk = new_desk()
        desk.telegram.faults.seed(7)
        desk.telegram.faults.set("500", rate=0.3)
        answers = [await desk.telegram.call("sendMessage", {"chat_id": OLENA, "text": "x"}) for _ in range(200)]
        runs.append([answer.status for answer in answers])
    assert runs[0] == runs[1]
    assert 30 < runs[0].count(500) < 90
    desk.telegram.faults.clear()
    await desk.send()


async def test_a_slow_call_still_happens(desk: Desk) -> None:
    desk.telegram.faults.set("slow", count=1, seconds=0.01)
    await desk.send("late")
    assert desk.telegram.chat(OLENA)[-1].text == "late"


async def test_one_chat_takes_three_messages_at_once_and_then_one_a_second() -> None:
    desk = new_desk(limits=True)
    for _ in range(3):
        await desk.send()
    assert (await desk.refused("sendMessage", chat_id=OLENA, text="x")).startswith("Too Many Requests")
    await desk.send(chat_id=AMAL)
    desk.clock.pass_time(seconds=3)
    for _ in range(10):
        await desk.send()
        desk.clock.pass_time(seconds=1)


async def test_a_group_takes_twenty_messages_a_minute() -> None:
    desk = new_desk(limits=True)
    desk.telegram.group(GROUP, "Team", added_by=OLENA)
    for _ in range(20):
        await desk.send(chat_id=GROUP)
        desk.clock.pass_time(seconds=1)
    words = await desk.refused("sendMessage", chat_id=GROUP, text="x")
    assert words == "Too Many Requests: retry after 40"


async def test_thirty_messages_a_second_are_the_most_over_all_chats() -> None:
    desk = new_desk(limits=True)
    for user_id in range(1000, 1031):
        desk.telegram.user(user_id, "Somebody")
        desk.telegram.say(user_id, "/start")
    for user_id in range(1000, 1030):
        await desk.send(chat_id=user_id)
    document = {"document": Upload("a", b"a")}
    assert await desk.refused("sendDocument", chat_id=1030, **document) == "Too Many Requests: retry after 1"
    assert await desk.refused("sendMessage", chat_id=1000, text="x") == "Too Many Requests: retry after 1"
    desk.clock.pass_time(seconds=1)
    await desk.ok("sendDocument", chat_id=1030, **document)


async def test_without_limits_nothing_is_counted(desk: Desk) -> None:
    for _ in range(100):
        await desk.send()
