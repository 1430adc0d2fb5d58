"""Decisions about telling many people: when it may leave, in which words, and when to look how far it got.

Quiet hours are 21:00 to 8:00 of the town's wall time, because a phone that rings at night is muted for good. What is
ready then leaves at 8:00. One thing goes out at night all the same: a shift that starts before 10:00 of that morning,
because at 8:00 nobody could plan for it any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.core.message import escaped
from bot.core.night import after_the_night, wall
from bot.core.refusal import Refusal

TOO_EARLY_TO_WAIT = time(10)
HOLD = timedelta(seconds=60)  # a typing error is seen right after sending
CAP, CAP_SPAN = 3, timedelta(days=7)  # broadcasts per person, all organisations together
TEXT_LIMIT, MARKUP_LIMIT = 1000, 3000  # characters typed; characters once made safe, far below Telegram's 4096
ASK_FROM = 200  # recipients of a shift's announcement above which the count is confirmed first
LOOK, SLOWEST_LOOK = timedelta(seconds=5), timedelta(hours=1)


class CannotAnnounce(Refusal):
    """The shift is cancelled or has begun: nobody can be won for it any more."""


class NobodyToTell(Refusal):
    """The audience is empty, perhaps only because people are left out: ``capped`` and ``unwilling`` count those."""

    def __init__(self, capped: int, unwilling: int) -> None:
        super().__init__("nobody to tell")
        self.capped = capped
        self.unwilling = unwilling


class TooLateToRecall(Refusal):
    """The first message has left."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How far the messages of a topic got, as counts of people.

    ``next_leave`` is the instant (UTC) at which the first of the waiting ones may leave.
    """

    sent: int = 0
    waiting: int = 0
    stopped: int = 0
    unreachable: int = 0
    dropped: int = 0  # pointless or late when its turn came
    next_leave: datetime | None = None

    @property
    def total(self) -> int:
        """Everybody."""
        return self.sent + self.waiting + self.stopped + self.unreachable + self.dropped


def decide_leaving(at: datetime, zone: ZoneInfo, starts_at: datetime | None = None) -> datetime:
    """Return the instant (UTC) at which something ready at ``at`` may leave; ``starts_at`` is the shift it is about."""
    morning = after_the_night(at, zone)
    if morning > at and starts_at and starts_at < wall(morning.astimezone(zone), TOO_EARLY_TO_WAIT, zone):
        return at
    return morning


def decide_next_look(now: datetime, began: datetime, standing: Standing, until: datetime) -> datetime | None:
    """Return when to look again how far something got, or nothing once there is nothing more to see.

    Every 5 seconds while messages leave. Then only answers come, most of them soon: each look waits a sixth of the
    time that passed so far, a minute at least and an hour at most, until ``until``.
    """
    leaves = standing.next_leave if standing.waiting else None
    if leaves and leaves <= now:
        return now + LOOK
    if now >= until:
        return leaves + LOOK if leaves else None
    at = min(now + min(max((now - began) / 6, timedelta(minutes=1)), SLOWEST_LOOK), until)
    return min(at, leaves + LOOK) if leaves else at


def decide_text(texts: Mapping[str, str], original: str, locale: str) -> tuple[str, bool]:
    """Return in which locale somebody reads a broadcast, and whether that must be marked as not translated.

    Who reads Easy German understands a German text better than any note about it, so kin languages need no mark.
    """
    if locale in texts:
        return locale, False
    kin = (code for code in texts if code.partition("@")[0] == locale.partition("@")[0])
    found = next(kin, None)
    return (found, False) if found else (original, True)


def is_too_long(text: str) -> bool:
    """Say whether a typed text is too long to be sent whole."""
    return len(text) > TEXT_LIMIT or len(escaped(text)) > MARKUP_LIMIT
