"""The night: from 21:00 to 8:00 of the town's wall time no phone rings, because one that does is muted for good."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

QUIET_FROM, QUIET_UNTIL = time(21), time(8)


def is_quiet(at: datetime, zone: ZoneInfo) -> bool:
    """Say whether an instant lies in the town's quiet hours."""
    local = at.astimezone(zone).time()
    return local >= QUIET_FROM or local < QUIET_UNTIL


def after_the_night(at: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) from which something ready at ``at`` may ring: at once by day, at night at 8:00."""
    if not is_quiet(at, zone):
        return at
    local = at.astimezone(zone)
    return wall(local if local.time() < QUIET_UNTIL else local + timedelta(days=1), QUIET_UNTIL, zone)


def wall(day: datetime, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the town's clock shows a time on a local day."""
    # A local datetime plus a day is the same wall time of the next day; only the instant of it is asked of the zone.
    return datetime.combine(day.date(), clock, zone).astimezone(UTC)
