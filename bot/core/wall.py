"""Wall: the town's wall clock within SQL, because SQLite knows no time zones."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import chain, islice, repeat
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import BigInteger, ColumnElement, Integer, bindparam, case, cast, extract

from bot.core.columns import UtcDateTime

AHEAD = timedelta(days=400)
PERIODS = 6  # between clock changes; some zones have four changes a year
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def wall_seconds(instant: Any) -> ColumnElement[int]:
    """Return the seconds of the wall clock since 1 January 1970 at an instant; the statement takes ``wall_values``."""
    offsets = [bindparam(f"wall_offset{number}", type_=Integer) for number in range(PERIODS)]
    ends = [bindparam(f"wall_end{number}", type_=UtcDateTime) for number in range(PERIODS)]
    periods = ((instant < end, offset) for end, offset in zip(ends, offsets, strict=True))
    return cast(extract("epoch", instant), BigInteger) + case(*periods, else_=offsets[-1])


@lru_cache(maxsize=8)
def _values(zone: ZoneInfo, today: date) -> dict[str, Any]:
    periods = list(_periods(zone, datetime.combine(today, time(), UTC)))
    values: dict[str, Any] = {}
    for number, (end, offset) in enumerate(islice(chain(periods, repeat(periods[-1])), PERIODS)):
        values |= {f"wall_end{number}": end, f"wall_offset{number}": int(offset.total_seconds())}
    return values


def wall_values(zone: ZoneInfo, now: datetime) -> dict[str, Any]:
    """Return what tells a zone's wall clock from now to more than a year ahead."""
    return _values(zone, now.date())


def _periods(zone: ZoneInfo, at: datetime) -> Iterator[tuple[datetime, timedelta]]:
    """Give each period between clock changes: its end (UTC) and how far the wall clock is ahead of UTC."""
    end = at + AHEAD
    while at < end:
        if _ahead(zone, at + DAY) == _ahead(zone, at):
            at += DAY
            continue
        before = _ahead(zone, at)
        while _ahead(zone, at) == before:
            at += MINUTE
        yield at, before
    yield end, _ahead(zone, at)


def _ahead(zone: ZoneInfo, at: datetime) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta()
