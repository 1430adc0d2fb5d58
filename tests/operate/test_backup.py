"""Backup: a whole copy while the bot writes, and a way back after which nothing leaves or opens twice."""

import sqlite3
import stat
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import col, select

from bot.core.keyring import Keyring, Secret, open_keyring
from bot.core.outbox import Outgoing, State
from bot.core.person import Person
from bot.core.store import Store
from bot.operate.backup import MARK, back_up
from bot.operate.problem import Problem
from bot.operate.restoring import restore
from bot.operate.schema import is_current, migrate
from bot.settings import Settings, load_settings
from tests.operate.conftest import lose, open_desk


@pytest.fixture
def desk(settings: Settings) -> Iterator[Store]:
    """A database with a person, a key and one message in every state."""
    store = open_desk(settings)
    migrate(store)
    with store.unit_of_work() as uow:
        open_keyring(uow.session)
        uow.session.add(Person(telegram_id=5, name="Anna", created_at=uow.now, seen_at=uow.now))
        for number, state in enumerate(State):
            message = Outgoing(key=f"m{number}", chat_id=5, kind="x", created_at=uow.now, not_before=uow.now)
            message.state = state
            uow.session.add(message)
    yield store
    store.close()


def test_what_was_backed_up_comes_back_whole_and_safe(settings: Settings, desk: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    back_up(settings, file)
    with desk.read() as session:
        old = session.exec(select(Secret)).one().value
    lose(desk, settings)
    assert restore(settings, file).held == 2
    store = open_desk(settings)
    assert is_current(store)
    with store.read() as session:
        assert session.exec(select(Person.name)).all() == ["Anna"]
        states = {row.key: row.state for row in session.exec(select(Outgoing))}
        kept = {f"m{number}": str(state) for number, state in enumerate(State)}
        assert states == kept | {"m0": "held", "m1": "held"}  # pending and sending
        secrets = session.exec(select(Secret).order_by(col(Secret.generation))).all()
        assert [secret.value == old for secret in secrets] == [True, False]
        assert open_keyring(session).key("buttons") != Keyring(old).key("buttons")
    store.close()


def test_only_its_owner_may_read_a_backup_and_its_time_is_marked(
    settings: Settings, desk: Store, tmp_path: Path
) -> None:
    file = tmp_path / "backup"
    back_up(settings, file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert (settings.data_dir / MARK).exists()
    assert not list(tmp_path.glob("*.part"))


def test_a_backup_is_never_written_over(settings: Settings, desk: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    file.write_text("of yesterday")
    with pytest.raises(Problem, match="exists; name a new file"):
        back_up(settings, file)
    assert file.read_text() == "of yesterday"


def test_nothing_is_restored_over_a_database(settings: Settings, desk: Store, tmp_path: Path) -> None:
    file = tmp_path / "backup"
    back_up(settings, file)
    with pytest.raises(Problem):
        restore(settings, file)
    with desk.read() as session:
        assert session.exec(select(Outgoing).where(Outgoing.state == State.PENDING)).all()


def test_a_backup_made_while_the_bot_writes_is_sound(tmp_path: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path / "data"), locales="en")
    store = open_desk(settings)
    migrate(store)
    stop = threading.Event()

    def write() -> None:
        number = 1
        while not stop.is_set():
            with store.unit_of_work() as uow:  # always two together
                for _ in range(2):
                    uow.session.add(Person(telegram_id=number, created_at=uow.now, seen_at=uow.now))
                    number += 1

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(5):
            back_up(settings, tmp_path / f"backup{number}")
    finally:
        stop.set()
        writer.join()
        store.close()
    for number in range(5):
        database = sqlite3.connect(tmp_path / f"backup{number}")
        (count,) = database.execute("SELECT count(*) FROM person").fetchone()
        database.close()
        assert count % 2 == 0


@pytest.mark.parametrize("content", [b"", b"this is no database" * 100, b"SQLite format 3\x00 but no more"])
def test_what_is_no_backup_is_refused_and_leaves_no_database(content: bytes, tmp_path: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path / "data"), locales="en")
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(Problem, match="not a sound database of Lotse"):
        restore(settings, tmp_path / "file")
    assert list((tmp_path / "data").iterdir()) == []


def test_a_strange_journal_beside_an_empty_place_is_refused(tmp_path: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path / "data"), locales="en")
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "lotse.db-wal").write_bytes(b"of a database that was deleted")
    (tmp_path / "file").touch()
    with pytest.raises(Problem, match="move it away"):
        restore(settings, tmp_path / "file")


def test_without_a_database_there_is_nothing_to_back_up(tmp_path: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path / "data"), locales="en")
    with pytest.raises(Problem, match="There is no database"):
        back_up(settings, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


def test_without_the_client_programs_the_mend_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    settings = load_settings(data_dir=str(tmp_path), locales="en", database_url="postgresql://a:hidden-pw@db/a")
    with pytest.raises(Problem, match="pg_dump is missing; install") as caught:
        back_up(settings, tmp_path / "backup")
    assert "hidden-pw" not in str(caught.value)
    (tmp_path / "backup").touch()
    with pytest.raises(Problem, match="pg_restore is missing; install"):
        restore(settings, tmp_path / "backup")


@pytest.mark.parametrize("file", ["no/such/folder/backup", "."])
def test_a_place_that_cannot_be_written_is_said(file: str, tmp_path: Path) -> None:
    settings = load_settings(data_dir=str(tmp_path), locales="en")
    with pytest.raises(Problem):
        back_up(settings, tmp_path / file)
