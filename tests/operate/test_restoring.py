"""Restoring: whoever was erased stays erased, nothing old opens, and nothing leaves before a human says so."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import inspect, text
from sqlmodel import select

from bot.app import FEATURES, build_bot
from bot.core.clock import Clock, FixedClock
from bot.core.erasure import erase_person, ledger
from bot.core.keyring import open_keyring
from bot.core.message import Screen, escaped
from bot.core.person import Person
from bot.core.personal_data import in_order_of_erasure
from bot.core.store import Store
from bot.features.buddies.models import BuddyApart
from bot.features.buddies.queries import apart_from, mark_of
from bot.operate.backup import back_up
from bot.operate.held import What, settle_held
from bot.operate.ledger import FILE, LedgerKeeper
from bot.operate.problem import Problem
from bot.operate.restoring import restore
from bot.operate.schema import migrate
from bot.settings import Settings
from tests.operate.conftest import lose, open_desk
from tests.support.town import Someone, Town

ENTRIES = in_order_of_erasure([feature.personal_data for feature in FEATURES])


def new_desk(settings: Settings, *telegram_ids: int) -> Store:
    """A database with these people, kept as by a running bot."""
    store = open_desk(settings)
    migrate(store)
    store.on_commit.append(LedgerKeeper(store, settings.data_dir))
    with store.unit_of_work() as uow:
        open_keyring(uow.session)
        for number in telegram_ids:
            uow.session.add(Person(telegram_id=number, created_at=uow.now, seen_at=uow.now))
    return store


def erase(store: Store, telegram_id: int) -> None:
    with store.unit_of_work() as uow:
        person = uow.session.exec(select(Person).where(Person.telegram_id == telegram_id)).one()
        erase_person(uow, person, ENTRIES)


def people(settings: Settings) -> set[int]:
    store = open_desk(settings)
    try:
        with store.read() as session:
            return set(session.exec(select(Person.telegram_id)))
    finally:
        store.close()


def wake_up(town: Town, settings: Settings) -> None:
    """Start the bot on the restored database, with the same phones around it."""
    town.store = open_desk(settings, town.clock)
    town.bot = build_bot(town.settings, town.store, town.client, "lotse_demo_bot", town._pace)


async def invitation(coordinator: Someone) -> str:
    await coordinator.says("/organisation")
    await coordinator.presses("Invite a colleague")
    return coordinator.last.partition("?start=")[2].split()[0]


async def test_a_restore_brings_nobody_back_opens_nothing_and_sends_nothing(settings: Settings, tmp_path: Path) -> None:
    clock = FixedClock(Clock().now())
    town = Town(new_desk(settings), clock, locales="en")
    town.store.clock = clock
    carla, anna, berta = [await town.someone(n, name, "en") for n, name in ((1, "Carla"), (2, "Anna"), (3, "Berta"))]
    town.appoint(carla, town.organisation())
    link = await invitation(carla)
    await berta.says("/forget")  # and does not press the button yet
    with town.store.unit_of_work() as uow:
        uow.outbox.answer(berta.person(), Screen(escaped("See you on Monday!")), origin="1")
    back_up(settings, tmp_path / "backup")
    await town.settle()
    await anna.says("/forget")
    await anna.presses("delete")
    lose(town.store, settings)

    done = restore(settings, tmp_path / "backup")
    assert (done.erased, done.has_ledger) == (1, True)
    assert done.held >= 1
    assert people(settings) == {1, 3}
    wake_up(town, settings)
    before = [len(who.screens) for who in (carla, anna, berta)]
    await town.settle()
    assert [len(who.screens) for who in (carla, anna, berta)] == before
    await berta.presses("delete")
    assert people(settings) == {1, 3}
    dilan = await town.someone(4, "Dilan", "en")
    await dilan.says(f"/start {link}")
    assert "You coordinate" not in dilan.everything
    assert berta.everything.count("See you on Monday!") == 1

    settle_held(settings, What.RELEASE)
    clock.jump(timedelta(minutes=1))
    await town.settle()
    assert berta.everything.count("See you on Monday!") == 2
    town.store.close()


def test_an_old_backup_restored_a_second_time_still_knows_who_was_erased_after_the_first(
    settings: Settings, tmp_path: Path
) -> None:
    store = new_desk(settings, 801, 802, 803)
    back_up(settings, tmp_path / "old")
    with store.unit_of_work() as uow:
        uow.session.add(Person(telegram_id=804, created_at=uow.now, seen_at=uow.now))
    back_up(settings, tmp_path / "newer")
    erase(store, 804)
    lose(store, settings)
    assert restore(settings, tmp_path / "old").erased == 0
    store = open_desk(settings)
    store.on_commit.append(LedgerKeeper(store, settings.data_dir))
    erase(store, 801)
    lose(store, settings)
    assert restore(settings, tmp_path / "newer").erased == 2
    assert people(settings) == {802, 803}


def test_without_a_ledger_it_is_said_that_the_erased_are_back(settings: Settings, tmp_path: Path) -> None:
    store = new_desk(settings, 801)
    back_up(settings, tmp_path / "backup")
    erase(store, 801)
    lose(store, settings)
    (settings.data_dir / FILE).rename(tmp_path / "kept elsewhere")
    done = restore(settings, tmp_path / "backup")
    assert people(settings) == {801}
    assert "is back" in " ".join(done.lines())
    lose(open_desk(settings), settings)
    assert restore(settings, tmp_path / "backup", str(tmp_path / "kept elsewhere")).erased == 1
    assert people(settings) == set()


def test_a_ledger_that_was_named_is_known_to_the_next_restore_too(settings: Settings, tmp_path: Path) -> None:
    store = new_desk(settings, 801)
    back_up(settings, tmp_path / "backup")
    erase(store, 801)
    lose(store, settings)
    (settings.data_dir / FILE).rename(tmp_path / "ledger")
    restore(settings, tmp_path / "backup", str(tmp_path / "ledger"))
    restored = open_desk(settings)
    LedgerKeeper(restored, settings.data_dir)
    lose(restored, settings)
    assert restore(settings, tmp_path / "backup").erased == 1
    assert people(settings) == set()


def test_a_pair_that_must_stay_apart_stays_apart_after_a_restore(settings: Settings, tmp_path: Path) -> None:
    store = new_desk(settings, 801, 802, 803)
    with store.unit_of_work() as uow:
        one, other, _ = uow.session.exec(select(Person).order_by(Person.telegram_id)).all()  # type: ignore[arg-type]
        uow.session.add(BuddyApart(mark=mark_of(open_keyring(uow.session), one, other)))
    back_up(settings, tmp_path / "backup")
    lose(store, settings)
    restore(settings, tmp_path / "backup")
    store = open_desk(settings)
    with store.read() as session:
        known = {person.telegram_id: person for person in session.exec(select(Person))}
        assert apart_from(session, known[801].key, known.values()) == {known[802].key}
    store.close()


def test_a_backup_of_a_newer_version_is_refused_and_the_place_stays_empty(settings: Settings, tmp_path: Path) -> None:
    store = new_desk(settings, 801)
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    back_up(settings, tmp_path / "backup")
    lose(store, settings)
    with pytest.raises(Problem, match="newer Lotse"):
        restore(settings, tmp_path / "backup")
    assert not list(settings.data_dir.glob("lotse.db*"))
    store = open_desk(settings)
    assert inspect(store.engine).get_table_names() == []
    store.close()


def test_a_ledger_that_is_none_is_refused_before_anything_is_touched(settings: Settings, tmp_path: Path) -> None:
    store = new_desk(settings, 801)
    back_up(settings, tmp_path / "backup")
    lose(store, settings)
    (tmp_path / "wrong").write_text("Anna, Berta\n")
    for name in (str(tmp_path / "wrong"), str(tmp_path / "missing"), "nonsense://"):
        with pytest.raises(Problem, match="No ledger can be read there"):
            restore(settings, tmp_path / "backup", name)
    store = open_desk(settings)
    assert inspect(store.engine).get_table_names() == []
    store.close()


def test_an_erasure_is_in_the_ledger_of_the_restored_database(settings: Settings, tmp_path: Path) -> None:
    store = new_desk(settings, 801)
    back_up(settings, tmp_path / "backup")
    erase(store, 801)
    with store.read() as session:
        (record,) = ledger(session)
    lose(store, settings)
    restore(settings, tmp_path / "backup")
    store = open_desk(settings)
    with store.read() as session:
        assert record in ledger(session)
    store.close()
