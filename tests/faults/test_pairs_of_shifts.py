"""Two taps at the same moment that get in each other's way: one person on two shifts, two people on one list."""

import random
from collections.abc import Sequence
from datetime import timedelta
from time import monotonic

import pytest

from bot.core.store import Store
from tests.faults import seed
from tests.faults.crowd import CONFIRMED, CROWD, LEFT, NO, OR_WAIT, WAITING, YES, Square, Tap, square
from tests.faults.furnishing import open_shift

__all__ = ["square"]
PAIRS = 40
ONE, OTHER = CROWD[:PAIRS], CROWD[PAIRS : 2 * PAIRS]


@pytest.fixture
def people() -> list[int]:
    """Who is in the crowd."""
    return [*ONE, *OTHER]


def sides(store: Store) -> list[tuple[int, int]]:
    """Open pairs of shifts at the same time, each with one place."""
    with store.unit_of_work() as uow:
        day = timedelta(days=30)
        return [(open_shift(uow, "caritas", 1, day), open_shift(uow, "caritas", 1, day)) for _ in range(PAIRS)]


async def holding_and_waiting(square: Square, shifts: Sequence[int]) -> list[tuple[int, int]]:
    """Give the one place of each shift to somebody and let somebody else wait; return both."""
    both = list(zip(ONE, OTHER, strict=True))
    for turn in (0, 1):
        await square.hand_in([Tap(pair[turn], OR_WAIT, shift) for pair, shift in zip(both, shifts, strict=True)])
    return both


def at_once(chance: random.Random, *pairs: tuple[Tap, Tap]) -> list[Tap]:
    """Put taps that shall meet beside each other, in any order."""
    return [tap for pair in pairs for tap in chance.sample(pair, 2)]


@pytest.mark.slow
async def test_two_shifts_at_the_same_time_tapped_at_once_give_one_place(square: Square) -> None:
    chance = random.Random(seed())
    pairs = list(zip(ONE, sides(square.street.store), strict=True))
    taps = [(Tap(who, YES, one), Tap(who, YES, other)) for who, (one, other) in pairs]
    await square.hand_in(at_once(chance, *taps))
    for who, (one, other) in pairs:
        places = [who in square.street.list_of(shift) for shift in (one, other)]
        assert sorted(places) == [False, True], (who, one, other)


@pytest.mark.slow
async def test_nobody_moves_up_while_she_takes_a_place_elsewhere(square: Square) -> None:
    chance, street = random.Random(seed()), square.street
    shifts = sides(street.store)
    both = await holding_and_waiting(square, [one for one, _ in shifts])
    pairs = list(zip(both, shifts, strict=True))
    taps = [(Tap(holds, NO, one), Tap(waits, YES, other)) for (holds, waits), (one, other) in pairs]
    await square.hand_in(at_once(chance, *taps))
    moved_up = 0
    for (_, waits), (one, other) in pairs:
        row, elsewhere = street.list_of(one)[waits], street.list_of(other).get(waits)
        # Either she moved up and was refused elsewhere, or she got a place elsewhere and was passed over.
        assert (row.state, elsewhere and elsewhere.state) in {(CONFIRMED, None), (WAITING, CONFIRMED)}, waits
        assert street.taken(one) + street.taken(other) == 1
        moved_up += row.state == CONFIRMED
    print(f"{moved_up} of {PAIRS} moved up, the others took a place elsewhere")


@pytest.mark.slow
async def test_giving_a_place_back_while_the_next_in_line_leaves_ends_well(square: Square) -> None:
    chance, street = random.Random(seed()), square.street
    shifts = [one for one, _ in sides(street.store)]
    both = await holding_and_waiting(square, shifts)
    pairs = list(zip(both, shifts, strict=True))
    begun = monotonic()
    taps = [(Tap(holds, NO, one), Tap(waits, NO, one)) for (holds, waits), one in pairs]
    await square.hand_in(at_once(chance, *taps))
    print(f"{2 * PAIRS} taps that get in each other's way in {monotonic() - begun:.1f} s")
    for _, one in pairs:
        assert [row.state for row in street.list_of(one).values()] == [LEFT, LEFT]
        assert street.taken(one) == 0
