"""Migrations: up, down and up again on both databases, and then the tables are those of the models."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlmodel import SQLModel, select

from bot.core.clock import Clock
from bot.core.person import Person
from bot.core.store import Store
from bot.operate.schema import (
    FOLDER,
    BrokenReferences,
    is_current,
    migrate,
    migrate_back,
    newest_revision,
    revision_of,
    write_migration,
)
from tests.support.stores import load_models


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store without any table, on each database in turn."""
    load_models()
    is_sqlite = request.param == "sqlite"
    url = f"sqlite:///{tmp_path}/lotse.db" if is_sqlite else request.getfixturevalue("postgres_url")
    store = Store(url, Clock())
    yield store
    store.close()


def tables(store: Store) -> set[str]:
    with store.read() as session:
        return set(sa.inspect(session.connection()).get_table_names()) - {"alembic_version"}


def numbers() -> list[str]:
    return sorted(path.name[:4] for path in (FOLDER / "versions").glob("*.py"))


def test_the_migrations_are_numbered_without_a_gap() -> None:
    assert numbers() == [f"{number:04}" for number in range(1, len(numbers()) + 1)]
    for path in (FOLDER / "versions").glob("*.py"):
        assert f'revision: str = "{path.name[:4]}"' in path.read_text("utf-8").replace("'", '"')


def test_up_down_and_up_again(empty: Store) -> None:
    assert revision_of(empty) == ""
    migrate(empty)
    assert is_current(empty)
    assert tables(empty) == set(SQLModel.metadata.tables)
    migrate_back(empty)
    assert tables(empty) == set()
    migrate(empty)
    assert tables(empty) == set(SQLModel.metadata.tables)


def test_each_step_goes_down_and_up(empty: Store) -> None:
    for number in numbers():
        migrate(empty, number)
        assert revision_of(empty) == number
        migrate_back(empty, "-1")
        migrate(empty, number)
    assert is_current(empty)


def test_the_migrated_tables_are_those_of_the_models(empty: Store) -> None:
    migrate(empty)
    with empty.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_the_comparison_sees_a_difference(empty: Store) -> None:
    migrate(empty)
    with empty.engine.begin() as connection:
        connection.execute(sa.text("ALTER TABLE person DROP COLUMN name"))
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert [change[0] for change in compare_metadata(context, SQLModel.metadata)] == ["add_column"]


def test_no_column_is_an_enumeration_of_postgresqls_own() -> None:
    """Its words cannot be changed within a migration, and its type outlives its tables."""
    load_models()
    columns = [column for table in SQLModel.metadata.tables.values() for column in table.columns]
    kinds = [column.type for column in columns if isinstance(column.type, sa.Enum)]
    assert kinds
    assert not any(kind.native_enum for kind in kinds)


def test_migrating_twice_changes_nothing(empty: Store) -> None:
    migrate(empty)
    with empty.unit_of_work() as uow:
        uow.session.add(Person(telegram_id=5, created_at=uow.now, seen_at=uow.now))
    migrate(empty)
    with empty.read() as session:
        assert len(session.exec(select(Person)).all()) == 1


def test_references_are_guarded_again_after_a_migration(empty: Store) -> None:
    migrate(empty)
    orphan = sa.text("INSERT INTO card (person_id, chat_id, message_id, kind, entity) VALUES (9, 1, 1, 'x', 1)")
    with pytest.raises(sa.exc.IntegrityError), empty.unit_of_work() as uow:
        uow.session.connection().execute(orphan)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the migrations to write into."""
    return Path(shutil.copytree(FOLDER, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__")))


def add_migration(folder: Path, upgrade: str) -> str:
    number = f"{int(newest_revision(folder) or 0) + 1:04}"
    below = repr(newest_revision(folder) or None)
    (folder / "versions" / f"{number}_test.py").write_text(
        f"from alembic import op\nrevision = {number!r}\ndown_revision = {below}\n"
        f"def upgrade():\n    {upgrade}\ndef downgrade():\n    pass\n"
    )
    return number


def test_a_migration_that_fails_leaves_everything_as_it_was(empty: Store, folder: Path) -> None:
    migrate(empty)
    before = revision_of(empty), tables(empty)
    add_migration(folder, "op.execute('CREATE TABLE half (id INTEGER)'); op.execute('SELECT nonsense')")
    with pytest.raises(sa.exc.DatabaseError):
        migrate(empty, folder=folder)
    assert (revision_of(empty), tables(empty)) == before


def test_a_migration_that_leaves_orphans_is_taken_back(tmp_path: Path, folder: Path) -> None:
    load_models()
    store = Store(f"sqlite:///{tmp_path}/lotse.db", Clock())
    migrate(store)
    with store.unit_of_work() as uow:
        uow.session.add(Person(id=1, telegram_id=5, created_at=uow.now, seen_at=uow.now))
        uow.session.flush()
        card = "INSERT INTO card (person_id, chat_id, message_id, kind, entity, shown) VALUES (1, 1, 1, 'x', 1, '')"
        uow.session.connection().execute(sa.text(card))
    add_migration(folder, "op.execute('DELETE FROM person')")
    with pytest.raises(BrokenReferences):
        migrate(store, folder=folder)
    with store.read() as session:
        assert len(session.exec(select(Person)).all()) == 1
    store.close()


def test_the_next_migration_numbers_itself_and_is_empty_when_nothing_changed(folder: Path) -> None:
    expected = f"{int(newest_revision(folder)) + 1:04}"
    path = write_migration("Add shift notes", folder)
    written = path.read_text("utf-8")
    assert path.name == f"{expected}_add_shift_notes.py"
    assert re.search(r'def upgrade\(\) -> None:\n    """[^\n]*"""\n    pass\n', written)


def test_a_new_column_is_written_into_the_next_migration(folder: Path, tmp_path: Path) -> None:
    load_models()
    extra = sa.Table("extra_of_a_test", SQLModel.metadata, sa.Column("id", sa.Integer, primary_key=True))
    try:
        written = write_migration("extra", folder).read_text("utf-8")
    finally:
        SQLModel.metadata.remove(extra)
    assert re.search(r"op.create_table\(\s*.extra_of_a_test.", written)
    assert re.search(r"op.drop_table\(.extra_of_a_test.\)", written)


def test_the_newest_number_is_read_without_alembic(tmp_path: Path) -> None:
    (tmp_path / "versions").mkdir()
    assert newest_revision(tmp_path) == ""
    for name in ("0002_b.py", "0010_c.py", "0001_a.py", "notes.txt"):
        (tmp_path / "versions" / name).touch()
    assert newest_revision(tmp_path) == "0010"
