"""What a reminder must do, told apart from the product: found by walking the wall clock minute by minute."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

TOWN = ZoneInfo("Europe/Berlin")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
EARLY = timedelta(seconds=60)  # a reminder may come so much too early


@dataclass(frozen=True)
class Look:
    """The bot looked at what is due, at this instant of its clock; ``heard``: and Telegram could be reached."""

    at: datetime
    heard: bool


@dataclass(frozen=True)
class Expected:
    """A reminder that is due at an instant and useless from another one on."""

    at: datetime
    end: datetime

    def covers(self, sent: datetime) -> bool:
        """Whether something sent then was this reminder, in time."""
        return self.at - EARLY <= sent < self.end

    def had_a_chance(self, looks: Iterable[Look]) -> bool:
        """Whether the bot could have sent it, as it may not wait from one day into the next."""
        again = last = self.end
        for look in (look for look in looks if look.at >= self.at):
            if again == self.end:
                again = out_of_the_night(look.at)
                last = min(self.end, evening(again, 21))
            if look.at >= last:
                return False  # given up, even if the clock is put back later
            if look.heard and look.at >= again:
                return True
            # After a failed call the next one waits a minute of the clock, however far that is put back meanwhile.
            again = max(again, look.at + MINUTE)
        return False


def is_night(at: datetime) -> bool:
    """Whether no phone may ring."""
    return not 8 <= at.astimezone(TOWN).hour < 21


def out_of_the_night(at: datetime) -> datetime:
    """The instant itself, or the first minute of the next morning."""
    while is_night(at):
        at = at.replace(second=0, microsecond=0) + MINUTE
    return at


def evening(at: datetime, hour: int) -> datetime:
    """The next instant at which the town's clock shows this hour, from a whole minute on."""
    at = at.replace(second=0, microsecond=0)
    while (at.astimezone(TOWN).hour, at.astimezone(TOWN).minute) != (hour, 0):
        at += MINUTE
    return at


def brought_forward(at: datetime) -> datetime:
    """The instant itself, or eight in the evening before its night."""
    if is_night(at):
        while (at.astimezone(TOWN).hour, at.astimezone(TOWN).minute) != (20, 0):
            at -= MINUTE
    return at


def day_before(at: datetime) -> datetime:
    """The same time on the wall of the day before; where there is none, a day earlier."""
    wall = at.astimezone(TOWN)
    for minutes in range(22 * 60, 27 * 60):
        found = (at - minutes * MINUTE).astimezone(TOWN)
        if (found.day, found.hour, found.minute) == ((wall.date() - DAY).day, wall.hour, wall.minute):
            return at - minutes * MINUTE
    return at - DAY


def expected(starts_at: datetime, planned_at: datetime) -> Sequence[Expected]:
    """The reminders of a shift that was published, as the bot saw it, at this instant."""
    wished = (brought_forward(day_before(starts_at)), brought_forward(starts_at - timedelta(hours=3)))
    coming = [at for at in wished if at > planned_at]
    if not coming:
        at = out_of_the_night(planned_at)
        return [Expected(at, starts_at)] if at < starts_at else []
    return [Expected(at, end) for at, end in zip(coming, [*coming[1:], starts_at], strict=True)]
