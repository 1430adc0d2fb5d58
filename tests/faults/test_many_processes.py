"""Several whole processes on one PostgreSQL while they are killed, frozen, deposed, cut off and stopped: one leads each
role, everybody's taps count once, and only what was under way when a leader fell may come twice.
"""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults import LONG
from tests.faults.fleet import LED
from tests.faults.harbour import FAULTS, Harbour, after_restart, harbour

TIMES = 30 if LONG else 2  # each fault
PACE = 4  # steps of the evening for each
STEPS = 200 if LONG else 30  # of an evening without a storm
RESTARTS = 20 if LONG else 2
pytestmark = [
    pytest.mark.slow,
    pytest.mark.postgres,
    pytest.mark.parametrize("store_url", [pytest.param("postgres", id="postgres")], indirect=True),
]


@pytest.fixture
async def port(store_url: str, tmp_path: Path) -> AsyncIterator[Harbour]:
    """A harbour on a PostgreSQL of its own."""
    async with harbour(store_url, tmp_path) as opened:
        yield opened


@pytest.mark.timeout(120 + 30 * TIMES)
async def test_an_evening_of_faults_loses_nothing_and_doubles_only_what_was_under_way(port: Harbour) -> None:
    faults = list(FAULTS) * TIMES
    port.chance.shuffle(faults)

    async def each(step: int) -> None:
        await asyncio.sleep(port.chance.uniform(0, 0.2))
        if step % PACE == 0:
            await port.ships.until_led()
            fault = faults[step // PACE]
            print(f"{fault.__name__} ", end="", flush=True)
            await fault(port)

    await port.serve(["all"] * 3, len(faults) * PACE, each)
    assert port.under_way.times  # faults that only ever hit a bot with nothing under way would prove nothing


@pytest.mark.timeout(60 + 3 * STEPS)
async def test_roles_of_their_own_serve_an_evening_and_stops_double_nothing(port: Harbour) -> None:
    roles = ["ingest", "work", "work", "deliver", "tick"]

    async def each(step: int) -> None:
        await asyncio.sleep(0.2)
        if step % 6 == 3:  # in turn, each of them makes room for another one of its kind
            leaving = port.ships.living[0]
            coming = await port.ships.launch(leaving.role)
            assert await leaving.stops() == 0, leaving.said()
            if leaving.role in LED:
                port.takeovers.append(await port.ships.until(lambda: port.ships.leader(leaving.role) is coming))

    await port.serve(roles, STEPS, each)
    assert not port.under_way.times  # so nothing at all may have come twice


@pytest.mark.timeout(90 + 15 * RESTARTS)
async def test_both_go_on_when_the_database_is_restarted_and_one_leads_each_role(port: Harbour) -> None:
    async def each(step: int) -> None:
        await asyncio.sleep(0.1)
        if step % 15 == 10:
            await port.ships.until_led()
            await after_restart(port, leader_comes_back=step % 30 == 10)

    await port.serve(["all", "all"], 15 * RESTARTS, each)


async def test_in_a_quiet_hour_a_lost_lock_ends_nobody_and_everybody_is_answered(port: Harbour) -> None:
    await port.begin(["all", "all"], 1)  # nothing of the evening happens yet
    for role in LED:
        port.ships.take_lock(role)
    for _ in range(16):
        await asyncio.sleep(0.25)
        assert len(port.ships.living) == 2, [ship.said() for ship in port.ships.ships]
    await port.evening.goes_on(0)
    await port.finish()
