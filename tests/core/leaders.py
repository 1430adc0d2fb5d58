"""Leaders of the tests: the same database as two processes have it open, and faults that befall their locks."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import text

from bot.core.leadership import Leadership
from bot.core.store import Store

ON_POSTGRES = pytest.mark.parametrize(
    "store_url", [pytest.param("postgres", marks=pytest.mark.postgres, id="postgres")], indirect=True
)


@pytest.fixture
def other(store: Store) -> Iterator[Store]:
    """The same database, as another process has it open."""
    opened = Store(store.url, store.clock)
    yield opened
    opened.close()


Candidate = Callable[..., Leadership]


@pytest.fixture
def candidate() -> Iterator[Candidate]:
    """Makes candidates for one role; whoever leads at the end lets go."""
    made: list[Leadership] = []

    def make(store: Store, role: str = "tick") -> Leadership:
        made.append(Leadership(store, role))
        return made[-1]

    yield make
    for leadership in made:
        leadership.release()


CUT = """
    SELECT count(pg_terminate_backend(pid)) FROM pg_locks
    WHERE locktype = 'advisory' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""
HELD = CUT.replace("pg_terminate_backend(pid)", "pid")


def ask(store: Store, statement: str) -> Any:
    with store.unit_of_work() as uow:
        result = uow.session.connection().execute(text(statement))
        return result.scalar() if result.returns_rows else None


def cut_locks(store: Store) -> None:
    """End every connection that holds a lock of a name, as a fault of the network does."""
    assert ask(store, CUT)
    while ask(store, HELD):
        pass
