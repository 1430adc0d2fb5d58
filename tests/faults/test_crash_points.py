"""Crash points: a bot that dies before or after any commit or call of the Bot API, and whose successor dies at any
other, loses nothing, does nothing twice, and doubles no message but one that was under way.
"""

import itertools
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults import LONG, seed
from tests.faults.boundaries import BOUNDARIES, bare_commits, renumbered
from tests.faults.story import Point, Stage, stage

SIDES = ("before", "after")
PAIRS = 40  # without LOTSE_TEST_LONG, so many of all pairs
FIRST = [Point(number, side) for number in BOUNDARIES for side in SIDES]


@pytest.fixture
async def told(store_url: str, tmp_path: Path) -> AsyncIterator[Stage]:
    """The stage on both databases in turn."""
    async with stage(store_url, tmp_path) as opened:
        yield opened


def test_every_commit_and_every_call_has_a_number() -> None:
    assert renumbered() == BOUNDARIES, "put what python -m tests.faults.boundaries prints into boundaries.py"


def test_nothing_is_committed_but_by_units_of_work() -> None:
    assert bare_commits() == ["core.store:unit_of_work#1", "core.store:_transaction#1"]


@pytest.mark.slow
@pytest.mark.timeout(3600 if LONG else 240)
async def test_a_crash_at_any_point_loses_nothing_and_doubles_nothing(told: Stage) -> None:
    chance = random.Random(seed())
    passed = await told.rehearse()
    later = [Point(number, side, time) for number in passed for side in SIDES for time in range(2, passed[number] + 1)]
    for point in FIRST:
        # What a bot comes to only if two things meet may take another telling.
        came = await told.tell(point) or await told.tell(point) or await told.tell(point)
        assert came, f"the story does not come to {BOUNDARIES[point.number]}"
    again = later if LONG else chance.sample(later, 10)
    hits = sum([await told.tell(point) for point in again])
    print(f"{len(FIRST)} crash points at their first passage, {hits} of {len(again)} at a later one: 0 violations")


@pytest.mark.slow
@pytest.mark.timeout(3600 if LONG else 240)
async def test_two_crashes_one_after_the_other_lose_nothing_and_double_nothing(told: Stage) -> None:
    chance = random.Random(seed())
    await told.rehearse()
    pairs = list(itertools.product(FIRST, FIRST))
    if not LONG:
        pairs = chance.sample(pairs, PAIRS)
    hits = sum([await told.tell(*pair) == 2 for pair in pairs])
    print(f"{hits} of {len(pairs)} pairs of crash points, the others met a story that was over: 0 violations")
    assert hits > len(pairs) / 2
