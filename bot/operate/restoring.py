"""Restoring: a backup in place of an empty database, made safe before the bot can start on it."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import MetaData, inspect

from bot.core.clock import Clock
from bot.core.erasure import Erased, add_to_ledger, replay_erasures
from bot.core.keyring import begin_generation
from bot.core.leadership import AlreadyLed, Lock
from bot.core.personal_data import in_order_of_erasure
from bot.core.store import Store
from bot.operate import postgres
from bot.operate.backup import copy_sqlite
from bot.operate.held import hold
from bot.operate.ledger import FILE, read_ledger
from bot.operate.opening import make_folder, open_store, sqlite_file
from bot.operate.overdue import do_overdue
from bot.operate.problem import BUSY, WRONG, Problem
from bot.operate.schema import is_current, migrate, newest_revision, revision_of
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: messages held, people erased again; ``has_ledger`` says whether anything told of whom."""

    held: int
    erased: int
    has_ledger: bool

    def lines(self) -> tuple[str, ...]:
        """Say what was done and what is left to do."""
        held = f"Restored. {self.held} messages that may have left or been answered before are held."
        held += " Look at them: lotse release --show"
        erased = f"{self.erased} people who were erased after the backup are erased again."
        if not self.has_ledger:
            erased = f"Whoever was erased after the backup is back, because there is no {FILE} in the data folder. "
            erased += "If you have one, or the lost database, empty this place and restore with --ledger."
        return held, erased, "Older buttons and invitations end."


def restore(settings: Settings, source: Path, ledger: str = "") -> Restored:
    """Put a backup in place of an empty database and make it safe to start.

    Whoever was erased after the backup was made, as the ledger tells that is named or lies in the data folder, is
    erased again. What was waiting to leave may have left since, so it is held; buttons and invitations of before
    end, because some were used up since. If anything fails, the place is as empty as before.

    :raises Problem: there is a database already, or the backup or the ledger is none.
    """
    if not source.is_file():
        raise Problem(f"{source} is no file; name the backup", WRONG)
    beside = settings.data_dir / FILE
    sources = [name for name in (ledger, str(beside) if beside.exists() else "") if name]
    records = {record for name in sources for record in read_ledger(name)}
    file = sqlite_file(settings)
    place = _in_sqlite(source, file) if file else _in_postgres(settings, source)
    with place as store:
        store.zone = ZoneInfo(settings.timezone)
        held, erased = _make_safe(store, records)
    return Restored(held, erased, bool(sources))


def _make_safe(store: Store, records: Set[Erased]) -> tuple[int, int]:
    from bot.app import FEATURES
    from bot.chat.gaps import forget_heard

    if revision_of(store) > newest_revision():
        raise Problem("The backup is of a newer Lotse; restore it with that version", WRONG)
    if not is_current(store):
        migrate(store)  # erasing needs the tables of this version
    entries = in_order_of_erasure([feature.personal_data for feature in FEATURES])
    with store.unit_of_work() as uow:
        erased = replay_erasures(uow, records, entries)
        add_to_ledger(uow, records)
        held = hold(uow)  # with what the erasures told others, who heard it when they were done first
    held += do_overdue(store)
    with store.unit_of_work() as uow:
        forget_heard(uow)  # the time since the backup was no gap
        begin_generation(uow.session)
    return held, erased


@contextmanager
def _in_sqlite(source: Path, target: Path) -> Iterator[Store]:
    """Copy the backup, open the copy, and put it in place once it is safe."""
    for ending in ("", "-wal", "-journal"):
        beside = target.with_name(target.name + ending)
        if beside.exists():
            raise Problem(f"{beside} exists; stop the bot and move it away first", WRONG)
    make_folder(target.parent)
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=0o600)
        copy_sqlite(source, part)
        store = Store(f"sqlite:///{part}", Clock())
        try:
            yield store
        finally:
            store.close()
        part.replace(target)
    except OSError:
        raise Problem(f"{target} cannot be written; check folder, rights and space") from None
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            part.with_name(part.name + ending).unlink(missing_ok=True)


@contextmanager
def _in_postgres(settings: Settings, source: Path) -> Iterator[Store]:
    """Bring the backup in, open the database, keep the bot out meanwhile; if anything fails, empty it again."""
    postgres.program("pg_restore")
    store = open_store(settings)
    leadership = Lock(store)
    try:
        _refuse_tables(store)
        postgres.load(settings, source)
        try:
            _refuse_foreign(store)
            leadership.hold()
            yield store
        except AlreadyLed:
            line = "A bot started on the database while it was restored; stop it, empty the database, restore again"
            raise Problem(line, BUSY) from None
        except BaseException:
            _empty(store)
            raise
    finally:
        leadership.release()
        store.close()


def _refuse_tables(store: Store) -> None:
    with store.read() as session:
        if inspect(session.connection()).get_table_names():
            raise Problem("The database is not empty; name an empty one in LOTSE_DATABASE_URL", WRONG)


def _refuse_foreign(store: Store) -> None:
    if not revision_of(store):
        raise Problem("The file is not a backup of Lotse; take another one", WRONG)


def _empty(store: Store) -> None:
    """Drop what was brought in; there was nothing else."""
    with store.engine.begin() as connection:
        brought = MetaData()
        brought.reflect(connection)
        brought.drop_all(connection)
