"""Settings: read once from environment, `.env` and secrets folder, and checked before anything starts."""

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict
from pydantic_settings import SettingsError as SourceError
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from bot.core.catalogue import catalogue_folder
from bot.core.languages import SOURCE

T = TypeVar("T")
LOCALES = ("en", "de", "uk", "ar")
SECRETS = "LOTSE_SECRETS_DIR"
USUAL_SECRETS = Path("/run/secrets")
LAENDER = frozenset(("BW", "BY", "BE", "BB", "HB", "HH", "HE", "MV", "NI", "NW", "RP", "SL", "SN", "ST", "SH", "TH"))
DATABASES = frozenset({"sqlite", "postgres", "postgresql", "postgresql+psycopg"})

MENDS = {
    "token": "is no bot token; paste it as BotFather gave it, like 123456:ABC-def",
    "api_url": "must be an address like https://api.telegram.org",
    "data_dir": "must name a folder",
    "database_url": "must be like sqlite:////srv/lotse.db or postgresql://name:password@host/database",
    "mode": "must be polling or webhook",
    "webhook_url": "must be the https:// address where Telegram reaches /telegram/webhook (mode webhook)",
    "webhook_secret": "must be 1 to 256 of the characters A-Z a-z 0-9 _ - (mode webhook)",
    "listen": "must be host:port, like 127.0.0.1:8080",
    "admins": "must be Telegram ids with commas between, like 1234,5678",
    "timezone": "must be a time zone like Europe/Berlin",
    "land": f"must be one of {' '.join(sorted(LAENDER))}",
    "locales": "must be languages with commas between, en and others that have a folder in locales/",
    "rate": "must be a number of messages a second, 1 to 1000",
    "log": "must be debug, info, warning or error",
}


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one line that names it and the mend, never its value."""


class Settings(BaseSettings):
    """Everything an operator decides. Each field is the environment's ``LOTSE_`` and its name in capitals."""

    model_config = SettingsConfigDict(
        env_prefix="LOTSE_",
        env_file=".env",
        env_ignore_empty=True,
        extra="ignore",
        frozen=True,
        hide_input_in_errors=True,
    )

    token: SecretStr = SecretStr("")
    api_url: str = "https://api.telegram.org"
    data_dir: Path = Path("data")
    database_url: str = Field(default="", repr=False)  # may hold a password
    mode: Literal["polling", "webhook"] = "polling"
    webhook_url: str = ""
    webhook_secret: SecretStr = SecretStr("")
    listen: str = "127.0.0.1:8080"
    admins: Annotated[tuple[int, ...], NoDecode] = Field(default=(), repr=False)
    timezone: str = "Europe/Berlin"
    land: str = "BW"
    locales: Annotated[tuple[str, ...], NoDecode] = Field(default=LOCALES, validate_default=True)
    rate: int = Field(default=30, ge=1, le=1000)
    log: Literal["debug", "info", "warning", "error"] = "info"

    @property
    def host(self) -> str:
        """The address the web side listens on."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port the web side listens on; 0 takes a free one."""
        return int(self.listen.rpartition(":")[2])

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every value that must never be seen in a log."""
        held = (self.token.get_secret_value(), self.webhook_secret.get_secret_value())
        password = make_url(self.database_url).password
        return tuple(value for value in (*held, password or "") if value)

    def need_token(self) -> str:
        """Return the token, for the verbs that speak to Telegram.

        :raises SettingsError: there is none.
        """
        if not self.token.get_secret_value():
            raise SettingsError("LOTSE_TOKEN is missing; ask @BotFather for one and set it, or put it into .env")
        return self.token.get_secret_value()

    @field_validator("admins", "locales", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @field_validator("admins")
    @classmethod
    def _check_admins(cls, value: tuple[int, ...]) -> tuple[int, ...]:
        return _demand(value, all(number > 0 for number in value))

    @field_validator("token")
    @classmethod
    def _check_token(cls, value: SecretStr) -> SecretStr:
        return _demand(value, re.fullmatch(r"(\d+:[A-Za-z0-9_-]+)?", value.get_secret_value()))

    @field_validator("webhook_secret")
    @classmethod
    def _check_secret(cls, value: SecretStr) -> SecretStr:
        return _demand(value, re.fullmatch(r"[A-Za-z0-9_-]{0,256}", value.get_secret_value()))

    @field_validator("api_url")
    @classmethod
    def _check_api_url(cls, value: str) -> str:
        return _demand(value.rstrip("/"), re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value))

    @field_validator("webhook_url")
    @classmethod
    def _check_webhook_url(cls, value: str) -> str:
        # Telegram itself takes https alone; a Bot API server on the same machine takes http as well.
        return _demand(value, re.fullmatch(r"(https://\S+|http://(127\.0\.0\.1|localhost)[:/]\S+)?", value))

    @field_validator("listen")
    @classmethod
    def _check_listen(cls, value: str) -> str:
        found = re.fullmatch(r"([^\s:\[\]]+|\[[0-9a-fA-F:.]+\]):(\d{1,5})", value)
        return _demand(value, found and int(found[2]) <= 65535)

    @field_validator("timezone")
    @classmethod
    def _check_timezone(cls, value: str) -> str:
        try:
            return ZoneInfo(value).key
        except (ValueError, OSError, LookupError):
            raise ValueError("timezone") from None

    @field_validator("land")
    @classmethod
    def _check_land(cls, value: str) -> str:
        return _demand(value, value in LAENDER)

    @field_validator("locales")
    @classmethod
    def _check_locales(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return _demand(value, SOURCE in value and all(has_catalogue(code) for code in value))

    @model_validator(mode="after")
    def _complete(self) -> "Settings":
        # Past the freezing, once: which file is the default depends on another setting.
        object.__setattr__(self, "data_dir", self.data_dir.expanduser().absolute())
        if not self.database_url:
            url = URL.create("sqlite", database=str(self.data_dir / "lotse.db"))
            object.__setattr__(self, "database_url", url.render_as_string(hide_password=False))
        return self


def has_catalogue(code: str) -> bool:
    """Say whether Lotse speaks a language; English is in the code itself."""
    sound = re.fullmatch(r"[A-Za-z@_-]+", code) is not None
    return code == SOURCE or (sound and (catalogue_folder() / code / "LC_MESSAGES" / "bot.po").is_file())


def load_settings(**overrides: Any) -> Settings:
    """Read and check the settings; ``overrides`` win over everything else.

    :raises SettingsError: something is wrong; one line says what and how to mend it.
    """
    try:
        settings = Settings(**{"_secrets_dir": _secrets_folder(), **overrides})
    except ValidationError as error:
        raise SettingsError(_first(error)) from None
    except (SourceError, OSError, UnicodeDecodeError):
        raise SettingsError(f".env or the folder of {SECRETS} cannot be read; check owner, rights and UTF-8") from None
    _check_whole(settings)
    return settings


def _check_whole(settings: Settings) -> None:
    try:
        known = make_url(settings.database_url).drivername in DATABASES
    except (ArgumentError, ValueError):
        known = False
    if not known:
        raise SettingsError(_line("database_url"))
    if settings.mode == "webhook":
        for name in ("webhook_url", "webhook_secret"):
            if not str(getattr(settings, name)):
                raise SettingsError(_line(name))


def _secrets_folder() -> Path | None:
    named = os.environ.get(SECRETS)
    if named and not Path(named).is_dir():
        raise SettingsError(f"{SECRETS} must name a folder that exists")
    return Path(named) if named else USUAL_SECRETS if USUAL_SECRETS.is_dir() else None


def _first(error: ValidationError) -> str:
    place = error.errors(include_input=False, include_context=False, include_url=False)[0]["loc"]
    return _line(str(place[0]).lower() if place else "")


def _line(field: str) -> str:
    field = field.removeprefix("lotse_")
    return f"LOTSE_{field.upper()} {MENDS.get(field, 'is wrong')}"


def _demand(value: T, sound: object) -> T:
    # The text is never shown: MENDS has it, and nothing here may hold the value.
    if not sound:
        raise ValueError("unsound")
    return value
