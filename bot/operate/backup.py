"""Backup: a whole copy of the database while the bot runs, and the way back from one."""

import os
import secrets
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

from sqlalchemy import inspect, text
from sqlalchemy.engine import URL, make_url

from bot.core.outbox import State
from bot.core.store import Store, normal_url
from bot.operate.opening import make_folder, open_store, sqlite_file
from bot.operate.problem import WRONG, Problem
from bot.settings import Settings

MARK = "last-backup"  # a file in the data folder whose time says when the last backup was made


def back_up(settings: Settings, target: Path) -> None:
    """Write a checked copy of the database to a new file that only its owner may read.

    :raises Problem: it did not work; then there is no file.
    """
    if target.exists():
        raise Problem(f"{target} exists; name a new file", WRONG)
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=0o600)
        source = sqlite_file(settings)
        if source:
            _copy_sqlite(source, part)
        else:
            _postgres(settings, "pg_dump", "--format=custom", "--no-owner", f"--file={part}")
        part.replace(target)
    except OSError:
        raise Problem(f"{target} cannot be written; check folder, rights and space") from None
    finally:
        part.unlink(missing_ok=True)
    make_folder(settings.data_dir)
    (settings.data_dir / MARK).touch()


def restore(settings: Settings, source: Path) -> int:
    """Put a backup in place of an empty database and make it safe to start; return how many messages were held.

    What was waiting to leave may have left after the backup was made, so it is held; buttons and invitations of
    before end, because some were used up since.

    :raises Problem: there is a database already, or the file is no backup.
    """
    if not source.is_file():
        raise Problem(f"{source} is no file; name the backup", WRONG)
    file = sqlite_file(settings)
    if file:
        _restore_sqlite(source, file)
    else:
        _restore_postgres(settings, source)
    store = open_store(settings)
    try:
        return _make_safe(store)
    finally:
        store.close()


def _make_safe(store: Store) -> int:
    # In plain SQL: the backup may be of an older version, whose tables the models do not fit.
    opened = {"held": State.HELD, "pending": State.PENDING, "sending": State.SENDING}
    hold = text("UPDATE outbox SET state = :held WHERE state IN (:pending, :sending)")
    with store.unit_of_work() as uow:
        connection = uow.session.connection()
        held = connection.execute(hold, opened).rowcount
        new_secret = {"value": secrets.token_urlsafe(32)}
        connection.execute(text("INSERT INTO secret (value) VALUES (:value)"), new_secret)
    return held


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy a database that may be in use, and look whether the copy is sound."""
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


def _restore_sqlite(source: Path, target: Path) -> None:
    for ending in ("", "-wal", "-journal"):
        beside = target.with_name(target.name + ending)
        if beside.exists():
            raise Problem(f"{beside} exists; stop the bot and move it away first", WRONG)
    make_folder(target.parent)
    part = target.with_name(f"{target.name}.part")
    try:
        part.touch(mode=0o600)
        _copy_sqlite(source, part)
        part.replace(target)
    except OSError:
        raise Problem(f"{target} cannot be written; check folder, rights and space") from None
    finally:
        part.unlink(missing_ok=True)


def _restore_postgres(settings: Settings, source: Path) -> None:
    store = open_store(settings)
    try:
        with store.read() as session:
            tables = inspect(session.connection()).get_table_names()
    finally:
        store.close()
    if tables:
        raise Problem("The database is not empty; name an empty one in LOTSE_DATABASE_URL", WRONG)
    _postgres(settings, "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", str(source))


def _postgres(settings: Settings, program: str, *arguments: str) -> None:
    path = shutil.which(program)
    if not path:
        raise Problem(f"{program} is missing; install PostgreSQL's client programs of the server's version")
    url = make_url(normal_url(settings.database_url))
    # The password by the environment: arguments are seen by everybody on the machine.
    place = URL.create("postgresql", url.username, None, url.host, url.port, url.database, url.query)
    environment = {**os.environ, "PGPASSWORD": str(url.password or "")}
    command = [path, *arguments, f"--dbname={place.render_as_string()}"]
    done = subprocess.run(  # noqa: S603 - no shell, a program of fixed name, a checked URL
        command, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        told = (done.stderr.strip().splitlines() or ["it said nothing"])[0]
        raise Problem(f"{told} (is {program} as new as the server?)")
