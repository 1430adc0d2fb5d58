"""Stops at random moments of a busy evening, as an operator, a deploy or a service manager asks for them.

What is asserted is what holds for kills, and more: a stop ends with exit code 0, waits for the calls under way and
notes their end, so no message comes twice and none needs a flag.
"""

import signal
from pathlib import Path

import pytest

from tests.faults import LONG
from tests.faults.hunting import hunt

STOPS = 250 if LONG else 50


@pytest.mark.slow
@pytest.mark.timeout(180 + STOPS)
async def test_stops_at_any_moment_lose_nothing_and_double_nothing(store_url: str, tmp_path: Path) -> None:
    async with hunt(store_url, tmp_path, STOPS) as hunting:
        for number in range(STOPS):
            greeted = (await hunting.watching.people())["greeted"]
            code, under_way = await hunting.live(number, signal.SIGTERM)
            # While a program is still being loaded, nobody is there yet to hear the signal: it ends by it.
            spoke = (await hunting.watching.people())["greeted"] > greeted
            assert code == 0 or (code == -signal.SIGTERM and not spoke), (code, hunting.hunted.last_words)
            assert under_way == 0
        counts = await hunting.verdict()
    assert counts["doubled"] == counts["flagged"] == 0
    print(f"{STOPS} stops; 0 lost, 0 doubled; {dict(counts)}")
