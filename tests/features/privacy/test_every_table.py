"""No table may know a person whom the register of personal data does not know."""

import enum
from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Table
from sqlmodel import Session, SQLModel, select

from bot.app import FEATURES
from bot.chat.feature import Registry
from bot.core.erasure import erase_person
from bot.core.inbox import Incoming
from bot.core.person import Person
from bot.core.personal_data import in_order_of_erasure, personal_data_of
from bot.core.store import Store

ENTRIES = in_order_of_erasure([feature.personal_data for feature in FEATURES])
# Names under which a table without a reference may still hold somebody.
SUSPICIOUS = {"person_id", "telegram_id", "chat_id", "user_id", "sender", "created_by"}
# Emptied by the erasure itself: its rows stay, so that Telegram's repeats are known.
BY_THE_ERASURE = {str(Incoming.__tablename__)}


def refers_to_people(column: Column[Any]) -> bool:
    return any(key.target_fullname == "person.id" for key in column.foreign_keys)


def about_people(metadata: MetaData) -> set[str]:
    """Name the tables that hold or refer to somebody."""
    return {
        table.name
        for table in metadata.tables.values()
        if any(column.name in SUSPICIOUS or refers_to_people(column) for column in table.columns)
    }


def test_every_table_about_people_has_an_entry_in_the_register() -> None:
    covered = {str(table.__tablename__) for entry in ENTRIES for table in entry.tables}
    missing = about_people(SQLModel.metadata) - covered - BY_THE_ERASURE
    assert not missing, f"give {sorted(missing)} an entry in the personal_data of its feature"


@pytest.mark.parametrize(
    "column",
    [Column("about", ForeignKey("person.id")), Column("telegram_id", Integer), Column("created_by", Integer)],
)
def test_a_new_table_about_people_is_found(column: Column[Any]) -> None:
    metadata = MetaData()
    Table("person", metadata, Column("id", Integer, primary_key=True))
    Table("weather", metadata, Column("id", Integer, primary_key=True), Column("degrees", Integer))
    Table("gossip", metadata, Column("id", Integer, primary_key=True), column)
    assert about_people(metadata) == {"gossip"}


# One row a table, made from the columns alone, so that tables of the future are tried as well.


def models() -> list[type[SQLModel]]:
    """All tables, those others refer to first."""
    found = {mapper.local_table: mapper.class_ for mapper in SQLModel._sa_registry.mappers}
    return [found[table] for table in SQLModel.metadata.sorted_tables]


class Rows:
    """Makes rows that refer to a person wherever a table can."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.ids: dict[str, int] = {}
        self.count = 0

    def fill(self, person_id: int) -> None:
        """Put one row of hers into each table that can refer to her, and one into each that others need."""
        for model in models():
            table = model.__table__  # type: ignore[attr-defined]
            mine = any(refers_to_people(column) for column in table.columns)
            if model is Person or (table.name in self.ids and not mine):
                continue
            row = model(**{c.name: self.value(model, c, person_id) for c in table.columns if self.is_needed(model, c)})
            self.session.add(row)
            self.session.flush()
            self.ids[table.name] = getattr(row, "id", 0) or 0

    @staticmethod
    def is_needed(model: type[SQLModel], column: Column[Any]) -> bool:
        field = model.model_fields[column.name]
        if column.name == "id":
            return False
        return bool(column.foreign_keys) or column.unique is True or field.is_required()

    def value(self, model: type[SQLModel], column: Column[Any], person_id: int) -> Any:
        if refers_to_people(column):
            return person_id
        for key in column.foreign_keys:
            return self.ids[key.column.table.name]
        self.count += 1
        kind: Any = model.model_fields[column.name].annotation
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return next(iter(kind))
        if kind in (str, str | None):
            return f"text {self.count}"
        return {int: self.count, bool: False, date: date(2026, 2, 2), datetime: datetime(2026, 2, 2, 9, tzinfo=UTC)}[
            kind
        ]


def references(session: Session, person_id: int) -> set[str]:
    """Name the columns in which somebody is referred to."""
    found = set()
    for table in SQLModel.metadata.sorted_tables:
        for column in table.columns:
            hers = select(column).where(column == person_id).limit(1)
            if refers_to_people(column) and session.connection().execute(hers).first():
                found.add(f"{table.name}.{column.name}")
    return found


def two_people(session: Session, now: datetime) -> tuple[Person, Person]:
    people = [Person(telegram_id=number, name="Xanthippe", created_at=now, seen_at=now) for number in (801, 802)]
    session.add_all(people)
    session.flush()
    rows = Rows(session)
    for person in people:
        rows.fill(person.key)
    return people[0], people[1]


def test_erasing_one_person_takes_her_out_of_every_table_and_leaves_the_other(store: Store) -> None:
    with store.unit_of_work() as uow:
        xanthippe, berta = two_people(uow.session, uow.now)
        everywhere = references(uow.session, berta.key)
        assert references(uow.session, xanthippe.key) == everywhere
    with store.unit_of_work() as uow:
        erase_person(uow, uow.session.get_one(Person, xanthippe.key), ENTRIES)
    with store.read() as session:
        assert references(session, xanthippe.key) == set()
        assert session.get(Person, xanthippe.key) is None
        assert references(session, berta.key) == everywhere


def test_the_file_of_a_person_tells_of_every_table_that_refers_to_her(store: Store) -> None:
    with store.unit_of_work() as uow:
        xanthippe, _ = two_people(uow.session, uow.now)
        told = personal_data_of(uow.session, xanthippe.key, Registry(FEATURES).personal_data)
        tables = {key.split(".")[0] for key in references(uow.session, xanthippe.key)}
        silent = {
            entry.name
            for entry in ENTRIES
            if {str(table.__tablename__) for table in entry.tables} & tables and not told[entry.name]
        }
        assert silent == set()
