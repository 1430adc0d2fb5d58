"""Check: every trouble an operator may have is found, named in a line of its own, and mended by what it says."""

import asyncio
import os
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy import text

from bot.core.clock import Clock
from bot.core.store import Store
from bot.i18n import catalogues, update
from bot.operate.check import Mark, findings, is_well
from bot.operate.schema import migrate
from bot.settings import load_settings
from bot.web import serve

TOKEN = "123456:a-token-for-tests"
ME = {"id": 123456, "username": "lotse_test_bot", "can_read_all_group_messages": False}


@dataclass
class Telegram:
    """Answers the two questions of the check, as the test wants it."""

    me: dict[str, Any] = field(default_factory=lambda: dict(ME))
    webhook: dict[str, Any] = field(default_factory=lambda: {"url": "", "pending_update_count": 3})
    ahead: float = 0.0  # seconds of Telegram's clock before ours
    address: str = ""

    async def answer(self, request: web.Request) -> web.Response:
        if request.match_info["token"] != TOKEN:
            return web.json_response({"ok": False, "error_code": 401}, status=401)
        result = self.me if request.match_info["method"] == "getMe" else self.webhook
        date = formatdate(time.time() + self.ahead, usegmt=True)
        return web.json_response({"ok": True, "result": result}, headers={"Date": date})


@pytest.fixture
async def telegram() -> AsyncIterator[Telegram]:
    """A Telegram on a free port."""
    telegram = Telegram()
    app = web.Application()
    app.router.add_get("/bot{token}/{method}", telegram.answer)
    served = await serve(app, "127.0.0.1", 0)
    telegram.address = f"http://127.0.0.1:{served.port}"
    yield telegram
    await served.close()


@dataclass
class Desk:
    """An operator's machine."""

    telegram: Telegram
    folder: Path
    well: bool = True

    async def check(self, **given: Any) -> dict[str, str]:
        """The report's lines by their first word, without it."""
        whole = {"token": TOKEN, "api_url": self.telegram.address, "data_dir": self.folder, "locales": "en"}
        settings = load_settings(**{**whole, **given})
        # As on the command line, where no loop runs yet.
        found = await asyncio.to_thread(lambda: list(findings(settings)))
        self.well = is_well(found)
        return {finding.found.partition(":")[0]: str(finding) for finding in found}

    def store(self) -> Store:
        return Store(f"sqlite:///{self.folder}/lotse.db", Clock())


@pytest.fixture
def desk(telegram: Telegram, tmp_path: Path) -> Desk:
    """A machine where all is well: a migrated database and a fresh backup."""
    desk = Desk(telegram, tmp_path)
    store = desk.store()
    migrate(store)
    store.close()
    (tmp_path / "last-backup").touch()
    return desk


async def test_where_all_is_well_every_line_has_a_tick(desk: Desk) -> None:
    report = await desk.check()
    disk = report.pop("disk")
    assert [line for line in report.values() if not line.startswith(Mark.FINE)] == []
    assert "MB free" in disk
    assert desk.well
    assert "@lotse_test_bot" in report["token"]
    assert "by polling, 3 waiting" in report["updates"]
    assert "Europe/Berlin" in report["time zone"]


async def test_a_wrong_token_is_found(desk: Desk) -> None:
    report = await desk.check(token="424242:another-token-of-nobody")
    assert report["Telegram rejects LOTSE_TOKEN"].startswith("✗")
    assert "@BotFather" in report["Telegram rejects LOTSE_TOKEN"]
    assert not desk.well


async def test_a_missing_token_is_found(desk: Desk) -> None:
    report = await desk.check(token="")
    assert "LOTSE_TOKEN is missing" in report["token"]
    assert not desk.well


async def test_a_telegram_that_does_not_answer_is_found_and_the_rest_is_looked_at(desk: Desk) -> None:
    report = await desk.check(api_url="http://127.0.0.1:1")
    assert report["Telegram does not answer"].startswith("✗")
    assert TOKEN not in " ".join(report.values())
    assert report["database"].startswith("✓")
    assert not desk.well


