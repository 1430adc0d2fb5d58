"""Twenty-four hours of a town: nothing is lost, and the bot is in the evening what it was in the morning."""

import asyncio
import json
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.faults import LONG, seed
from tests.support.check_source import ROOT

PEOPLE, UPDATES = (5_000, 200_000) if LONG else (500, 4_000)
QUARTER = 4  # looks of the process at itself
# So much more may be there in the last quarter than in the first: caches of statements and words and the allocator's
# arenas still fill up, less and less (seen: 5 MB and 4,000 objects). Between the two are three quarters of the updates,
# so it is less than 3 KB and 2 objects for each of the short form, and 100 bytes and a fifth of an object of the long.
MEMORY, OBJECTS = (16_000_000, 30_000) if LONG else (8_000_000, 6_000)
MEMORY_DISK = Path("/dev/shm")  # where there is one: what is measured does not hang on how fast a disk is


@pytest.fixture
def database(store_url: str) -> Iterator[str]:
    """A database with all tables; SQLite's file lies in memory."""
    if not store_url.startswith("sqlite"):
        if not LONG:
            pytest.skip("on PostgreSQL it takes longer: make faults")
        yield store_url
        return
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK if MEMORY_DISK.is_dir() else None) as folder:
        yield f"sqlite:///{shutil.copy(store_url.removeprefix('sqlite:///'), folder)}"


@pytest.mark.slow
@pytest.mark.timeout(3000 if LONG else 110)
async def test_a_day_of_a_town_loses_nothing_and_leaves_nothing_behind(database: str) -> None:
    told = await a_day(database)
    looks = told.pop("looks")
    print(f"{PEOPLE} people: {told}\n first {looks[QUARTER]}\n last  {looks[-1]}")
    assert told["given"] >= UPDATES
    assert told["updates"] == {"done": told["given"]}  # none lost, none a dead letter
    assert told["unanswered"] == 0
    assert set(told["messages"]) <= {"sent", "expired"}
    judge_looks(looks[1 : QUARTER + 1], looks[-QUARTER - 1 : -1])


def judge_looks(first: Sequence[dict[str, int]], last: Sequence[dict[str, int]]) -> None:
    """Hold a quarter of looks against another."""
    for what in ("threads", "files", "connections"):
        assert max(look[what] for look in last) <= max(look[what] for look in first), what
    for what, bound in (("rss", MEMORY), ("objects", OBJECTS)):
        grown = statistics.median(look[what] for look in last) - statistics.median(look[what] for look in first)
        print(f" {what}: {grown:+,.0f}")
        assert grown < bound, what


async def a_day(database: str) -> dict[str, Any]:
    """Let a process of its own live it, so that nothing of the other tests is measured."""
    numbers = map(str, (seed(), PEOPLE, UPDATES))
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.faults.life", database, *numbers),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        assert process.stdout
        said = await process.stdout.read()
        assert await process.wait() == 0, said.decode()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return dict(json.loads(said.splitlines()[-1]))
