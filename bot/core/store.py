"""Store: SQLite or PostgreSQL, and the one unit of work in which everything of an update happens."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from secrets import token_hex
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError
from sqlmodel import Session

from bot.core.card import Cards
from bot.core.clock import Clock
from bot.core.due import Due
from bot.core.outbox import Outbox
from bot.core.prepared import execute

PATIENCE = 5  # seconds for a connection to PostgreSQL to come about
BUSY_MS = 2000  # SQLite waits this long for another process's write; then the update is tried again later

# How a transaction begins. On SQLite a deferred read that turns into a write fails at once with "database is locked",
# whatever the timeout. What does not wait for the disk is on it before whatever is committed later and does.
BEGIN = {
    ("sqlite", "write"): ("PRAGMA synchronous=FULL", "BEGIN IMMEDIATE"),
    ("sqlite", "hasty"): ("PRAGMA synchronous=NORMAL", "BEGIN IMMEDIATE"),
    ("sqlite", "read"): ("BEGIN",),
    ("postgresql", "hasty"): ("SET LOCAL synchronous_commit TO off",),
}

# SQLite's primary result codes for what passes: busy, locked, read-only, i/o error, full, cannot open.
SQLITE_AWAY = frozenset({5, 6, 8, 10, 13, 14})


class StoreUnavailable(Exception):
    """The database is busy or away: nobody's fault, to be tried again. Whatever else it says is a mistake of ours."""


@dataclass(slots=True)
class UnitOfWork:
    """Everything one update does: committed together or not at all. ``now`` is read once."""

    session: Session
    now: datetime
    outbox: Outbox
    due: Due
    cards: Cards
    zone: ZoneInfo  # the town's, for what is planned by its wall clock


Listener = Callable[[UnitOfWork], None]
Fence = Callable[[Session], None]  # raises where whoever writes was deposed


class Store:
    """The database behind a URL; synchronous, so that no await can sit inside a transaction."""

    def __init__(self, url: str, clock: Clock) -> None:
        self.url = url
        self.clock = clock
        self.zone = ZoneInfo("UTC")  # until the settings say which town's
        self.engine = _make_engine(url)
        self._reader = self.engine.execution_options(lotse_begin="read")
        self._hasty = self.engine.execution_options(lotse_begin="hasty")
        self.before_commit: list[Listener] = []
        self.on_commit: list[Listener] = []

    @property
    def is_sqlite(self) -> bool:
        """Whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def unit_of_work(self, fence: Fence | None = None, *, synced: bool = True) -> Iterator[UnitOfWork]:
        """Open a transaction that writes; it commits at the end, or leaves no trace if anything is raised.

        ``fence`` is asked first by whoever does what only one instance may do. Without ``synced`` it does not wait for
        the disk: it reaches it with the next transaction that does, and a power failure before that undoes it.
        """
        now = self.clock.now()
        with _told_apart(), self._transaction(self.engine if synced else self._hasty) as session:
            if fence:
                fence(session)
            outbox = Outbox(session, now, token_hex(8))
            uow = UnitOfWork(session, now, outbox, Due(session), Cards(session, now, outbox), self.zone)
            yield uow
            for listener in self.before_commit:
                listener(uow)
            session.flush()
            session.connection().commit()
        for listener in self.on_commit:
            listener(uow)

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads."""
        with _told_apart(), self._transaction(self._reader) as session:
            yield session

    @contextmanager
    def _transaction(self, engine: Engine) -> Iterator[Session]:
        """Open a transaction that is undone unless it is committed, with a session that only takes part in it."""
        with engine.connect() as connection:
            connection.begin()
            with Session(connection, expire_on_commit=False, join_transaction_mode="rollback_only") as session:
                yield session

    def tidy_up(self) -> None:
        """Bring SQLite's log of writes into the file and empty it, so that erased rows do not live on in it."""
        if self.is_sqlite:
            with self.engine.connect() as connection:
                connection.connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


@contextmanager
def _told_apart() -> Iterator[None]:
    """Tell a database that is away from one that was asked something wrong."""
    try:
        yield
    except DBAPIError as error:
        code = getattr(error.orig, "sqlite_errorcode", None)
        away = isinstance(error, OperationalError | InterfaceError) if code is None else code & 0xFF in SQLITE_AWAY
        if away:
            raise StoreUnavailable(type(error).__name__) from error
        raise


def normal_url(url: str) -> str:
    """Name the driver we use where the URL names none."""
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    return url


def _make_engine(url: str) -> Engine:
    url = normal_url(url)
    if make_url(url).get_backend_name() != "sqlite":
        # Last in, first out: the connection just used has its statements prepared.
        engine = create_engine(url, pool_size=5, pool_use_lifo=True, connect_args={"connect_timeout": PATIENCE})
        event.listen(engine, "begin", _begin)
        return engine
    engine = create_engine(url, connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000})
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin)
    return engine


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # We send BEGIN ourselves; sqlite3 would otherwise begin late and deferred.
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    manner = connection.get_execution_options().get("lotse_begin", "write")
    for statement in BEGIN.get((connection.dialect.name, manner), ()):
        execute(connection, statement)