async def test_a_webhook_that_takes_the_updates_away_is_found(desk: Desk) -> None:
    desk.telegram.webhook["url"] = "https://elsewhere.example"
    report = await desk.check()
    assert report["updates"].startswith("!")
    assert "lotse run removes it" in report["updates"]
    assert desk.well


async def test_a_webhook_telegram_cannot_reach_is_found(desk: Desk) -> None:
    desk.telegram.webhook |= {"url": "https://desk.example/x", "last_error_message": "Connection refused"}
    hook = {"webhook_url": "https://desk.example/telegram/webhook", "webhook_secret": "s"}
    report = await desk.check(mode="webhook", **hook)
    assert report["updates"].startswith("!")


@pytest.mark.parametrize(("ahead", "mark"), [(0, "✓"), (4, "✓"), (-4, "✓"), (30, "!"), (-3600, "!")])
async def test_a_wrong_clock_is_found(ahead: int, mark: str, desk: Desk) -> None:
    desk.telegram.ahead = ahead
    report = await desk.check()
    assert report["clock"].startswith(mark)
    assert ("NTP" in report["clock"]) == (mark == "!")


async def test_a_database_that_is_not_there_yet_is_no_trouble_and_is_not_made(desk: Desk) -> None:
    (desk.folder / "lotse.db").unlink()
    report = await desk.check()
    assert report["database"].startswith("!")
    assert desk.well
    assert not (desk.folder / "lotse.db").exists()


async def test_a_database_that_does_not_answer_is_found(desk: Desk) -> None:
    report = await desk.check(database_url="postgresql://lotse:hidden-pw@127.0.0.1:1/lotse")
    assert report["database"].startswith("✗")
    assert "hidden-pw" not in " ".join(report.values())
    assert not desk.well


async def test_a_database_that_cannot_be_written_is_found(desk: Desk) -> None:
    (desk.folder / "lotse.db").write_bytes(b"this is no database" * 100)
    report = await desk.check()
    assert report["database"].startswith("✗")


@pytest.mark.parametrize(("number", "mark"), [("0000", "!"), ("9999", "✗")])
async def test_tables_of_another_version_are_found(number: str, mark: str, desk: Desk) -> None:
    store = desk.store()
    with store.engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :n"), {"n": number})
    store.close()
    report = await desk.check()
    assert report["database"].startswith(mark)


async def test_the_look_at_the_database_leaves_nothing_there(desk: Desk) -> None:
    await desk.check()
    store = desk.store()
    with store.read() as session:
        found = session.connection().execute(text("SELECT 1 FROM sqlite_master WHERE name = 'lotse_check'"))
        assert found.first() is None
    store.close()


async def test_a_data_folder_that_is_a_file_is_found(desk: Desk) -> None:
    file = desk.folder / "file"
    file.touch()
    report = await desk.check(data_dir=file, database_url=f"sqlite:///{desk.folder}/lotse.db")
    assert report["data folder"].startswith("✗")
    assert not desk.well


async def test_a_data_folder_that_is_not_there_yet_is_no_trouble(desk: Desk) -> None:
    report = await desk.check(data_dir=desk.folder / "new")
    assert report["data folder"].startswith("!")
    assert not (desk.folder / "new").exists()
    assert desk.well


async def test_an_old_backup_is_found(desk: Desk) -> None:
    old = time.time() - 3 * 86400
    os.utime(desk.folder / "last-backup", (old, old))
    assert "3 days old" in (await desk.check())["backup"]


async def test_a_missing_backup_is_found(desk: Desk) -> None:
    (desk.folder / "last-backup").unlink()
    assert "none yet" in (await desk.check())["backup"]


async def test_a_language_that_lacks_texts_is_found_and_people_can_still_be_served(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    locales = tmp_path / "locales"
    update(locales)
    monkeypatch.setattr(catalogues, "catalogue_folder", lambda: locales)
    report = await desk.check(locales="en,de")
    assert report["language de"].startswith("!")
    assert "translate locales/de/LC_MESSAGES/bot.po" in report["language de"]
    assert desk.well
