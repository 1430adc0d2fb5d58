"""Personal data: every place that keeps something about a person, how it is shown to her and how it is erased."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, SQLModel, select

from bot.core.card import Card
from bot.core.consent import Consent
from bot.core.due import DueRow
from bot.core.outbox import Outgoing
from bot.core.person import Grant, Person
from bot.core.store import UnitOfWork


@dataclass(frozen=True, slots=True)
class PersonalData:
    """One table's share in /mydata and /forget.

    ``show`` returns JSON-ready records (third persons appear as roles only); ``erase`` removes them for good and
    tells whoever must know through the outbox. ``tables`` names what is covered, so that a new table without an
    entry fails the build.
    """

    name: str
    tables: tuple[type[SQLModel], ...]
    show: Callable[[Session, int], list[dict[str, Any]]]
    erase: Callable[[UnitOfWork, int], None]


def rows_of(model: type[SQLModel], *, hide: Sequence[str] = ()) -> Callable[[Session, int], list[dict[str, Any]]]:
    """Make a ``show`` that returns all of a person's rows of a table with a ``person_id``."""
    hidden = {"id", "person_id", *hide}

    def show(session: Session, person_id: int) -> list[dict[str, Any]]:
        found = session.exec(select(model).where(model.person_id == person_id))  # type: ignore[attr-defined]
        return [row.model_dump(mode="json", exclude=hidden) for row in found]

    return show


def erase_rows(*models: type[SQLModel]) -> Callable[[UnitOfWork, int], None]:
    """Make an ``erase`` that deletes all of a person's rows of tables with a ``person_id``."""

    def erase(uow: UnitOfWork, person_id: int) -> None:
        for model in models:
            uow.session.execute(delete(model).where(model.person_id == person_id))  # type: ignore[attr-defined]

    return erase


def table_data(name: str, model: type[SQLModel], *, hide: Sequence[str] = ()) -> PersonalData:
    """Make the whole entry of a plain table with a ``person_id``."""
    return PersonalData(name, (model,), rows_of(model, hide=hide), erase_rows(model))


def _show_person(session: Session, person_id: int) -> list[dict[str, Any]]:
    person = session.get(Person, person_id)
    return [person.model_dump(mode="json", exclude={"id", "screen_id"})] if person else []


def _erase_person(uow: UnitOfWork, person_id: int) -> None:
    person = uow.session.get(Person, person_id)
    if person:
        uow.session.delete(person)
        uow.session.flush()


CORE_DATA = (
    table_data("consents", Consent),
    table_data("rights", Grant),
    table_data("messages_waiting", Outgoing, hide=("chat_id", "key", "topic")),
    table_data("reminders_waiting", DueRow, hide=("key",)),
    table_data("cards", Card, hide=("chat_id",)),
)
# The person herself goes last: everything else refers to her.
PERSON_DATA = PersonalData("person", (Person,), _show_person, _erase_person)


def in_order_of_erasure(features: Sequence[Sequence[PersonalData]]) -> tuple[PersonalData, ...]:
    """Put each feature's entries (given in the features' order) so that what builds on others goes before them."""
    return (*(entry for entries in reversed(features) for entry in entries), *CORE_DATA, PERSON_DATA)


def personal_data_of(
    session: Session, person_id: int, features: Sequence[PersonalData]
) -> dict[str, list[dict[str, Any]]]:
    """Return everything that is kept about a person, by entry, JSON-ready."""
    entries = sorted((*features, *CORE_DATA, PERSON_DATA), key=lambda entry: entry.name)
    return {entry.name: entry.show(session, person_id) for entry in entries}
