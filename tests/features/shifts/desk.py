"""Makes an organisation's desk straight in the store: a coordinator, volunteers, shifts."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import select

from bot.core.outbox import Outgoing
from bot.core.person import Person, Role, grant
from bot.core.store import Store, UnitOfWork
from bot.core.translation import Translator
from bot.features.organisations.models import Organisation
from bot.features.shifts import services
from bot.features.shifts.models import Need, Shift, SignUp, SignUpState, Venue
from bot.features.volunteers.models import Activity, Part, Profile
from bot.features.volunteers.services import join

# Wednesday of the week whose Monday the tests' clock shows, 17:00 in Weingarten.
WEDNESDAY = datetime(2026, 2, 4, 16, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
ENGLISH = Translator("en", BERLIN)
ON_WEDNESDAY = ENGLISH.short_day(WEDNESDAY)  # as buttons say it
ALWAYS = [(day, part) for day in range(7) for part in Part]


@dataclass(frozen=True)
class Desk:
    """Ids of what every test needs."""

    organisation: int
    activity: int
    coordinator: int

    def need(self, starts_at: datetime = WEDNESDAY, *, most: int = 2, least: int = 1) -> Need:
        """A need of three hours."""
        venue = Venue(starts_at, starts_at + timedelta(hours=3), "Town library")
        return Need(self.organisation, self.activity, venue, max_people=most, min_people=least)


def new_desk(store: Store, key: str = "caritas") -> Desk:
    """An organisation with an activity and a coordinator."""
    with store.unit_of_work() as uow:
        organisation = Organisation(key=key, name=key.capitalize())
        activity = Activity(key=f"cafe_{key}", name="Host at Café International")
        uow.session.add_all([organisation, activity])
        uow.session.flush()
        coordinator = new_person(uow, f"Coordinator of {key}")
        grant(uow.session, coordinator, Role.COORDINATOR, organisation.number, uow.now)
        return Desk(organisation.number, activity.number, coordinator)


def new_person(uow: UnitOfWork, name: str, locale: str = "en") -> int:
    """Somebody who wrote to the bot."""
    count = len(uow.session.exec(select(Person.id)).all())
    person = Person(telegram_id=1000 + count, name=name, locale=locale, created_at=uow.now, seen_at=uow.now)
    uow.session.add(person)
    uow.session.flush()
    return person.key


def new_volunteer(store: Store, desk: Desk, name: str = "Anna") -> int:
    """A volunteer whom every shift of the desk fits."""
    return new_volunteers(store, desk, 1, name)[0]


def new_volunteers(store: Store, desk: Desk, count: int, name: str = "Volunteer") -> list[int]:
    """Volunteers whom every shift of the desk fits."""
    profile = Profile(name=name, languages=["de"], activity_ids=[desk.activity], slots=ALWAYS, district="")
    with store.unit_of_work() as uow:
        ids = [new_person(uow, name) for _ in range(count)]
        for number, person_id in enumerate(ids):
            join(uow, person_id, replace(profile, name=name if count == 1 else f"{name} {number}"))
    return ids


def open_shift(store: Store, desk: Desk, need: Need | None = None) -> int:
    """A published shift."""
    with store.unit_of_work() as uow:
        shift = services.create_shift(uow, desk.coordinator, need or desk.need())
        return services.publish_shift(uow, desk.coordinator, shift.key).key


def sign_up(store: Store, person_id: int, shift_id: int) -> SignUp:
    """Sign somebody up, or put her on the waitlist."""
    with store.unit_of_work() as uow:
        return services.sign_up(uow, person_id, shift_id, or_wait=True)


def withdraw(store: Store, person_id: int, shift_id: int) -> None:
    """Give a place back."""
    with store.unit_of_work() as uow:
        services.withdraw(uow, person_id, shift_id)


def standing(store: Store, shift_id: int) -> dict[int, SignUpState]:
    """Who answered what, by person."""
    with store.read() as session:
        rows = session.exec(select(SignUp).where(SignUp.shift_id == shift_id))
        return {row.person_id: SignUpState(row.state) for row in rows}


def taken(store: Store, shift_id: int) -> int:
    """How many places are taken."""
    with store.read() as session:
        return session.exec(select(Shift.taken).where(Shift.id == shift_id)).one()


def told(store: Store, kind: str) -> list[int]:
    """Whom messages of a kind were queued for, in the order of their ids."""
    with store.read() as session:
        return sorted(key for key in session.exec(select(Outgoing.person_id).where(Outgoing.kind == kind)) if key)
