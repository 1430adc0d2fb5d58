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
from tests.support.town import Someone, Town

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


async def helper(town: Town, number: int, name: str, language: str = "en", likes: str = "cafe_host") -> Someone:
    """Somebody with a phone who can at any time, likes one activity and agreed to be told."""
    who = await town.someone(number, name, language)
    with town.store.unit_of_work() as uow:
        liked = uow.session.exec(select(Activity).where(Activity.key == likes)).one()
        join(uow, who.person().key, Profile(name, [language], [liked.number], ALWAYS))
    return who


async def desk(town: Town, number: int = 201, name: str = "Carla", language: str = "en") -> Someone:
    """A coordinator of the town's organisation."""
    organisation = town.organisation()
    who = await town.someone(number, name, language)
    town.appoint(who, organisation)
    return who


async def drafted(town: Town, by: Someone, starts_at: datetime, most: int = 2) -> Shift:
    """A draft for the café that its coordinator has before her."""
    with town.store.unit_of_work() as uow:
        what = uow.session.exec(select(Activity).where(Activity.key == "cafe_host")).one()
        of = uow.session.exec(select(Organisation)).first()
        assert of is not None
        venue = Venue(starts_at, starts_at + timedelta(hours=3), "Café International")
        made = create_shift(uow, by.person().key, Need(of.number, what.number, venue, max_people=most))
    await by.says("/ourshifts")
    await by.presses("📝")
    return made


async def until(town: Town, at: datetime) -> None:
    """Let time pass until an instant, and a little more."""
    town.clock.at = at - timedelta(minutes=1)
    await town.passes(minutes=2)
