"""A crowd taps at the same moment, some twice and some to take it back: exactly so many places, nobody on a list twice,
the waitlist in its order, everybody answered. On PostgreSQL several processes share the taps.
"""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from time import monotonic

import pytest

from bot.core.store import Store
from bot.features.shifts.models import SignUp
from tests.faults import LONG, seed
from tests.faults.crowd import CONFIRMED, CROWD, LEFT, NO, OR_WAIT, WAITING, Square, Street, Tap, people, square
from tests.faults.furnishing import open_shift

__all__ = ["people", "square"]
ROUNDS = 100 if LONG else 2


@dataclass
class Rush:
    """One round: who taps what on one shift."""

    shift_id: int
    places: int
    taps: list[Tap]
    twice: frozenset[int]
    leavers: frozenset[int]


def rush(store: Store, number: int, chance: random.Random) -> Rush:
    """Open a shift and let everybody want it: one in ten taps twice, one in twenty takes it back later."""
    places = chance.randint(1, 60)
    with store.unit_of_work() as uow:
        shift_id = open_shift(uow, "caritas", places, timedelta(days=1, hours=4 * number))
    everybody = chance.sample(CROWD, len(CROWD))
    twice, leavers = frozenset(everybody[: len(CROWD) // 10]), frozenset(everybody[-len(CROWD) // 20 :])
    yes = {user_id: Tap(user_id, OR_WAIT, shift_id) for user_id in everybody}
    no = {user_id: Tap(user_id, NO, shift_id) for user_id in leavers}
    bunches = {user_id: [[yes[user_id]]] for user_id in everybody}
    for user_id in twice:
        bunches[user_id].append([yes[user_id]])
    for user_id in leavers:  # every other one at once
        bunches[user_id] = [[yes[user_id], no[user_id]]] if user_id % 2 else [[yes[user_id]], [no[user_id]]]
    # Each one's taps in their order, everybody's mixed.
    turns = [user_id for user_id in everybody for _ in bunches[user_id]]
    chance.shuffle(turns)
    mixed = [tap for user_id in turns for tap in bunches[user_id].pop(0)]
    return Rush(shift_id, places, mixed, twice, leavers)


def judge(street: Street, rush: Rush, numbers: Sequence[int]) -> None:
    """Hold the list and the answers against what must be true in whatever order the taps were handled."""
    on = street.list_of(rush.shift_id)
    assert len(on) == len(CROWD)  # each person has one row, because the table allows no second
    assert {user_id for user_id, row in on.items() if row.state == LEFT} == rush.leavers
    confirmed = {user_id for user_id, row in on.items() if row.state == CONFIRMED}
    waiting = {user_id: row for user_id, row in on.items() if row.state == WAITING}
    assert len(confirmed) == street.taken(rush.shift_id) == rush.places
    assert len(waiting) == len(CROWD) - len(rush.leavers) - rush.places
    _judge_line(on, waiting)
    answered = street.answers()
    assert set(numbers) <= answered.keys()
    first = {tap.user_id: number for number, tap in reversed(list(zip(numbers, rush.taps, strict=True)))}
    in_turn = sorted(waiting, key=lambda user_id: answered[first[user_id]])
    assert in_turn == sorted(waiting, key=lambda user_id: waiting[user_id].line)


def _judge_line(on: dict[int, SignUp], waiting: dict[int, SignUp]) -> None:
    """No number was drawn twice, and whoever moved up had a lower one than everybody who still waits."""
    lines = [row.line for row in on.values() if row.line]
    assert len(set(lines)) == len(lines)
    moved_up = [row.line for row in on.values() if row.state == CONFIRMED and row.line]
    assert max(moved_up, default=0) < min(row.line for row in waiting.values())


def expected(rush: Rush) -> dict[int, str]:
    """Play the round by hand, one tap after the other; return who ends where."""
    confirmed: list[int] = []
    waiting: list[int] = []
    left: set[int] = set()
    for tap in rush.taps:
        if tap.action == NO:
            left.add(tap.user_id)
            (confirmed if tap.user_id in confirmed else waiting).remove(tap.user_id)
            if len(confirmed) < rush.places and waiting:
                confirmed.append(waiting.pop(0))
        elif tap.user_id not in confirmed and tap.user_id not in waiting:
            (confirmed if len(confirmed) < rush.places else waiting).append(tap.user_id)
    return {
        **dict.fromkeys(confirmed, CONFIRMED),
        **{user_id: f"{WAITING} {turn}" for turn, user_id in enumerate(waiting)},
        **dict.fromkeys(left, LEFT),
    }


def found(on: dict[int, SignUp]) -> dict[int, str]:
    """Return who ended where, in the same words."""
    line = sorted((user_id for user_id, row in on.items() if row.state == WAITING), key=lambda who: on[who].line)
    return {
        user_id: f"{WAITING} {line.index(user_id)}" if row.state == WAITING else row.state
        for user_id, row in on.items()
    }


@pytest.mark.slow
@pytest.mark.timeout(120 + 10 * ROUNDS)
async def test_five_hundred_at_once_get_exactly_the_places_and_a_line_in_order(square: Square) -> None:
    chance, begun, slowest, taps = random.Random(seed()), monotonic(), 0.0, 0
    store = square.street.store
    for number in range(ROUNDS):
        round_ = rush(store, number, chance)
        at = monotonic()
        numbers = await square.hand_in(round_.taps)
        slowest = max(slowest, monotonic() - at)
        judge(square.street, round_, numbers)
        if store.is_sqlite:  # one process handles taps in the order they came in, so all is known beforehand
            assert found(square.street.list_of(round_.shift_id)) == expected(round_)
        taps += len(numbers)
    print(f"{ROUNDS} rounds, {taps} taps in {monotonic() - begun:.1f} s, the slowest round {slowest:.1f} s")
