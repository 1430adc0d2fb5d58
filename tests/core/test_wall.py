"""The town's clock within SQL says what the clock on the wall says, across every change of the clocks."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from bot.core.due import Appointment, DueRow
from bot.core.store import Store
from bot.core.wall import wall_seconds, wall_values

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
# Around both changes of 2026 in Berlin, and in the middle of summer and winter.
INSTANTS = [
    datetime(2026, 2, 4, 16, 0, tzinfo=UTC),
    datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 29, 1, 0, tzinfo=UTC),
    datetime(2026, 7, 1, 12, 0, tzinfo=UTC),
    datetime(2026, 10, 25, 0, 59, 59, tzinfo=UTC),
    datetime(2026, 10, 25, 1, 0, tzinfo=UTC),
    datetime(2026, 12, 24, 17, 0, tzinfo=UTC),
]


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC", "Africa/Casablanca", "Asia/Kathmandu"])
def test_the_clock_on_the_wall_is_the_same_within_sql(store: Store, zone: str) -> None:
    with store.unit_of_work() as uow:
        for at in INSTANTS:
            uow.due.plan(Appointment("x", at, step=str(at)))
        found = said(uow.session, ZoneInfo(zone), uow.now)
    assert found == {at: on_the_wall(at, ZoneInfo(zone)) for at in INSTANTS}


def said(session: Session, zone: ZoneInfo, now: datetime) -> dict[datetime, int]:
    query = select(DueRow.at, wall_seconds(DueRow.at))
    return {at: int(seconds) for at, seconds in session.execute(query, wall_values(zone, now))}


def on_the_wall(at: datetime, zone: ZoneInfo) -> int:
    ahead = at.astimezone(zone).utcoffset() or timedelta()
    return int((at - EPOCH + ahead).total_seconds())
