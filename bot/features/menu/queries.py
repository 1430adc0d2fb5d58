"""Reads about what somebody is here for."""

from sqlmodel import Session

from bot.core.person import Person, grants
from bot.features.volunteers.queries import is_volunteer


def everybody(session: Session, person: Person) -> bool:
    """Show to everybody."""
    return True


def is_undecided(session: Session, person: Person) -> bool:
    """Say whether somebody has no role yet, so that the first question is still open."""
    return not grants(session, person.key) and not is_volunteer(session, person)
