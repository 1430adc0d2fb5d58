"""Reads about volunteers."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.core.person import Person
from bot.features.volunteers.models import (
    PART_ENDS,
    Activity,
    Availability,
    Part,
    SpokenLanguage,
    Volunteer,
    VolunteerActivity,
)


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


def volunteer_of(session: Session, person_id: int) -> Volunteer | None:
    """Return a person's entry as a volunteer."""
    return session.get(Volunteer, person_id)


def is_volunteer(session: Session, person: Person) -> bool:
    """Say whether somebody signed up to help."""
    return volunteer_of(session, person.key) is not None


def all_activities(session: Session) -> list[Activity]:
    """Return all activities, in the order they were entered."""
    return list(session.exec(select(Activity).order_by(col(Activity.id))))


def activity_ids_of(session: Session, person_id: int) -> list[int]:
    """Return what a volunteer likes to do."""
    query = select(VolunteerActivity.activity_id).where(VolunteerActivity.person_id == person_id)
    return list(session.exec(query.order_by(col(VolunteerActivity.activity_id))))


def languages_of(session: Session, person_id: int) -> list[str]:
    """Return the languages a person speaks, in the order she named them."""
    query = select(SpokenLanguage.language).where(SpokenLanguage.person_id == person_id)
    return list(session.exec(query.order_by(col(SpokenLanguage.id))))


def slots_of(session: Session, person_id: int) -> list[tuple[int, Part]]:
    """Return when a volunteer usually can, as pairs of weekday and part of day."""
    query = select(Availability.weekday, Availability.part).where(Availability.person_id == person_id)
    return sorted(((day, Part(part)) for day, part in session.exec(query)), key=_by_day)


def _by_day(slot: tuple[int, Part]) -> tuple[int, int]:
    return slot[0], list(Part).index(slot[1])


def fitting_volunteers(session: Session, wanted: Wanted, *, without: Collection[int] = ()) -> list[Person]:
    """Return whom something fits: reachable, not paused, and matching everything that is wanted."""
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
    return [person for person in session.exec(query) if person.key not in set(without)]
