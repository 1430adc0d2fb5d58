"""Erasure: takes a person out of every table at once, and remembers by a keyed hash alone that it was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.card import Card
from bot.core.columns import instant
from bot.core.inbox import InboxState, Incoming
from bot.core.keyring import Keyring, all_keyrings
from bot.core.outbox import Outgoing
from bot.core.person import Person
from bot.core.personal_data import PersonalData
from bot.core.store import UnitOfWork

# Longer than any backup lives: a restored one must not bring an erased person back.
LEDGER_KEPT = timedelta(days=90)
NOTE = "erased"  # in a session's info: this unit of work added to the ledger


class Erasure(SQLModel, table=True):
    """One erasure that was carried out: a keyed hash of the Telegram id, and when."""

    id: int | None = Field(default=None, primary_key=True)
    digest: str = Field(index=True)
    at: datetime = Field(sa_column=instant(index=True))


@dataclass(frozen=True, slots=True)
class Erased:
    """A line of the ledger, as it is carried from one database to another. ``at`` is UTC."""

    digest: str
    at: datetime


def erase_person(uow: UnitOfWork, person: Person, entries: Sequence[PersonalData]) -> None:
    """Erase a person for good, in the order of the entries; erasers tell whoever must know.

    What she wrote before and what waits for her chat goes as well. She herself is not told: that is the caller's.
    """
    telegram_id = person.telegram_id
    for entry in entries:
        entry.erase(uow, person.key)
        uow.session.flush()
    for table in (Outgoing, Card):
        uow.session.execute(delete(table).where(col(table.chat_id) == telegram_id))
    _forget_updates(uow.session, telegram_id)
    uow.session.execute(delete(Erasure).where(col(Erasure.at) < uow.now - LEDGER_KEPT))
    # With the oldest key, which every backup has: that of a later generation would be lost with its database.
    uow.session.add(Erasure(digest=_digest(all_keyrings(uow.session)[0], telegram_id), at=uow.now))
    uow.session.flush()
    uow.session.info[NOTE] = True


def has_erased(uow: UnitOfWork) -> bool:
    """Say whether somebody was erased in this unit of work, also after its end."""
    return NOTE in uow.session.info


def ledger(session: Session) -> list[Erased]:
    """Return the erasures that a backup made earlier may not know of."""
    return [Erased(row.digest, row.at) for row in session.exec(select(Erasure).order_by(col(Erasure.id)))]


def add_to_ledger(uow: UnitOfWork, records: Iterable[Erased]) -> None:
    """Add what another database's ledger knows, so that a later restore knows of it too; only a restore does this."""
    known = set(ledger(uow.session))
    new = sorted({*records} - known, key=lambda record: (record.at, record.digest))
    uow.session.add_all(Erasure(digest=record.digest, at=record.at) for record in new)
    uow.session.flush()


def replay_erasures(uow: UnitOfWork, records: Iterable[Erased], entries: Sequence[PersonalData]) -> int:
    """Erase again, in a restored database, whoever was erased after its backup; return how many people.

    Somebody who came back after her erasure stays. The keys of all generations are tried.
    """
    erased_at: dict[str, datetime] = {}
    for record in records:
        erased_at[record.digest] = max(record.at, erased_at.get(record.digest, record.at))
    keyrings = all_keyrings(uow.session)
    count = 0
    for person in uow.session.exec(select(Person).order_by(col(Person.id))).all():
        instants = [erased_at.get(_digest(keyring, person.telegram_id)) for keyring in keyrings]
        if any(at and at >= person.created_at for at in instants):
            erase_person(uow, person, entries)
            count += 1
    return count


def _digest(keyring: Keyring, telegram_id: int) -> str:
    return keyring.hash("erasure", str(telegram_id))


def _forget_updates(session: Session, telegram_id: int) -> None:
    """Empty what she wrote and nobody handled; rows stay, so that Telegram's repeats of them are known."""
    mine = update(Incoming).where(col(Incoming.sender) == telegram_id)
    session.execute(mine.values(state=InboxState.DONE, body="", sender=None))
