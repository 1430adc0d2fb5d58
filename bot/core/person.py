"""Person: somebody we may write to, and the rights the store gives her."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import big, choice, instant, key_to
from bot.core.refusal import NotAllowed


class Role(StrEnum):
    """What a person may be granted; being a volunteer or newcomer is asked of their features."""

    NEWCOMER = "newcomer"
    VOLUNTEER = "volunteer"
    COORDINATOR = "coordinator"
    ADMIN = "admin"


class Person(SQLModel, table=True):
    """Somebody we may write to; ``telegram_id`` is also her private chat's id."""

    # SQLite would give an erased person's id to the next one, and old buttons would mean somebody else.
    __table_args__ = {"sqlite_autoincrement": True}

    id: int | None = Field(default=None, primary_key=True)
    telegram_id: int = Field(sa_column=big(unique=True))
    name: str = ""  # what she wants to be called by; empty until she said so
    locale: str = ""  # empty until she chose one
    reachable: bool = True
    screen_id: int | None = Field(default=None, sa_column=big(nullable=True))  # message with the live keyboard
    start_word: str = ""  # of the link she came by, until she chose a language
    created_at: datetime = Field(sa_column=instant())
    seen_at: datetime = Field(sa_column=instant())

    @property
    def key(self) -> int:
        """The id of a person that is in the store."""
        assert self.id is not None
        return self.id


class Grant(SQLModel, table=True):
    """A right: this person has this role, for one organisation or (scope 0) for the whole house."""

    __table_args__ = (UniqueConstraint("person_id", "role", "scope"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    role: Role = Field(sa_column=choice(Role))
    scope: int = 0
    granted_at: datetime = Field(sa_column=instant())


def grants(session: Session, person_id: int) -> frozenset[tuple[Role, int]]:
    """Return what the store grants this person at this moment, as pairs of role and scope."""
    rows = session.exec(select(Grant.role, Grant.scope).where(Grant.person_id == person_id))
    return frozenset((Role(role), scope) for role, scope in rows)


def grant(session: Session, person_id: int, role: Role, scope: int, now: datetime) -> None:
    """Give a role; giving it twice changes nothing."""
    if (role, scope) not in grants(session, person_id):
        session.add(Grant(person_id=person_id, role=role, scope=scope, granted_at=now))
        session.flush()


def has_role(session: Session, person_id: int, role: Role) -> bool:
    """Say whether the person has the role anywhere."""
    found = select(Grant.id).where(Grant.person_id == person_id, Grant.role == role).limit(1)
    return session.exec(found).first() is not None


def is_coordinator_of(session: Session, person_id: int, organisation_id: int) -> bool:
    """Say whether the person coordinates this organisation (an admin does so for all)."""
    held = grants(session, person_id)
    return (Role.COORDINATOR, organisation_id) in held or (Role.ADMIN, 0) in held


def require_coordinator(session: Session, person_id: int, organisation_id: int) -> None:
    """Refuse whoever does not coordinate this organisation at this moment.

    :raises NotAllowed: always, unless the store grants it.
    """
    if not is_coordinator_of(session, person_id, organisation_id):
        raise NotAllowed


def coordinators(session: Session, organisation_id: int) -> list[Person]:
    """Return everybody who coordinates this organisation, admins not counted."""
    query = (
        select(Person)
        .join(Grant, col(Grant.person_id) == col(Person.id))
        .where(Grant.role == Role.COORDINATOR, Grant.scope == organisation_id)
        .order_by(col(Person.id))
    )
    return list(session.exec(query))


def person_by_telegram_id(session: Session, telegram_id: int) -> Person | None:
    """Find the person behind a Telegram account."""
    return session.exec(select(Person).where(Person.telegram_id == telegram_id)).first()
