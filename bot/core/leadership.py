"""Leadership: what must be done by one instance is done by one, and a deposed one cannot write any more."""

import contextlib
import fcntl
import hashlib
from pathlib import Path
from typing import Any, TextIO

from sqlalchemy import Connection, bindparam, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlmodel import Field, Session, SQLModel, select

from bot.core.prepared import Prepared
from bot.core.store import Fence, Store, StoreUnavailable, normal_url


class Lease(SQLModel, table=True):
    """The fencing number of a role: it grows with every new leader, and every write of a leader checks it."""

    name: str = Field(primary_key=True)
    fence: int = 0


class AlreadyLed(Exception):
    """Another instance does this work at the moment."""


class StaleLeader(Exception):
    """Another instance took over; this one must stop."""


class Lock:
    """A name of the database that is held until its process ends.

    On PostgreSQL it is an advisory lock, which many may hold together if they are ready to share; on SQLite the lock
    of a file, held by one alone: one process is all that SQLite is for.
    """

    def __init__(self, store: Store, name: str = "bot") -> None:
        self.store = store
        self.name = name
        self._file: TextIO | None = None
        self._connection: Connection | None = None

    def hold(self, *, shared: bool = False) -> None:
        """Take it.

        :raises AlreadyLed: somebody else holds it alone, or together with others while we want it alone.
        """
        if self.store.is_sqlite:
            self._lock_file()
        else:
            self._lock_advisory("pg_try_advisory_lock_shared" if shared else "pg_try_advisory_lock")

    def is_held(self) -> bool:
        """Say whether it is ours still: PostgreSQL takes it back with its connection."""
        if self._connection is None:
            return self._file is not None
        try:
            self._connection.execute(text("SELECT 1"))
        except DBAPIError:
            return False
        return True

    def release(self) -> None:
        """Give it back."""
        if self._file:
            self._file.close()
        if self._connection:
            with contextlib.suppress(SQLAlchemyError):
                self._connection.execute(text("SELECT pg_advisory_unlock_all()"))  # at once, for whoever waits
            self._connection.invalidate()  # its end gives the lock back, whatever became of it
            self._connection.close()
        self._file = self._connection = None

    def _lock_file(self) -> None:
        database = make_url(normal_url(self.store.url)).database
        if not database or database == ":memory:":
            return
        file = Path(f"{database}.{self.name}.lock").open("a")  # noqa: SIM115 - held as long as we live
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            file.close()
            raise AlreadyLed from error
        self._file = file

    def _lock_advisory(self, function: str) -> None:
        number = int.from_bytes(hashlib.blake2s(self.name.encode(), digest_size=4).digest())
        connection = self.store.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        try:
            # A leader whose machine vanished without a word is given up after about ten seconds.
            for setting in ("idle = 5", "interval = 2", "count = 3"):
                connection.execute(text(f"SET tcp_keepalives_{setting}"))
            got: Any = connection.execute(text(f"SELECT {function}(:n)"), {"n": number}).scalar()
        except BaseException:
            connection.invalidate()  # nobody knows whether it holds the lock
            connection.close()
            raise
        if not got:
            connection.close()
            raise AlreadyLed
        self._connection = connection


class Leadership:
    """One role of the running bot, led by one instance at a time."""

    def __init__(self, store: Store, role: str) -> None:
        self.store = store
        self.role = role
        self._lock = Lock(store, role)

    def acquire(self) -> Fence:
        """Become the leader and depose every earlier one; return what each of our writes must ask.

        :raises AlreadyLed: another living instance leads.
        :raises StoreUnavailable: the database is away.
        """
        self.keep()
        with self.store.unit_of_work() as uow:
            lease = uow.session.get(Lease, self.role, with_for_update=True) or Lease(name=self.role)
            lease.fence += 1
            uow.session.add(lease)
            number = lease.fence
        return _fence(self.role, number)

    def keep(self) -> None:
        """Take the lock, unless we hold it; its connection may have been lost, though nobody else leads.

        :raises AlreadyLed: another living instance leads.
        :raises StoreUnavailable: the database is away.
        """
        if self.store.is_sqlite or self._lock.is_held():  # on SQLite the whole database is ours alone
            return
        self.release()
        try:
            self._lock.hold()
        except DBAPIError as error:
            raise StoreUnavailable(type(error).__name__) from error

    def release(self) -> None:
        """Let somebody else lead."""
        self._lock.release()


# The new leader waits here for the old one's transaction under way: after that none of the old one's can begin.
FENCE = Prepared(select(Lease.fence).where(Lease.name == bindparam("role")).with_for_update(read=True))


def _fence(role: str, number: int) -> Fence:
    def check(session: Session) -> None:
        if FENCE.first(session, {"role": role}) != (number,):
            raise StaleLeader

    return check
