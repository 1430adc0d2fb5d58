"""Telegram's limits are kept, whatever the answers' timing."""

import random
from bisect import bisect_left

from bot.chat.pacing import GROUP_LIMIT, SPAN, Gate


class Watch:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.at = 0.0

    def __call__(self) -> float:
        return self.at


def test_no_second_at_the_server_holds_more_than_the_rate() -> None:
    watch, chance = Watch(), random.Random(4)
    gate = Gate(30, watch)
    arrived: list[float] = []
    under_way: list[tuple[float, float]] = []
    chat = 0
    while len(arrived) < 3000:
        while gate.free() > 0:
            chat += 1
            started = gate.start(chat)
            reaches = watch.at + chance.uniform(0.02, 0.2)
            arrived.append(reaches)
            under_way.append((reaches + chance.uniform(0.02, 0.2), started))
        watch.at += 0.001
        for call in [call for call in under_way if call[0] <= watch.at]:
            under_way.remove(call)
            gate.end(call[1])
    arrived.sort()
    worst = max(bisect_left(arrived, at + 1) - number for number, at in enumerate(arrived))
    assert worst <= 30
    assert len(arrived) / watch.at > 25


def test_an_answer_gives_its_token_back_a_second_later() -> None:
    watch = Watch()
    gate = Gate(1, watch)
    started = gate.start(5)
    assert gate.free() == 0
    watch.at = 3.0
    gate.end(started)
    watch.at = 3.0 + SPAN - 0.11
    assert gate.free() == 0
    watch.at = 3.0 + SPAN
    assert gate.free() == 1


def test_of_the_second_most_of_the_fastest_round_trip_is_taken_off() -> None:
    watch = Watch()
    gate = Gate(2, watch)
    for takes, free_after in ((0.04, 0.968), (0.5, 0.968)):
        begun = gate.start(5)
        watch.at += takes
        gate.end(begun)
        answered = watch.at
        watch.at = answered + free_after - 0.001
        assert gate.free() == 1
        watch.at = answered + free_after + 0.001
        assert gate.free() == 2


def test_one_token_is_kept_for_answers() -> None:
    assert [Gate(rate, Watch()).reserved for rate in (1, 30, 1000)] == [0, 1, 33]


def test_a_halt_stops_everything_and_a_shorter_one_never_shortens_it() -> None:
    watch = Watch()
    gate = Gate(30, watch)
    gate.halt(10)
    gate.halt(2)
    watch.at = 9.9
    assert gate.free() == 0
    assert round(gate.wait(), 1) == 0.1
    watch.at = 10.0
    assert gate.free() == 30


def test_a_chat_may_have_a_short_burst_and_then_one_message_a_second() -> None:
    watch = Watch()
    gate = Gate(30, watch)
    waits = []
    for _ in range(5):
        waits.append(gate.chat_wait(7))
        gate.start(7)
    assert waits == [0.0, 0.0, 0.0, 1.0, 2.0]
    assert gate.chat_wait(8) == 0.0


def test_a_group_gets_no_more_than_its_limit_in_a_minute() -> None:
    watch = Watch()
    gate = Gate(30, watch)
    for _ in range(GROUP_LIMIT):
        watch.at += 1.5
        assert gate.chat_wait(-9) == 0.0
        gate.start(-9)
    assert gate.chat_wait(-9) > 30


def test_an_answer_that_comes_during_a_halt_does_not_lift_it() -> None:
    watch = Watch()
    gate = Gate(30, watch)
    started = gate.start(5)
    gate.halt(10)
    gate.end(started)
    watch.at = 9.9
    assert gate.free() == 0
