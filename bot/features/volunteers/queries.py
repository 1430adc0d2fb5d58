"""Reads about volunteers."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, case, false, literal, or_, tuple_
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.columns import choice
from bot.core.condition import PERSON, Condition, has
from bot.core.person import Person
from bot.core.wall import wall_seconds
from bot.features.volunteers.models import (
    PART_ENDS,
    Activity,
    Availability,
    Part,
    SpokenLanguage,
    Volunteer,
    VolunteerActivity,
)

IS_VOLUNTEER = has(Volunteer)  # the condition that somebody signed up to help


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom something is for: an activity, any of some languages, a weekday and part of day; empty means any."""

    activity_id: int | None = None
    languages: frozenset[str] = frozenset()
    slot: tuple[int, Part] | None = None


def part_of(local: datetime) -> Part:
    """Return the part of the day of a wall time."""
    return next((part for part, end in PART_ENDS.items() if local.hour < end), Part.EVENING)


def slot_of(at: datetime, zone: ZoneInfo) -> tuple[int, Part]:
    """Return weekday and part of day of an instant in the town's zone."""
    local = at.astimezone(zone)
    return local.weekday(), part_of(local)


def suits(activity_id: Any, starts_at: Any, needed: Select[Any]) -> Condition:
    """The condition that something suits a volunteer by what she told us: activity, time and one of its languages.

    ``needed`` selects its languages; none means any. The statement takes ``wall_values``. Asked in the order in which
    most is ruled out by the least work.
    """
    likes = select(VolunteerActivity.activity_id).where(VolunteerActivity.person_id == PERSON)
    can = select(Availability.weekday, Availability.part).where(Availability.person_id == PERSON)
    speaks = select(SpokenLanguage.language).where(SpokenLanguage.person_id == PERSON)
    language = needed.selected_columns[0]
    understood = or_(~needed.exists(), needed.where(language.in_(speaks)).exists())
    return case(
        (activity_id.not_in(likes), false()),
        (_slot_at(starts_at).not_in(can), false()),
        else_=understood,
    )


def _slot_at(starts_at: Any) -> ColumnElement[Any]:
    """Return what ``slot_of`` returns, in SQL."""
    wall, kind = wall_seconds(starts_at), choice(Part).type
    hour = wall // 3600 % 24
    parts = [(hour < end, literal(part, kind)) for part, end in PART_ENDS.items()]
    # The first of January 1970 was a Thursday.
    return tuple_((wall // 86400 + 3) % 7, case(*parts, else_=literal(Part.EVENING, kind)))


def volunteer_of(session: Session, person_id: int) -> Volunteer | None:
    """Return a person's entry as a volunteer."""
    return session.get(Volunteer, person_id)


ACTIVITIES = select(Activity).order_by(col(Activity.id))
LIKES = select(VolunteerActivity.activity_id).where(VolunteerActivity.person_id == PERSON)
LIKES = LIKES.order_by(col(VolunteerActivity.activity_id))
SPEAKS = select(SpokenLanguage.language).where(SpokenLanguage.person_id == PERSON).order_by(col(SpokenLanguage.id))
CAN = select(Availability.weekday, Availability.part).where(Availability.person_id == PERSON)


def all_activities(session: Session) -> list[Activity]:
    """Return all activities, in the order they were entered."""
    return list(session.exec(ACTIVITIES))


def activity_ids_of(session: Session, person_id: int) -> list[int]:
    """Return what a volunteer likes to do."""
    return list(session.exec(LIKES, params={"person": person_id}))


def languages_of(session: Session, person_id: int) -> list[str]:
    """Return the languages a person speaks, in the order she named them."""
    return list(session.exec(SPEAKS, params={"person": person_id}))


def slots_of(session: Session, person_id: int) -> list[tuple[int, Part]]:
    """Return when a volunteer usually can, as pairs of weekday and part of day."""
    found = session.exec(CAN, params={"person": person_id})
    return sorted(((day, Part(part)) for day, part in found), key=_by_day)


def _by_day(slot: tuple[int, Part]) -> tuple[int, int]:
    return slot[0], list(Part).index(slot[1])


def fitting_volunteers(session: Session, wanted: Wanted) -> list[Person]:
    """Return whom something fits: reachable, not paused, and matching everything that is wanted."""
    return list(session.exec(whom_fits(wanted)))


def whom_fits(wanted: Wanted) -> SelectOfScalar[Person]:
    """Return the statement behind ``fitting_volunteers``, to be narrowed further."""
    query = (
        select(Person)
        .join(Volunteer, col(Volunteer.person_id) == col(Person.id))
        .where(col(Volunteer.paused).is_(False), col(Person.reachable).is_(True))
        .order_by(col(Person.id))
    )
    if wanted.activity_id is not None:
        likes = select(VolunteerActivity.person_id).where(VolunteerActivity.activity_id == wanted.activity_id)
        query = query.where(col(Person.id).in_(likes))
    if wanted.languages:
        speaks = select(SpokenLanguage.person_id).where(col(SpokenLanguage.language).in_(wanted.languages))
        query = query.where(col(Person.id).in_(speaks))
    if wanted.slot is not None:
        day, part = wanted.slot
        can = select(Availability.person_id).where(Availability.weekday == day, Availability.part == part)
        query = query.where(col(Person.id).in_(can))
    return query
