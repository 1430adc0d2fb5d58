"""Ledger: the erasures once more in a file beside the database, so that a restored backup can be told of them."""

import fcntl
import json
import os
import re
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.exc import SQLAlchemyError

from bot.core.clock import Clock
from bot.core.erasure import LEDGER_KEPT, Erased, has_erased, ledger
from bot.core.store import Store, StoreUnavailable, UnitOfWork
from bot.operate.problem import WRONG, Problem

log = structlog.get_logger()
FILE = "erasures.jsonl"
OFTEN = timedelta(minutes=1)  # between tries while the file cannot be written
HOUR = timedelta(hours=1)
DIGEST = re.compile(r"[0-9a-f]{64}")


class LedgerKeeper:
    """Writes the file after every erasure and every hour; a running bot's store calls it after each commit."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.file = folder / FILE
        self._next = store.clock.now()
        self.write()

    def __call__(self, uow: UnitOfWork) -> None:
        """Write the file if it is time to."""
        if has_erased(uow) or uow.now >= self._next:
            self.write()

    def write(self) -> None:
        """Write the file; what keeps it from being written must not keep the bot from working."""
        now = self.store.clock.now()
        try:
            write_ledger(self.store, self.file)
            self._next = now + HOUR
        except (OSError, ValueError, StoreUnavailable, SQLAlchemyError) as error:
            self._next = now + OFTEN
            log.error("ledger_not_written", error=type(error).__name__)


def write_ledger(store: Store, file: Path) -> None:
    """Write what the database and the file know of erasures to the file, without what is too old.

    What only the file knows stays in it: the database may be an older one that was copied into its place.
    """
    with _locked(file.parent) as folder:
        with store.read() as session:
            known = {*ledger(session), *(_lines(file) if file.exists() else ())}
        since = store.clock.now() - LEDGER_KEPT
        kept = sorted((one for one in known if one.at >= since), key=lambda one: (one.at, one.digest))
        _replace(file, "".join(f"{_line(one)}\n" for one in kept))
        os.fsync(folder)


def read_ledger(source: str) -> set[Erased]:
    """Read the ledger from such a file, or from a lost database: a SQLite file or a PostgreSQL URL.

    :raises Problem: there is none to be read.
    """
    try:
        if "://" in source:
            return _of_store(source)
        with Path(source).open("rb") as file:
            is_sqlite = file.read(16) == b"SQLite format 3\0"
        return _of_sqlite(Path(source)) if is_sqlite else set(_lines(Path(source)))
    except (OSError, ValueError, sqlite3.Error, StoreUnavailable, SQLAlchemyError):
        # A URL holds a password, so what was named is not repeated.
        line = f"No ledger can be read there; name {FILE}, or the lost database with the files beside it"
        raise Problem(line, WRONG) from None


def _of_store(url: str) -> set[Erased]:
    store = Store(url, Clock())
    try:
        with store.read() as session:
            return set(ledger(session))
    finally:
        store.close()


def _of_sqlite(file: Path) -> set[Erased]:
    """Read without changing anything: the file is all that is left."""
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as database:
        rows = database.execute("SELECT digest, at FROM erasure").fetchall()
    return {Erased(digest, datetime.fromisoformat(at).replace(tzinfo=UTC)) for digest, at in rows}


def _line(record: Erased) -> str:
    return json.dumps({"digest": record.digest, "at": record.at.isoformat()})


def _lines(file: Path) -> Iterator[Erased]:
    for line in file.read_text("utf-8").splitlines():
        match json.loads(line):
            case {"digest": str(digest), "at": str(text)} if DIGEST.fullmatch(digest):
                yield Erased(digest, _instant(text))
            case _:
                raise ValueError("no line of a ledger")


def _instant(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("an instant needs a zone")
    return at


@contextmanager
def _locked(folder: Path) -> Iterator[int]:
    """Keep the bot and ``backup`` from writing at the same time, which could lose what the other one knew."""
    number = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(number, fcntl.LOCK_EX)
        yield number
    finally:
        os.close(number)


def _replace(file: Path, text: str) -> None:
    """Put a whole new file in place of the old one; only its owner may read it."""
    number, name = tempfile.mkstemp(prefix=f"{file.name}.", suffix=".part", dir=file.parent)
    part = Path(name)
    try:
        with os.fdopen(number, "w", encoding="utf-8") as opened:
            opened.write(text)
            opened.flush()
            os.fsync(number)
        part.replace(file)
    finally:
        part.unlink(missing_ok=True)
