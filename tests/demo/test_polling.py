"""getUpdates behaves as the real server does: confirmation, odd offsets, expiry, one poller at a time."""

import asyncio

import pytest

from tests.demo.hands import OLENA, Desk, button, keyboard


def ids(updates: list[dict[str, object]]) -> list[object]:
    return [update["update_id"] for update in updates]


def say_many(desk: Desk, count: int) -> list[object]:
    first = desk.telegram.queue.next_id
    for number in range(count):
        desk.telegram.say(OLENA, f"message {number}")
    return list(range(first, first + count))


async def test_an_update_comes_again_until_a_higher_offset_confirms_it(desk: Desk) -> None:
    numbers = say_many(desk, 3)
    assert ids(await desk.updates()) == numbers
    assert ids(await desk.updates()) == numbers
    assert ids(await desk.updates(offset=numbers[1])) == numbers[1:]
    assert ids(await desk.updates(offset=0)) == numbers[1:]


async def test_the_limit_cuts_from_the_front(desk: Desk) -> None:
    numbers = say_many(desk, 120)
    assert ids(await desk.updates(limit=2)) == numbers[:2]
    assert ids(await desk.updates(limit=1000)) == numbers[:100]


async def test_a_negative_offset_forgets_all_but_the_newest(desk: Desk) -> None:
    numbers = say_many(desk, 5)
    assert ids(await desk.updates(offset=-2)) == numbers[3:]
    assert ids(await desk.updates()) == numbers[3:]


async def test_an_offset_far_past_the_tail_is_answered_from_the_head_and_confirms_nothing(desk: Desk) -> None:
    numbers = say_many(desk, 2)
    tail = int(str(numbers[-1])) + 1
    assert ids(await desk.updates(offset=tail + 11)) == numbers
    assert ids(await desk.updates(offset=tail + 11)) == numbers
    assert await desk.updates(offset=tail + 10) == []
    assert await desk.updates() == []


async def test_ids_that_start_lower_make_a_saved_offset_spin(desk: Desk) -> None:
    saved = int(str(say_many(desk, 1)[0])) + 1
    assert await desk.updates(offset=saved) == []
    desk.telegram.restart_update_ids(5000)
    desk.telegram.say(OLENA, "after a quiet week")
    assert ids(await desk.updates(offset=saved)) == [5000]
    assert ids(await desk.updates(offset=saved)) == [5000]
    assert await desk.updates(offset=5001) == []
    assert await desk.updates(offset=saved) == []


async def test_ids_cannot_restart_over_pending_updates(desk: Desk) -> None:
    say_many(desk, 1)
    with pytest.raises(ValueError, match="pending"):
        desk.telegram.restart_update_ids(1)


async def test_a_message_waits_a_day_and_a_tap_150_seconds(desk: Desk) -> None:
    sent = await desk.send(reply_markup=keyboard(button("Yes", "yes")))
    desk.telegram.say(OLENA, "hello")
    desk.telegram.press(OLENA, sent, "Yes")
    desk.clock.pass_time(seconds=150)
    assert len(await desk.updates()) == 2
    desk.clock.pass_time(seconds=1)
    (left,) = await desk.updates()
    assert left["message"]["text"] == "hello"
    desk.clock.pass_time(hours=24)
    assert await desk.updates() == []


async def test_a_long_poll_ends_when_somebody_writes(desk: Desk) -> None:
    waiting = asyncio.create_task(desk.updates(timeout=30))
    await asyncio.sleep(0)
    (number,) = say_many(desk, 1)
    assert ids(await asyncio.wait_for(waiting, 5)) == [number]


async def test_a_long_poll_without_news_ends_empty(desk: Desk) -> None:
    assert await desk.telegram.queue.poll(0, 100, 0.01) == []
    assert desk.telegram.queue.wakers == []


async def test_a_second_poll_ends_the_first_with_a_conflict(desk: Desk) -> None:
    first = asyncio.create_task(desk.refused("getUpdates", timeout=30))
    await asyncio.sleep(0)
    say_later = asyncio.create_task(desk.updates(timeout=30))
    assert await asyncio.wait_for(first, 5) == (
        "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
    )
    (number,) = say_many(desk, 1)
    assert ids(await asyncio.wait_for(say_later, 5)) == [number]


async def test_kinds_a_bot_did_not_ask_for_never_arrive(desk: Desk) -> None:
    await desk.updates(allowed_updates='["callback_query"]')
    desk.telegram.say(OLENA, "unheard")
    await desk.updates(allowed_updates=[])
    desk.telegram.block(OLENA)
    (update,) = await desk.updates()
    assert update["my_chat_member"]["new_chat_member"]["status"] == "kicked"


async def test_any_json_can_be_an_update(desk: Desk) -> None:
    number = desk.telegram.raw_update({"message": {"broken": True}})
    desk.telegram.raw_update({"update_id": "seven"})
    desk.telegram.raw_update(None)
    assert await desk.updates() == [
        {"update_id": number, "message": {"broken": True}},
        {"update_id": "seven"},
        None,
    ]
    assert await desk.updates(offset=number + 3) == []
