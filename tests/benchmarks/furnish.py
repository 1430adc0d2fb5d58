"""Rows by the thousand: people, shifts and what belongs to them, as the product's own services would have left them."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert
from sqlmodel import SQLModel

from bot.core.consent import Consent, text_version
from bot.core.person import Grant, Person, Role
from bot.core.store import UnitOfWork
from bot.features.organisations.models import Organisation
from bot.features.shifts.models import Shift, ShiftState, SignUp, SignUpState
from bot.features.volunteers.models import Activity, Availability, Part, SpokenLanguage, Volunteer, VolunteerActivity
from bot.features.volunteers.services import PURPOSES

COORDINATOR = 900  # Telegram's number
LENGTH = timedelta(hours=3)  # of a shift


class Furnisher:
    """Fills one unit of work; the organisation and its coordinator are there at once."""

    def __init__(self, uow: UnitOfWork) -> None:
        self.uow = uow
        self.organisation = Organisation(key="caritas", name="Caritas")
        self.activity = Activity(key="cafe_host", name="Host at Café International")
        uow.session.add_all([self.organisation, self.activity])
        uow.session.flush()
        (self.coordinator,) = self.people(COORDINATOR, 1, "en")
        granted = {"person_id": self.coordinator, "role": Role.COORDINATOR, "scope": self.organisation.number}
        self.fill(Grant, [{**granted, "granted_at": uow.now}])

    def people(self, first: int, count: int, language: str) -> list[int]:
        """Make people with Telegram's numbers from the first on, who read this language; return their ids."""
        now = self.uow.now
        one = row_of(Person(telegram_id=0, locale=language, created_at=now, seen_at=now))
        return self.add(Person, [{**one, "telegram_id": n, "name": f"V{n}"} for n in range(first, first + count)])

    def volunteers(self, first: int, count: int, language: str = "en") -> list[int]:
        """Make people who help: they speak this language, like the one activity and agreed to be told."""
        ids = self.people(first, count, language)
        now = self.uow.now
        self.each(Volunteer(person_id=0, joined_at=now), ids)
        self.each(SpokenLanguage(person_id=0, language=language), ids)
        self.each(VolunteerActivity(person_id=0, activity_id=self.activity.number), ids)
        self.each(Availability(person_id=0, weekday=2, part=Part.AFTERNOON), ids)
        for purpose in PURPOSES:
            version = text_version(purpose)
            self.each(Consent(person_id=0, purpose=purpose, text_version=version, language=language, given_at=now), ids)
        return ids

    def shifts(self, starts: Iterable[datetime], places: int, **changes: Any) -> list[int]:
        """Make open shifts; return their ids."""
        now = self.uow.now
        made = Shift(
            organisation_id=self.organisation.number,
            activity_id=self.activity.number,
            place_name="Café",
            starts_at=now,
            ends_at=now,
            max_people=places,
            state=ShiftState.OPEN,
            created_at=now,
            published_at=now,
        )
        one = {**row_of(made), **changes}
        return self.add(Shift, [{**one, "starts_at": start, "ends_at": start + LENGTH} for start in starts])

    def sign_up(self, pairs: Iterable[tuple[int, int]]) -> None:
        """Give people places: pairs of a shift's and a person's id; the shift's own count is set by its maker."""
        now = self.uow.now
        one = row_of(SignUp(shift_id=0, person_id=0, state=SignUpState.CONFIRMED, created_at=now, changed_at=now))
        self.fill(SignUp, [{**one, "shift_id": shift, "person_id": person} for shift, person in pairs])

    def each(self, one: SQLModel, people: Sequence[int]) -> None:
        """Give each of these people a row like this one."""
        row = row_of(one)
        self.fill(type(one), [{**row, "person_id": person} for person in people])

    def fill(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> None:
        """Insert rows whose ids nobody asks for."""
        if rows:
            self.uow.session.execute(insert(table), rows)

    def add(self, table: type[SQLModel], rows: Sequence[Mapping[str, Any]]) -> list[int]:
        """Insert rows; return their ids in the same order."""
        key: Any = getattr(table, "id")  # noqa: B009 - every table it is called for has one
        if not rows:
            return []
        return list(self.uow.session.scalars(insert(table).returning(key, sort_by_parameter_order=True), rows))


def row_of(one: SQLModel) -> dict[str, Any]:
    """Return a row's columns, without the id that the database gives."""
    return one.model_dump(exclude={"id"})
