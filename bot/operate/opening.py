"""Opening: the store the settings name, with its folder."""

from pathlib import Path

from sqlalchemy.engine import make_url

from bot.core.clock import Clock
from bot.core.store import Store, normal_url
from bot.operate.problem import WRONG, Problem
from bot.operate.schema import is_current, newest_revision, revision_of
from bot.settings import Settings


def sqlite_file(settings: Settings) -> Path | None:
    """Return the database's file; nothing if it is PostgreSQL."""
    url = make_url(normal_url(settings.database_url))
    return Path(url.database or "") if url.get_backend_name() == "sqlite" else None


def open_store(settings: Settings) -> Store:
    """Open the database, whatever is in it; a SQLite file and its folder are made if need be.

    :raises Problem: the folder cannot be made.
    """
    file = sqlite_file(settings)
    for folder in (settings.data_dir, file.parent if file else None):
        if folder:
            make_folder(folder)
    return Store(settings.database_url, Clock())


def open_current_store(settings: Settings) -> Store:
    """Open a database that has the tables of this version.

    :raises Problem: it has not.
    """
    store = open_store(settings)
    if not is_current(store):
        store.close()
        raise Problem("The database has not the tables of this version; mend: lotse migrate", WRONG)
    return store


def refuse_newer(store: Store) -> None:
    """Refuse a database that a newer version has changed.

    :raises Problem: it has.
    """
    if revision_of(store) > newest_revision():
        raise Problem("A newer Lotse has used this database; start that version, or restore a backup", WRONG)


def make_folder(folder: Path) -> None:
    """Make a folder that only its owner may read.

    :raises Problem: it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        raise Problem(f"The folder {folder} cannot be made; check LOTSE_DATA_DIR and the rights", WRONG) from None
