"""The command line: every verb explains itself, and what is wrong is one line with an exit code."""

import asyncio
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest
from sqlmodel import select

from bot.cli import main
from bot.core.clock import Clock
from bot.core.store import Store
from bot.features.organisations.models import Organisation
from bot.operate.schema import is_current
from bot.settings import Settings
from tests.demo.serving import open_site
from tests.operate.test_running import settings
from tests.support.logs import logging_as_it_was
from tests.support.programs import lotse

T = TypeVar("T")
VERBS = ["run", "demo", "check", "migrate", "seed", "invite", "backup", "restore", "release"]
VERBS += ["i18n", "migration"]


@pytest.fixture(autouse=True)
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of the operator's own, and logging as it was afterwards."""
    for name in list(os.environ):
        if name.startswith("LOTSE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LOTSE_LOCALES", "en")
    monkeypatch.chdir(tmp_path)
    with logging_as_it_was():
        yield tmp_path


def said(capsys: pytest.CaptureFixture[str]) -> str:
    printed = capsys.readouterr()
    assert "Traceback" not in printed.err
    return printed.out + printed.err


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main([verb, "--help"])
    assert ended.value.code == 0
    assert len(said(capsys).splitlines()) > 4


def test_the_help_names_every_verb_and_every_setting(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    text = said(capsys)
    for verb in VERBS:
        assert re.search(rf"^    {verb}\b", text, re.MULTILINE)
    for field in Settings.model_fields:
        assert f"LOTSE_{field.upper()} " in text


@pytest.mark.parametrize("arguments", [[], ["fly"], ["backup"], ["invite"], ["i18n", "burn"]])
def test_what_is_asked_wrongly_ends_with_two(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    assert ended.value.code == 2
    assert "usage: lotse" in said(capsys)


@pytest.mark.parametrize("verb", [["run"], ["check"], ["migrate"], ["backup", "x"], ["invite", "--admin"]])
def test_a_wrong_setting_is_one_line_for_every_verb(
    verb: list[str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("LOTSE_LAND", "Bavaria")
    assert main(verb) == 2
    text = said(capsys)
    assert text.startswith("LOTSE_LAND must be one of")
    assert len(text.splitlines()) == 1


def test_migrate_makes_the_tables_and_may_be_repeated(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["migrate"]) == 0
    assert main(["migrate"]) == 0
    assert "The tables are those of this version" in said(capsys)
    store = Store(f"sqlite:///{desk}/data/lotse.db", Clock())
    assert is_current(store)
    store.close()


def test_backup_and_restore_go_together(
    desk: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["migrate"]) == 0
    assert main(["backup", "copy.db"]) == 0
    assert main(["restore", "copy.db"]) == 2
    assert "exists; stop the bot and move it away first" in said(capsys)
    monkeypatch.setenv("LOTSE_DATA_DIR", str(desk / "new"))
    assert main(["restore", "copy.db"]) == 0
    assert "0 messages" in said(capsys)


def test_a_database_without_tables_is_not_seeded(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["seed", "centre.yaml"]) == 2
    assert "lotse migrate" in said(capsys)


SEED = """
centre: {name: Centre, address: Street 1, opening_hours: {mon: ["09:00-12:00"]}, checked: 2026-01-31}
organisations:
  - {key: stadt, kind: town, regime: GDPR, name: Stadt}
"""


def test_a_file_is_seeded_and_a_wrong_one_is_refused(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "centre.yaml").write_text(SEED)
    (desk / "wrong.yaml").write_text(SEED.replace("regime: GDPR", "regime: none"))
    main(["migrate"])
    assert main(["seed", "centre.yaml"]) == 0
    assert main(["seed", "wrong.yaml"]) == 2
    assert main(["seed", "missing.yaml"]) == 2
    assert "1 organisations" in said(capsys)
    store = Store(f"sqlite:///{desk}/data/lotse.db", Clock())
    with store.read() as session:
        assert session.exec(select(Organisation.key)).all() == ["stadt"]
    store.close()


async def until(look: Callable[[], T]) -> T:
    """Look again and again until there is something to see."""
    async with asyncio.timeout(20):
        while not (seen := look()):
            await asyncio.sleep(0.05)
    return seen


async def test_an_invitation_from_the_command_line_makes_an_admin(desk: Path) -> None:
    async with open_site() as site:
        given, telegram = settings(site), site.desk.telegram
        async with lotse("migrate", folder=desk, **given) as program:
            assert await program.ends() == 0
        async with lotse("invite", "--admin", folder=desk, **given) as program:
            assert await program.ends() == 0
        link = program.said.strip()
        assert re.fullmatch(r"https://t\.me/\w+\?start=inv-[A-Za-z0-9_-]{32}", link)
        async with lotse("run", folder=desk, **given) as program:
            telegram.user(101, "Olena", "en")
            telegram.open_link(101, link)
            asked = await until(lambda: [m for m in telegram.chat(101) if "English" in str(m.captions)])
            telegram.press(101, asked[0].message_id, next(c for c in asked[0].captions if "English" in c))
            await until(lambda: [m for m in telegram.chat(101) if "You are an admin" in m.text])
            assert await program.stops() == 0
        assert link.rpartition("inv-")[2] not in program.said


async def test_an_organisation_that_is_not_there_is_said_with_those_that_are(desk: Path) -> None:
    (desk / "centre.yaml").write_text(SEED)
    async with open_site() as site:
        given = settings(site)
        for verb in (["migrate"], ["seed", "centre.yaml"]):
            async with lotse(*verb, folder=desk, **given) as program:
                assert await program.ends() == 0
        async with lotse("invite", "--organisation", "stad", folder=desk, **given) as program:
            assert await program.ends() == 2
        assert program.said.strip() == "There is no organisation stad; did you mean stadt?"
        async with lotse("invite", "--organisation", "stadt", folder=desk, **given) as program:
            assert await program.ends() == 0
        assert "start=inv-" in program.said


async def test_check_reports_line_by_line_and_ends_with_one_if_something_is_wrong(desk: Path) -> None:
    async with open_site() as site:
        async with lotse("check", folder=desk, **settings(site)) as program:
            assert await program.ends() == 0
        assert all(line[0] in "✓!" for line in program.said.splitlines())
        async with lotse("check", folder=desk, **settings(site, api_url="http://127.0.0.1:1")) as program:
            assert await program.ends() == 1
        assert "✗ Telegram does not answer" in program.said


def test_a_database_that_fails_is_said_without_its_statements(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (desk / "data").mkdir()
    (desk / "data" / "lotse.db").write_bytes(b"this is no database" * 100)
    assert main(["migrate"]) == 1
    text = said(capsys)
    assert text.startswith("The database failed (DatabaseError)")
    assert "SELECT" not in text
    assert "PRAGMA" not in text
