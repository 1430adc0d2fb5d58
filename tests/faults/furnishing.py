"""Furnishing: the people, organisations and shifts of the town that the faults befall."""

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import text, update
from sqlmodel import col, select

from bot.core.due import Appointment, DueRow
from bot.core.person import Person, Role, grant
from bot.core.store import Store, UnitOfWork
from bot.features.announcements.models import Audience, Draft, Target
from bot.features.announcements.services import LEAVE, send_broadcast
from bot.features.organisations.models import Organisation
from bot.features.shifts.models import Shift, ShiftState, SignUp, SignUpState
from bot.features.volunteers.models import Activity, Part, Profile
from bot.features.volunteers.services import join
from bot.operate.schema import newest_revision

COORDINATOR = 5000  # her Telegram id
EVERY_SLOT = [(day, part) for day in range(7) for part in Part]


def ids(first: int, count: int) -> list[int]:
    """Return consecutive Telegram ids."""
    return list(range(first, first + count))


def furnish(store: Store, listeners: Sequence[int], regulars: Sequence[int]) -> None:
    """Enter two organisations, a coordinator with one shift, people who want to be told, and people who often help."""
    with store.unit_of_work() as uow:
        uow.session.execute(text("CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) PRIMARY KEY)"))
        uow.session.execute(text("INSERT INTO alembic_version VALUES (:n)"), {"n": newest_revision()})
        houses = [Organisation(key="caritas", name="Caritas"), Organisation(key="church", name="Church")]
        uow.session.add_all(
            [*houses, Activity(key="cafe", name="Café host"), Activity(key="homework", name="Homework")]
        )
        uow.session.flush()
        coordinator = enter(uow, COORDINATOR)
        grant(uow.session, coordinator.key, Role.COORDINATOR, houses[1].number, uow.now)
        for user_id in listeners:
            enter(uow, user_id, "cafe")
        for user_id in regulars:
            enter(uow, user_id, "homework")
        open_shift(uow, "church", 10, timedelta(days=3), "cafe")


def enter(uow: UnitOfWork, user_id: int, likes: str = "") -> Person:
    """Enter somebody, as a volunteer if she likes something."""
    made = Person(telegram_id=user_id, name=f"V{user_id}", locale="en", created_at=uow.now, seen_at=uow.now)
    uow.session.add(made)
    uow.session.flush()
    if likes:
        join(uow, made.key, Profile(made.name, ["en"], [activity(uow, likes)], EVERY_SLOT))
    return made


def person(uow: UnitOfWork, user_id: int) -> Person:
    """Find somebody."""
    return uow.session.exec(select(Person).where(Person.telegram_id == user_id)).one()


def activity(uow: UnitOfWork, key: str) -> int:
    """Find an activity."""
    return uow.session.exec(select(Activity).where(Activity.key == key)).one().number


def organisation(uow: UnitOfWork, key: str) -> int:
    """Find an organisation."""
    return uow.session.exec(select(Organisation).where(Organisation.key == key)).one().number


def open_shift(uow: UnitOfWork, house: str, places: int, ahead: timedelta, key: str = "homework") -> int:
    """Open a shift."""
    made = Shift(
        organisation_id=organisation(uow, house),
        activity_id=activity(uow, key),
        place_name="Café",
        starts_at=uow.now + ahead,
        ends_at=uow.now + ahead + timedelta(hours=3),
        min_people=1,
        max_people=places,
        state=ShiftState.OPEN,
        created_at=uow.now,
        published_at=uow.now,
    )
    uow.session.add(made)
    uow.session.flush()
    return made.key


def put_on(uow: UnitOfWork, shift_id: int, user_id: int) -> None:
    """Give somebody a place."""
    shift = uow.session.get_one(Shift, shift_id)
    shift.taken += 1
    on = SignUp(
        shift_id=shift_id,
        person_id=person(uow, user_id).key,
        state=SignUpState.CONFIRMED,
        created_at=uow.now,
        changed_at=uow.now,
    )
    uow.session.add_all([shift, on])


def reminder(uow: UnitOfWork, shift_id: int) -> Appointment:
    """Return the reminder of a shift, due now."""
    start = uow.session.get_one(Shift, shift_id).starts_at
    args = {"step": "hours", "now": False}
    return Appointment("reminder", uow.now, shift_id, step="hours", args=args, expires_at=start)


def broadcast(uow: UnitOfWork) -> int:
    """Write to everybody who likes to be told, and let the hold be over; return its number."""
    target = Target(Audience.ACTIVITY, str(activity(uow, "cafe")))
    draft = Draft(organisation(uow, "church"), target, "en", {"en": "We look for people."})
    sent = send_broadcast(uow, person(uow, COORDINATOR).key, draft)
    over = update(DueRow).where(col(DueRow.kind) == LEAVE, col(DueRow.entity) == sent.key)
    uow.session.execute(over.values(at=uow.now))
    return sent.key
