"""Leadership: one instance at a time does the work, and a deposed one cannot write any more."""

import fcntl
import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, text
from sqlalchemy.engine import make_url
from sqlmodel import Field, Session, SQLModel, select

from bot.core.store import Store, normal_url


class Lease(SQLModel, table=True):
    """The fencing number of a role: it grows with every new leader, and every write of a leader checks it."""

    name: str = Field(primary_key=True)
    fence: int = 0


class AlreadyLed(Exception):
    """Another instance does this work at the moment."""


class StaleLeader(Exception):
    """Another instance took over; this one must stop."""


class Leadership:
    """Held by a file lock (SQLite) or an advisory lock (PostgreSQL), both of which end with their process."""

    def __init__(self, store: Store, name: str = "bot") -> None:
        self.store = store
        self.name = name
        self._file: TextIO | None = None
        self._connection: Connection | None = None

    def acquire(self) -> None:
        """Become the leader and fence off every earlier one.

        :raises AlreadyLed: another living instance is the leader.
        """
        if self.store.is_sqlite:
            self._lock_file()
        else:
            self._lock_advisory()
        with self.store.unit_of_work() as uow:
            lease = uow.session.get(Lease, self.name) or Lease(name=self.name)
            lease.fence += 1
            uow.session.add(lease)
            number = lease.fence
        self.store.fence = _checker(self.name, number)

    def release(self) -> None:
        """Let somebody else lead."""
        self.store.fence = None
        if self._file:
            self._file.close()
        if self._connection:
            self._connection.close()
        self._file = self._connection = None

    def _lock_file(self) -> None:
        database = make_url(normal_url(self.store.url)).database
        if not database or database == ":memory:":
            return
        file = Path(f"{database}.{self.name}.lock").open("a")  # noqa: SIM115 - held as long as we lead
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise AlreadyLed from error
        self._file = file

    def _lock_advisory(self) -> None:
        number = int.from_bytes(hashlib.blake2s(self.name.encode(), digest_size=4).digest())
        connection = self.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        got: Any = connection.execute(text("SELECT pg_try_advisory_lock(:n)"), {"n": number}).scalar()
        if not got:
            connection.close()
            raise AlreadyLed
        self._connection = connection


def _checker(name: str, number: int) -> Callable[[Session], None]:
    query = select(Lease.fence).where(Lease.name == name)

    def check(session: Session) -> None:
        if session.exec(query).one() != number:
            raise StaleLeader

    return check
