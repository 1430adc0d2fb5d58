"""The store: writers wait for each other, readers for nobody, and connections come back whatever happens."""

from concurrent.futures import ThreadPoolExecutor, wait
from datetime import datetime

import pytest
from sqlalchemy import QueuePool, text
from sqlalchemy.exc import DBAPIError, StatementError
from sqlmodel import select

from bot.core.person import Person
from bot.core.store import Store, UnitOfWork


def enter(uow: UnitOfWork, telegram_id: int) -> None:
    uow.session.add(Person(telegram_id=telegram_id, created_at=uow.now, seen_at=uow.now))
    uow.session.flush()


def everybody(store: Store) -> set[int]:
    with store.read() as session:
        return set(session.exec(select(Person.telegram_id)))


def test_whoever_reads_and_then_writes_is_not_refused_because_of_another_writer(store: Store) -> None:
    def other() -> None:
        with store.unit_of_work() as uow:
            enter(uow, 8)

    with ThreadPoolExecutor(1) as threads:
        with store.unit_of_work() as uow:
            assert uow.session.exec(select(Person)).all() == []
            meanwhile = threads.submit(other)
            wait([meanwhile], timeout=0.2)
            enter(uow, 7)
        meanwhile.result()
    assert everybody(store) == {7, 8}


def test_a_reader_waits_for_no_writer(store: Store) -> None:
    with store.unit_of_work() as uow:
        enter(uow, 7)
        assert everybody(store) == set()
    assert everybody(store) == {7}


def test_every_connection_comes_back_whatever_is_raised(store: Store) -> None:
    for _ in range(10):
        with pytest.raises(ZeroDivisionError), store.unit_of_work():
            raise ZeroDivisionError
        with pytest.raises(ZeroDivisionError), store.read() as session:
            session.exec(select(Person)).all()
            raise ZeroDivisionError
    assert isinstance(store.engine.pool, QueuePool)
    assert store.engine.pool.checkedout() == 0


def test_a_wrong_statement_is_not_taken_for_a_database_that_is_away(store: Store) -> None:
    with pytest.raises(DBAPIError), store.read() as session:
        session.execute(text("SELECT nothing FROM nowhere"))


def test_an_instant_without_a_zone_is_refused(store: Store) -> None:
    with pytest.raises(StatementError, match="needs a zone"), store.unit_of_work() as uow:
        noon = datetime(2026, 2, 2, 12, 0)  # noqa: DTZ001 - the point of it
        uow.session.add(Person(telegram_id=7, created_at=noon, seen_at=noon))
        uow.session.flush()


def test_what_waits_for_no_disk_is_followed_by_what_does(store: Store) -> None:
    asked, waits = ("PRAGMA synchronous", (1, 2)) if store.is_sqlite else ("SHOW synchronous_commit", ("off", "on"))
    found = []
    for synced in (False, True):
        with store.unit_of_work(synced=synced) as uow:
            found.append(uow.session.connection().exec_driver_sql(asked).scalar())
    assert tuple(found) == waits
