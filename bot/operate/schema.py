"""Schema: whether the tables are those of this version, and bringing them there."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, inspect, text

from bot.core.clock import Clock
from bot.core.store import Store

if TYPE_CHECKING:
    from alembic.config import Config

FOLDER = Path(__file__).resolve().parents[1] / "core" / "migrations"
LOCK = 0x6C6F747365  # PostgreSQL: two instances that start at once migrate one after the other


class BrokenReferences(Exception):
    """After a migration some rows pointed nowhere, so it was taken back."""


def newest_revision(folder: Path = FOLDER) -> str:
    """Return the number of the newest migration, without loading Alembic: a start must be quick."""
    return max((file.name[:4] for file in (folder / "versions").glob("[0-9]*.py")), default="")


def revision_of(store: Store) -> str:
    """Return the number of the last migration the database has seen; nothing if it is empty."""
    with store.read() as session:
        connection = session.connection()
        if not inspect(connection).has_table("alembic_version"):
            return ""
        found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return str(found or "")


def is_current(store: Store) -> bool:
    """Say whether the database has all migrations of this version."""
    return revision_of(store) == newest_revision()


def migrate(store: Store, target: str = "head", folder: Path = FOLDER) -> None:
    """Bring the tables up to this version; all migrations or none.

    :raises BrokenReferences: rows would point nowhere afterwards.
    """
    from alembic import command

    with _migrating(store, folder) as config:
        command.upgrade(config, target)


def migrate_back(store: Store, target: str = "base", folder: Path = FOLDER) -> None:
    """Take migrations back, down to the one named; for developers and tests, data of newer tables is lost."""
    from alembic import command

    with _migrating(store, folder) as config:
        command.downgrade(config, target)


def write_migration(message: str, folder: Path = FOLDER) -> Path:
    """Write the next migration: what the tables in the code have and all migrations together have not."""
    from alembic import command

    import bot.app  # noqa: F401 - all tables are known once every feature is

    number = f"{int(newest_revision(folder) or 0) + 1:04}"
    with tempfile.TemporaryDirectory() as scratch:
        store = Store(f"sqlite:///{scratch}/scratch.db", Clock())
        migrate(store, folder=folder)
        with store.engine.connect() as connection:
            config = alembic_config(connection, folder)
            command.revision(config, message, autogenerate=True, rev_id=number)
        store.close()
    path = next((folder / "versions").glob(f"{number}_*.py"))
    _lay_out(path)
    return path


def _lay_out(path: Path) -> None:
    """Bring what Alembic wrote into the shape of all our code."""
    text = re.sub(r"^    # ### .*\n", "", path.read_text("utf-8"), flags=re.MULTILINE)
    path.write_text(text, "utf-8")
    ruff = shutil.which("ruff", path=os.path.dirname(sys.executable)) or shutil.which("ruff")
    if ruff:
        subprocess.run([ruff, "format", "--quiet", str(path)], check=True)  # noqa: S603 - a fixed program


@contextmanager
def _migrating(store: Store, folder: Path) -> "Iterator[Config]":
    with store.engine.connect() as connection:
        # SQLite changes a table by copying it; dropping the old one must not touch what points to it. This comes
        # before the transaction, because within one SQLite does not listen.
        _pragma(store, connection, "foreign_keys=OFF")
        try:
            with connection.begin():
                if not store.is_sqlite:
                    connection.execute(text("SELECT pg_advisory_xact_lock(:n)"), {"n": LOCK})
                yield alembic_config(connection, folder)
                if store.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                    raise BrokenReferences
        finally:
            _pragma(store, connection, "foreign_keys=ON")


def _pragma(store: Store, connection: Connection, pragma: str) -> None:
    if store.is_sqlite:
        # Past SQLAlchemy, which would begin a transaction first.
        connection.connection.cursor().execute(f"PRAGMA {pragma}")


def alembic_config(connection: Connection, folder: Path = FOLDER) -> "Config":
    """Return Alembic's settings for this connection; there is no alembic.ini."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
