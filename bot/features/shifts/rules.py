"""Pure decisions about shifts: who gets a place, who moves up, which times and numbers are possible."""

import re
from collections.abc import Container, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.refusal import Gone, Refusal
from bot.core.translation import N_
from bot.features.shifts.models import LONGEST, Shift, ShiftState, SignUp, SignUpState
from bot.features.shifts.queries import ON, Offered
from bot.features.volunteers.models import Volunteer

FARTHEST = timedelta(days=366)
SHORT_NOTICE = timedelta(hours=24)  # cancelling later than this asks once more
SHORTAGE_MATTERS = timedelta(days=7)
NOTE_LIMIT = 300
MOST_PEOPLE = 200
REASONS = (
    N_("Somebody on our side is ill."),
    N_("The room cannot be used."),
    N_("Too few people can come."),
    N_("It is not needed any more."),
)


class ShiftRefusal(Refusal):
    """A "no" about one shift."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift.id)
        self.shift = shift


class ShiftFull(ShiftRefusal):
    """No place is free; there is the waitlist."""


class ShiftInPast(ShiftRefusal):
    """It has begun already."""


class ShiftCancelled(ShiftRefusal):
    """It does not take place."""


class AlreadySignedUp(ShiftRefusal):
    """She has a place."""


class AlreadyWaiting(ShiftRefusal):
    """She is in the waitlist."""


class NotSignedUp(ShiftRefusal):
    """She has neither a place nor waits for one."""


class NotVolunteer(ShiftRefusal):
    """She has not said yet that she wants to help."""


class VolunteerPaused(ShiftRefusal):
    """She takes a break."""


class ShiftChanged(ShiftRefusal):
    """It is not any more in the state the button spoke of."""


class Overlaps(ShiftRefusal):
    """She has a place in ``other`` at the same time."""

    def __init__(self, shift: Shift, other: Offered) -> None:
        super().__init__(shift)
        self.other = other


class StartInPast(Refusal):
    """A shift cannot begin in the past."""


class StartTooFar(Refusal):
    """A shift cannot begin later than a year from now."""


class TooLong(Refusal):
    """A shift ends after it began, within half a day."""


class WrongCounts(Refusal):
    """At least one person, at most ``MOST_PEOPLE``, and the minimum not above the maximum."""


class NoSuchTime(Refusal):
    """The clocks jump over this wall time."""

    def __init__(self, day: date, clock: time) -> None:
        super().__init__(day, clock)
        self.day, self.clock = day, clock


@dataclass(frozen=True, slots=True)
class Wish:
    """Somebody's wish for a place: who she is, what she answered before, a shift of hers at the same time."""

    volunteer: Volunteer | None = None
    sign_up: SignUp | None = None
    other: Offered | None = None
    or_wait: bool = False


def decide_sign_up(shift: Shift, wish: Wish, now: datetime) -> SignUpState:
    """Decide whether a wish gets a place or one in the waitlist.

    :raises Gone, ShiftCancelled, ShiftInPast, NotVolunteer, VolunteerPaused, AlreadySignedUp, AlreadyWaiting,
        Overlaps, ShiftFull:
    """
    require_standing(shift, now)
    require_active(shift, wish.volunteer)
    state = wish.sign_up.state if wish.sign_up else None
    if state == SignUpState.CONFIRMED:
        raise AlreadySignedUp(shift)
    if wish.other:
        raise Overlaps(shift, wish.other)
    if not shift.is_full:
        return SignUpState.CONFIRMED
    if state == SignUpState.WAITLISTED:
        raise AlreadyWaiting(shift)
    if not wish.or_wait:
        raise ShiftFull(shift)
    return SignUpState.WAITLISTED


