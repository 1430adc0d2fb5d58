"""Person: somebody we may write to, and the rights the store gives her."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, bindparam, delete
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import big, choice, instant, key_to
from bot.core.prepared import Prepared
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


_held = Grant.__table__.c  # type: ignore[attr-defined]
GRANTS = Prepared(select(_held.role, _held.scope).where(_held.person_id == bindparam("person")))
READ = "grants"  # in a session's info: what was read in its transaction


def grants(session: Session, person_id: int) -> frozenset[tuple[Role, int]]:
    """Return what the store grants this person at this moment, as pairs of role and scope.

    That is read once in a transaction: a screen asks for it many times.
    """
    known: dict[int, frozenset[tuple[Role, int]]] = session.info.setdefault(READ, {})
    if person_id not in known:
        rows = GRANTS.rows(session, {"person": person_id})
        known[person_id] = frozenset((Role(role), scope) for role, scope in rows)
    return known[person_id]


def grant(session: Session, person_id: int, role: Role, scope: int, now: datetime) -> None:
    """Give a role; giving it twice changes nothing."""
    if (role, scope) not in grants(session, person_id):
        session.add(Grant(person_id=person_id, role=role, scope=scope, granted_at=now))
        session.flush()
        session.info.pop(READ, None)


def revoke(session: Session, person_id: int, role: Role, scope: int) -> int | None:
    """Take a role; return the number of the grant it was, or nothing."""
    held = (col(Grant.person_id) == person_id, col(Grant.role) == role, col(Grant.scope) == scope)
    found = session.exec(select(Grant.id).where(*held)).first()
    session.execute(delete(Grant).where(*held))
    session.info.pop(READ, None)
    return found


def has_role(session: Session, person_id: int, role: Role) -> bool:
    """Say whether the person has the role anywhere."""
    return any(held == role for held, _ in grants(session, person_id))


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


BY_TELEGRAM_ID = select(Person).where(Person.telegram_id == bindparam("telegram"))
LOCKED = Prepared(BY_TELEGRAM_ID.with_for_update(key_share=True))


def person_by_telegram_id(session: Session, telegram_id: int) -> Person | None:
    """Find the person behind a Telegram account."""
    return session.exec(BY_TELEGRAM_ID, params={"telegram": telegram_id}).first()


def lock_people(session: Session, person_ids: Collection[int]) -> None:
    """Keep everybody else from changing what is theirs until the commit; on SQLite nobody can anyway."""
    if session.get_bind().dialect.name != "sqlite":
        wanted = select(Person.id).where(col(Person.id).in_(person_ids)).order_by(col(Person.id))
        session.exec(wanted.with_for_update(key_share=True)).all()


def locked_person(session: Session, telegram_id: int) -> Person | None:
    """Find the person behind a Telegram account; nobody else changes what is hers until the commit."""
    return LOCKED.entity(session, {"telegram": telegram_id}, Person)
