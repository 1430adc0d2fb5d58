"""Guards: the coarse rights commands and buttons declare, read from the store at the moment of acting."""

from collections.abc import Callable

from sqlmodel import Session

from bot.core.person import Person, Role, has_role

Permission = Callable[[Session, Person], bool]


def anyone(session: Session, person: Person) -> bool:
    """Allow everybody."""
    return True


def is_coordinator(session: Session, person: Person) -> bool:
    """Allow whoever coordinates any organisation, and admins."""
    return has_role(session, person.key, Role.COORDINATOR) or is_admin(session, person)


def is_admin(session: Session, person: Person) -> bool:
    """Allow admins."""
    return has_role(session, person.key, Role.ADMIN)
