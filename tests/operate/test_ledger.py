"""Ledger: each erasure is in a file beside the database as soon as it is done, and for ninety days."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import FEATURES
from bot.core.clock import FixedClock
from bot.core.erasure import LEDGER_KEPT, Erased, erase_person
from bot.core.person import Person
from bot.core.personal_data import in_order_of_erasure
from bot.core.store import Store
from bot.operate.ledger import FILE, LedgerKeeper, read_ledger, write_ledger
from bot.operate.problem import Problem

ENTRIES = in_order_of_erasure([feature.personal_data for feature in FEATURES])


def erase_somebody(store: Store, telegram_id: int = 7012345678901) -> None:
    with store.unit_of_work() as uow:
        person = Person(telegram_id=telegram_id, created_at=uow.now, seen_at=uow.now)
        uow.session.add(person)
        uow.session.flush()
        erase_person(uow, person, ENTRIES)


def digests(folder: Path) -> list[str]:
    return [json.loads(line)["digest"] for line in (folder / FILE).read_text().splitlines()]


def test_an_erasure_is_in_the_file_as_soon_as_it_is_done(store: Store, tmp_path: Path) -> None:
    store.on_commit.append(LedgerKeeper(store, tmp_path))
    assert digests(tmp_path) == []
    erase_somebody(store)
    assert len(digests(tmp_path)) == 1
    assert "7012345678901" not in (tmp_path / FILE).read_text()
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600
    assert not list(tmp_path.glob("*.part"))


def test_what_only_the_file_knows_stays_in_it_until_ninety_days_are_over(
    store: Store, tmp_path: Path, clock: FixedClock
) -> None:
    old, new = (Erased(digit * 64, clock.now() - timedelta(days=days)) for digit, days in (("a", 80), ("b", 1)))
    lines = [json.dumps({"digest": one.digest, "at": one.at.isoformat()}) for one in (old, new)]
    (tmp_path / FILE).write_text("\n".join(lines))
    write_ledger(store, tmp_path / FILE)
    assert read_ledger(str(tmp_path / FILE)) == {old, new}
    clock.jump(LEDGER_KEPT - timedelta(days=79))
    write_ledger(store, tmp_path / FILE)
    assert read_ledger(str(tmp_path / FILE)) == {new}


def test_a_file_that_was_lost_is_there_again_within_the_hour(store: Store, tmp_path: Path, clock: FixedClock) -> None:
    store.on_commit.append(LedgerKeeper(store, tmp_path))
    erase_somebody(store)
    (tmp_path / FILE).unlink()
    clock.jump(timedelta(minutes=61))
    with store.unit_of_work():
        pass
    assert len(digests(tmp_path)) == 1


def test_an_erasure_holds_though_the_file_cannot_be_written_and_is_in_it_later(
    store: Store, tmp_path: Path, clock: FixedClock, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "away"
    store.on_commit.append(LedgerKeeper(store, folder))
    erase_somebody(store)
    assert "ledger_not_written" in capsys.readouterr().out
    folder.mkdir()
    clock.jump(timedelta(minutes=2))
    with store.unit_of_work():
        pass
    assert len(digests(folder)) == 1


def test_the_ledger_of_a_lost_database_is_read_from_itself(store: Store, store_url: str, tmp_path: Path) -> None:
    erase_somebody(store)
    write_ledger(store, tmp_path / FILE)
    known = read_ledger(str(tmp_path / FILE))
    assert len(known) == 1
    assert read_ledger(store_url) == known
    if store.is_sqlite:
        assert read_ledger(store_url.removeprefix("sqlite:///")) == known


@pytest.mark.parametrize(
    "content",
    [
        b"SQLite format 3\x00 but no more",
        b"\xff\xfe",
        b'{"digest": "short", "at": "2026-02-02T09:00:00+00:00"}',
        b'{"digest": "' + b"a" * 64 + b'", "at": "2026-02-02T09:00:00"}',
        b'["a", "b"]',
    ],
)
def test_what_is_no_ledger_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(content)
    with pytest.raises(Problem, match="No ledger can be read there"):
        read_ledger(str(tmp_path / "file"))
