"""Scripts of a town whose updates come twice, in another order or late: the store says what a small model says."""

import asyncio
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import seed as replay

from bot.core.clock import FixedClock
from bot.core.store import Store
from tests.conftest import MONDAY
from tests.faults import LONG, seed
from tests.faults.hurrying import without_waiting_for_the_disk
from tests.faults.player import Player
from tests.faults.scripts import THEMES, VOLUNTEERS, Step, about

# The seed decides alone, and the machine may be busy; explaining a failure would take minutes.
HOW = settings(
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
    report_multiple_bugs=False,
    phases=(Phase.generate, Phase.shrink),
)


@pytest.mark.slow
@pytest.mark.timeout(7200 if LONG else 900)
def test_whatever_comes_twice_or_late_the_store_says_what_the_model_says(store: Store, clock: FixedClock) -> None:
    count = (170 if LONG else 10) // (1 if store.is_sqlite else 3)
    chosen, begun, counts = seed(), time.monotonic(), Counter[str]()
    without_waiting_for_the_disk(store)
    with asyncio.Runner() as runner:

        def play(script: list[Step]) -> None:
            clock.at = MONDAY
            counts["scripts"] += 1
            runner.run(Player(store, clock, counts).play(script))

        for number, theme in enumerate(THEMES):
            replay(chosen + number)(settings(HOW, max_examples=count)(given(about(theme))(play)))()
    print(f"{dict(counts)} in {time.monotonic() - begun:.0f} s")
    if store.is_sqlite:  # a handful of scripts cannot walk every way
        walked = "doubled behind late refused confirmed waitlisted withdrawn proposed declined"
        assert [what for what in walked.split() if not counts[what]] == []
        assert counts["joined"] > counts["scripts"] * len(VOLUNTEERS)  # forms are filled in to the end
