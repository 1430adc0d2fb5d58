"""Kills at random moments of a busy evening.

What is asserted, by the store and by Telegram's own ledger (``judging.py``): every update is kept and handled, and its
effect is there once; every message that must arrive arrived, and arrived once more at most for each kill that befell
that very message between "sending" and "sent"; a message that must not come twice never did, and where nobody can know
whether it came, it is flagged. More cannot be had: Telegram takes no key by which it could know a message again.
"""

import signal
from pathlib import Path

import pytest

from tests.faults import LONG
from tests.faults.hunting import hunt

KILLS = 1000 if LONG else 200


@pytest.mark.slow
@pytest.mark.timeout(180 + 2 * KILLS)
async def test_kills_at_any_moment_lose_nothing_and_double_only_what_was_under_way(
    store_url: str, tmp_path: Path
) -> None:
    async with hunt(store_url, tmp_path, KILLS) as hunting:
        hits = 0
        for number in range(KILLS):
            code, under_way = await hunting.live(number, signal.SIGKILL)
            assert code == -signal.SIGKILL, hunting.hunted.last_words
            hits += under_way > 0
        counts = await hunting.verdict()
    print(f"{KILLS} kills, {hits} of them with calls under way; 0 lost; {dict(counts)}")
    # Kills that only ever hit a bot with nothing under way would prove nothing.
    assert hits > KILLS / 10
