"""Settings: what an operator sets wrongly is named in one line, and what is secret is never shown."""

import os
from pathlib import Path

import pytest

from bot.settings import LAENDER, Settings, SettingsError, load_settings

TOKEN = "123456:a-token-that-opens-nothing"
SECRET = "hush-hush"


@pytest.fixture(autouse=True)
def bare_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nothing of this machine's settings, and an empty folder to stand in."""
    for name in list(os.environ):
        if name.startswith("LOTSE_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_the_defaults_hold(tmp_path: Path) -> None:
    settings = load_settings()
    assert settings.api_url == "https://api.telegram.org"
    assert settings.data_dir == tmp_path / "data"
    assert settings.database_url == f"sqlite:///{tmp_path}/data/lotse.db"
    assert (settings.mode, settings.host, settings.port) == ("polling", "127.0.0.1", 8080)
    assert (settings.timezone, settings.land, settings.rate) == ("Europe/Berlin", "BW", 30)
    assert settings.locales == ("en", "de", "uk", "ar")


def test_the_environment_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "LOTSE_TOKEN": TOKEN,
        "LOTSE_ADMINS": "12, 34",
        "LOTSE_LOCALES": "de,en",
        "LOTSE_LISTEN": "[::1]:0",
        "LOTSE_DATABASE_URL": "postgresql://lotse:pw@db/lotse",
        "LOTSE_API_URL": "http://127.0.0.1:8081/",
    }.items():
        monkeypatch.setenv(name, value)
    settings = load_settings()
    assert settings.need_token() == TOKEN
    assert settings.admins == (12, 34)
    assert settings.locales == ("de", "en")
    assert (settings.host, settings.port) == ("::1", 0)
    assert settings.database_url == "postgresql://lotse:pw@db/lotse"
    assert settings.api_url == "http://127.0.0.1:8081"


def test_an_empty_variable_counts_as_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_RATE", "")
    assert load_settings().rate == 30


def test_a_file_named_env_is_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"LOTSE_TOKEN={TOKEN}\nOTHER=1\n")
    assert load_settings().need_token() == TOKEN


def test_secrets_are_read_from_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    folder = tmp_path / "secrets"
    folder.mkdir()
    (folder / "lotse_token").write_text(f"{TOKEN}\n")
    (folder / "postgres_password").write_text("of somebody else")
    monkeypatch.setenv("LOTSE_SECRETS_DIR", str(folder))
    assert load_settings().need_token() == TOKEN


def test_what_code_hands_over_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOTSE_RATE", "7")
    assert load_settings(rate=9).rate == 9


@pytest.mark.parametrize("land", sorted(LAENDER))
def test_every_land_is_known(land: str) -> None:
    assert load_settings(land=land).land == land


def test_there_are_sixteen_laender() -> None:
    assert len(LAENDER) == 16


WRONG = {
    "LOTSE_TOKEN": "not a token",
    "LOTSE_API_URL": "telegram",
    "LOTSE_DATABASE_URL": "mysql://lotse:pw@db/lotse",
    "LOTSE_MODE": "pulling",
    "LOTSE_WEBHOOK_URL": "http://desk.example",
    "LOTSE_WEBHOOK_SECRET": "with spaces",
    "LOTSE_LISTEN": "8080",
    "LOTSE_ADMINS": "1,nobody",
    "LOTSE_TIMEZONE": "Europe/Weingarten",
    "LOTSE_LAND": "XX",
    "LOTSE_LOCALES": "en,tlh",
    "LOTSE_RATE": "0",
    "LOTSE_LOG": "loud",
    "LOTSE_SECRETS_DIR": "/there/is/nothing",
}
ALSO_WRONG = [
    ("LOTSE_RATE", "1001"),
    ("LOTSE_RATE", "many"),
    ("LOTSE_LOCALES", "de,uk"),
    ("LOTSE_LOCALES", "en,../en"),
    ("LOTSE_LISTEN", "127.0.0.1:99999"),
    ("LOTSE_ADMINS", "-5"),
    ("LOTSE_TIMEZONE", "../../etc/passwd"),
    ("LOTSE_WEBHOOK_SECRET", "x" * 257),
    ("LOTSE_DATABASE_URL", "nonsense"),
]


@pytest.mark.parametrize(("name", "value"), [*WRONG.items(), *ALSO_WRONG])
def test_a_wrong_setting_is_named_in_one_line(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError) as caught:
        load_settings()
    line = str(caught.value)
    assert line.startswith(name)
    assert "\n" not in line
    assert value not in line or value in ("0", "8080", "telegram")
    # The chain behind the error would show the value in a traceback.
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None or caught.value.__suppress_context__


@pytest.mark.parametrize("missing", ["webhook_url", "webhook_secret"])
def test_webhook_mode_needs_its_address_and_its_secret(missing: str) -> None:
    whole = {"webhook_url": "https://desk.example/telegram/webhook", "webhook_secret": SECRET}
    assert load_settings(mode="webhook", **whole).mode == "webhook"
    with pytest.raises(SettingsError, match=f"^LOTSE_{missing.upper()} "):
        load_settings(mode="webhook", **{**whole, missing: ""})


def test_a_missing_token_is_said_by_the_verbs_that_need_it() -> None:
    settings = load_settings()
    with pytest.raises(SettingsError, match="LOTSE_TOKEN is missing"):
        settings.need_token()


def test_settings_show_no_secret_when_they_are_printed() -> None:
    settings = load_settings(
        token=TOKEN, webhook_secret=SECRET, database_url="postgresql://lotse:hidden-pw@db/lotse", admins="987654"
    )
    shown = f"{settings!r} {settings!s} {settings.model_dump()['token']}"
    for secret in (TOKEN, SECRET, "hidden-pw", "987654"):
        assert secret not in shown
    assert set(settings.secrets) == {TOKEN, SECRET, "hidden-pw"}


def test_settings_cannot_be_changed_later() -> None:
    settings = Settings()
    with pytest.raises(ValueError, match="frozen"):
        settings.rate = 5