def require_standing(shift: Shift, now: datetime) -> Shift:
    """Refuse what is not published, cancelled or has begun; return it otherwise."""
    if shift.state == ShiftState.DRAFT:
        raise Gone
    if shift.state == ShiftState.CANCELLED:
        raise ShiftCancelled(shift)
    if shift.starts_at <= now:
        raise ShiftInPast(shift)
    return shift


def require_on(shift: Shift, sign_up: SignUp | None, *states: SignUpState) -> SignUp:
    """Refuse whoever has no place and does not wait (or is in none of these states); return her answer otherwise."""
    if sign_up is None or sign_up.state not in (states or ON):
        raise NotSignedUp(shift)
    return sign_up


def require_active(shift: Shift, volunteer: Volunteer | None) -> None:
    """Refuse whoever is no volunteer or takes a break."""
    if volunteer is None:
        raise NotVolunteer(shift)
    if volunteer.paused:
        raise VolunteerPaused(shift)


def decide_promotion(line: Sequence[int], busy: Container[int], free: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Decide who of the waitlist (people in its order) gets the free places, and who is passed over as busy."""
    promoted: list[int] = []
    passed: list[int] = []
    for person_id in line:
        if len(promoted) >= free:
            break
        (passed if person_id in busy else promoted).append(person_id)
    return tuple(promoted), tuple(passed)


def require_times(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Refuse a start in the past or more than a year ahead, and an end that does not fit it."""
    if starts_at <= now:
        raise StartInPast
    if starts_at - now > FARTHEST:
        raise StartTooFar
    if not timedelta(0) < ends_at - starts_at <= LONGEST:
        raise TooLong


def require_counts(least: int, most: int) -> None:
    """Refuse numbers of people that cannot be."""
    if not 1 <= least <= most <= MOST_PEOPLE:
        raise WrongCounts


def matters_soon(shift: Shift, now: datetime) -> bool:
    """Say whether too few people are worth a message: it lacks some, and it is within a week."""
    return shift.is_open and shift.is_short and now < shift.starts_at <= now + SHORTAGE_MATTERS


def instant_of(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) of a wall time; of one that happens twice, the first.

    :raises NoSuchTime: when the clocks jump over it.
    """
    wall = datetime.combine(day, clock)
    at = wall.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) != wall:
        raise NoSuchTime(day, clock)
    return at


def days_later(at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the instant of the same wall time so many days later, across clock changes."""
    wall = at.astimezone(zone)
    return instant_of(wall.date() + timedelta(days=days), wall.time(), zone)


def parse_day(text: str, today: date) -> date | None:
    """Read DD.MM. or DD.MM.YYYY in any digits; without a year the next such day. Nothing else is understood."""
    found = re.fullmatch(r"(\d{1,2})\.\s?(\d{1,2})\.?(?:\s?(\d{4}))?", text.strip())
    if found is None:
        return None
    day, month, year = (int(part) if part else 0 for part in found.groups())
    # The next 29 February may be eight years away; a year ahead is all that is allowed anyway.
    for candidate in (year,) if year else (today.year, today.year + 1):
        try:
            read = date(candidate, month, day)
        except ValueError:
            continue
        if year or read >= today:
            return read
    return None


def parse_clock(text: str) -> time | None:
    """Read HH:MM of a 24-hour clock in any digits. Nothing else is understood."""
    found = re.fullmatch(r"(\d{1,2}):(\d{2})", text.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        return None
    return time(int(found[1]), int(found[2]))


def parse_length(text: str) -> int | None:
    """Read a length as h:mm in any digits, up to ``LONGEST``; return minutes."""
    clock = parse_clock(text)
    minutes = clock.hour * 60 + clock.minute if clock else 0
    return minutes if 0 < minutes <= LONGEST.total_seconds() // 60 else None


def parse_count(text: str) -> int | None:
    """Read a number of people from 1 to ``MOST_PEOPLE`` in any digits."""
    return int(text) if re.fullmatch(r"\d{1,3}", text.strip()) and 1 <= int(text) <= MOST_PEOPLE else None
