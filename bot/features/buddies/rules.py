"""Who fits whom, and in which order: values in, an outcome or a refusal out."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.core.refusal import Refusal
from bot.features.buddies.models import Comfort, Self

LAPSES_AFTER = timedelta(hours=72)
MOST_AT_ONCE = 3  # people one volunteer is a buddy for
NAME_LIMIT = 40  # characters


class Taken(Refusal):
    """Somebody else looks after this request at the moment, or it waits no more."""


class NoLongerFits(Refusal):
    """The two do not fit any more: one of them changed, paused or ended something meanwhile."""


class NoLongerOpen(Refusal):
    """This match is not open any more."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What decides about one side. ``free`` and ``taken`` count places; a newcomer has one."""

    wish_id: int
    person_id: int
    languages: frozenset[str]
    topics: frozenset[str]
    times: frozenset[str]
    comfort: Comfort
    i_am: Self
    since: datetime
    taken: int = 0
    free: int = 1


@dataclass(frozen=True, slots=True)
class Fit:
    """That a volunteer fits a newcomer, and why. ``wish_id`` and ``person_id`` are the volunteer's."""

    wish_id: int
    person_id: int
    languages: frozenset[str]
    topics: frozenset[str]
    times: frozenset[str]
    taken: int
    since: datetime


def is_call_name(text: str) -> bool:
    """Say whether this can be a name to be called by: short, and nothing in it that leads to an account or phone."""
    fits = 1 <= len(text) <= NAME_LIMIT and "\n" not in text
    return fits and any(c.isalpha() for c in text) and not any(c.isdigit() or c in "@/:+_" for c in text)


def is_comfortable(comfort: Comfort, with_whom: Self) -> bool:
    """Say whether somebody who set this limit may meet somebody who is this."""
    allowed = {Comfort.WOMEN: {Self.WOMAN}, Comfort.MEN: {Self.MAN}, Comfort.ALL: set(Self)}
    return with_whom in allowed[comfort]


def is_possible(newcomer: Profile, volunteer: Profile) -> bool:
    """Say whether two may be proposed to each other at all: the hard limits."""
    return (
        newcomer.person_id != volunteer.person_id
        and volunteer.free > 0
        and bool(newcomer.times & volunteer.times)
        and is_comfortable(newcomer.comfort, volunteer.i_am)
        and is_comfortable(volunteer.comfort, newcomer.i_am)
    )


def fit_of(newcomer: Profile, volunteer: Profile) -> Fit:
    """Return what two have in common."""
    return Fit(
        wish_id=volunteer.wish_id,
        person_id=volunteer.person_id,
        languages=newcomer.languages & volunteer.languages,
        topics=newcomer.topics & volunteer.topics,
        times=newcomer.times & volunteer.times,
        taken=volunteer.taken,
        since=volunteer.since,
    )


def rank(newcomer: Profile, volunteers: Iterable[Profile], apart: Collection[int] = ()) -> list[Fit]:
    """Return who fits, the best first; ``apart`` are people who must not be proposed to her again.

    A common language counts before the number of common topics, that before common times; among equals whoever
    has fewer people already, then whoever offered first. Nobody is given a mark: the order is all there is.
    """
    fits = [fit_of(newcomer, one) for one in volunteers if one.person_id not in apart and is_possible(newcomer, one)]
    return sorted(fits, key=_order)


def _order(fit: Fit) -> tuple[bool, int, int, int, datetime, int]:
    return (not fit.languages, -len(fit.topics), -len(fit.times), fit.taken, fit.since, fit.wish_id)
