"""Decisions about reminders: when people are asked whether they come, and when it is too late to ask.

Two steps: the day before at the same time on the wall, because people plan by days, and three hours before, because
then a replacement can still be found. Between 21:00 and 8:00 no phone shall ring: a step that falls into the night is
brought forward to 20:00 of the evening before, never put off, because in the morning it may be too late to find
somebody else. A step that is past when it is planned is left out; only if no step is left at all, people are asked as
soon as the night allows it. A reminder is useless once the next step or the shift itself has come, and it may not
wait into the night: then it is dropped and the coordinators find a note of it.
"""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from bot.core.night import QUIET_FROM, after_the_night, is_quiet, wall

EVENING = time(20)
SHORTLY = timedelta(hours=3)


class Step(StrEnum):
    """Which of a shift's reminders."""

    DAY_BEFORE = "day"
    SHORTLY_BEFORE = "hours"
    AT_ONCE = "once"  # in place of both, when both times were past already


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its instant and the instant at which it becomes useless, both UTC."""

    step: Step
    at: datetime
    expires_at: datetime


def decide_reminders(starts_at: datetime, now: datetime, zone: ZoneInfo) -> list[Planned]:
    """Return the steps still to come for a shift that starts at this instant (UTC), in their order."""
    if starts_at <= now:
        return []
    wished = {
        Step.DAY_BEFORE: _day_before(starts_at, zone),
        Step.SHORTLY_BEFORE: starts_at - SHORTLY,
    }
    coming = [(step, _brought_forward(at, zone)) for step, at in wished.items()]
    coming = [(step, at) for step, at in coming if at > now]
    if not coming:
        at = after_the_night(now, zone)
        return [Planned(Step.AT_ONCE, at, starts_at)] if at < starts_at else []
    ends = [at for _, at in coming[1:]] + [starts_at]
    return [Planned(step, at, end) for (step, at), end in zip(coming, ends, strict=True)]


def decide_window(now: datetime, expires_at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """Return from when until when (UTC) a reminder that is due may leave; nothing if the night lasts too long."""
    begin = after_the_night(now, zone)
    night = wall(begin.astimezone(zone), QUIET_FROM, zone)
    return (begin, min(night, expires_at)) if begin < expires_at else None


def _day_before(at: datetime, zone: ZoneInfo) -> datetime:
    local = at.astimezone(zone)
    return wall(local - timedelta(days=1), local.time(), zone)


def _brought_forward(at: datetime, zone: ZoneInfo) -> datetime:
    if not is_quiet(at, zone):
        return at
    local = at.astimezone(zone)
    evening = local if local.time() >= QUIET_FROM else local - timedelta(days=1)
    return wall(evening, EVENING, zone)
