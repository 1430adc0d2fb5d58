"""Backup: a whole, checked copy of the database while the bot runs."""

import sqlite3
from contextlib import closing
from pathlib import Path

from bot.operate import postgres
from bot.operate.ledger import FILE, write_ledger
from bot.operate.opening import make_folder, open_store, sqlite_file
from bot.operate.problem import WRONG, Problem
from bot.settings import Settings

MARK = "last-backup"  # a file in the data folder whose time says when the last backup was made


def back_up(settings: Settings, target: Path) -> None:
    """Write a checked copy of the database to a new file that only its owner may read, and the ledger of erasures.

    :raises Problem: it did not work; then there is no file, unless the ledger alone could not be written.
    """
    if target.exists():
        raise Problem(f"{target} exists; name a new file", WRONG)
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=0o600)
        source = sqlite_file(settings)
        if source:
            copy_sqlite(source, part)
        else:
            postgres.dump(settings, part)
        part.replace(target)
    except OSError:
        raise Problem(f"{target} cannot be written; check folder, rights and space") from None
    finally:
        part.unlink(missing_ok=True)
    make_folder(settings.data_dir)
    (settings.data_dir / MARK).touch()
    _write_ledger(settings)


def _write_ledger(settings: Settings) -> None:
    store = open_store(settings)
    try:
        write_ledger(store, settings.data_dir / FILE)
    except (OSError, ValueError):
        line = f"The backup is made, but {settings.data_dir / FILE} cannot be read and written; look at it"
        raise Problem(line) from None
    finally:
        store.close()


def copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, and look whether the copy is sound.

    :raises Problem: it is not, or there is none.
    """
    if not source.is_file():
        raise Problem(f"There is no database {source}; check LOTSE_DATABASE_URL and LOTSE_DATA_DIR", WRONG)
    try:
        with (
            closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=10)) as old,
            closing(sqlite3.connect(target)) as new,
        ):
            old.backup(new)
            # A single file, without the journal beside it that a running bot keeps.
            new.execute("PRAGMA journal_mode=DELETE")
            sound = new.execute("PRAGMA integrity_check").fetchall() == [("ok",)] and _is_ours(new)
    except sqlite3.DatabaseError:
        sound = False
    if not sound:
        raise Problem(f"{source} is not a sound database of Lotse; take another one")


def _is_ours(database: sqlite3.Connection) -> bool:
    found = database.execute("SELECT 1 FROM sqlite_master WHERE name = 'alembic_version'").fetchone()
    return found is not None
