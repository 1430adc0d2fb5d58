"""Makes people, organisations and shifts straight in the store, for tests of announcements and reminders."""

from datetime import datetime, timedelta

from sqlmodel import Session, select

from bot.core.outbox import Outgoing, State
from bot.core.person import Person, Role, grant
from bot.core.store import UnitOfWork
from bot.features.organisations.models import Organisation
from bot.features.shifts.models import Need, Shift, Venue
from bot.features.shifts.services import create_shift
from bot.features.volunteers.models import Activity, Part, Profile
from bot.features.volunteers.services import join

ALWAYS = [(day, part) for day in range(7) for part in Part]


def organisation(uow: UnitOfWork, key: str = "caritas") -> Organisation:
    """An organisation."""
    made = Organisation(key=key, name=key.capitalize())
    uow.session.add(made)
    uow.session.flush()
    return made


def activity(uow: UnitOfWork, key: str = "homework") -> Activity:
    """An activity."""
    made = Activity(key=key, name="Homework help")
    uow.session.add(made)
    uow.session.flush()
    return made


def person(uow: UnitOfWork, number: int, locale: str = "de") -> Person:
    """Somebody we may write to."""
    made = Person(telegram_id=number, name=f"P{number}", locale=locale, created_at=uow.now, seen_at=uow.now)
    uow.session.add(made)
    uow.session.flush()
    return made


def coordinator(uow: UnitOfWork, number: int, of: Organisation) -> Person:
    """Somebody who coordinates an organisation."""
    made = person(uow, number)
    grant(uow.session, made.key, Role.COORDINATOR, of.number, uow.now)
    return made


def volunteer(
    uow: UnitOfWork, number: int, likes: Activity, *, locale: str = "de", speaks: tuple[str, ...] = ("de",)
) -> Person:
    """A volunteer who can at any time and agreed to be told."""
    made = person(uow, number, locale)
    join(uow, made.key, Profile(made.name, speaks, [likes.number], ALWAYS))
    return made


def draft(uow: UnitOfWork, by: Person, of: Organisation, what: Activity, starts_at: datetime) -> Shift:
    """A draft of a shift of two hours for one to three people."""
    venue = Venue(starts_at, starts_at + timedelta(hours=2), "Library")
    return create_shift(uow, by.key, Need(of.number, what.number, venue, max_people=3))


def told(session: Session, kind: str, *states: State) -> list[Outgoing]:
    """The messages of a kind in the outbox, in their order."""
    query = select(Outgoing).where(Outgoing.kind == kind).order_by(Outgoing.id)  # type: ignore[arg-type]
    return [row for row in session.exec(query).all() if not states or row.state in states]
