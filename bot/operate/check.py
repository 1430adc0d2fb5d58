"""Check: one look at everything that can keep Lotse from working, each with its mend."""

import asyncio
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.core.clock import Clock
from bot.core.store import Store, StoreUnavailable
from bot.i18n import texts, untranslated
from bot.operate.account import Reply, TelegramAway, ask
from bot.operate.backup import MARK
from bot.operate.opening import sqlite_file
from bot.operate.schema import newest_revision, revision_of
from bot.settings import Settings, SettingsError

SKEW = 5.0  # seconds
MEGABYTE = 1_000_000
SCARCE, LITTLE = 100 * MEGABYTE, 1000 * MEGABYTE  # of disk space
OLD_BACKUP = 2 * 24 * 3600  # seconds


class Mark(StrEnum):
    """How a finding stands; only WRONG keeps Lotse from working."""

    FINE = "✓"
    DOUBTFUL = "!"
    WRONG = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what was found and, if it is not fine, the mend."""

    mark: Mark
    found: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.mark} {self.found}" + (f" – {self.mend}" if self.mend else "")


def findings(settings: Settings) -> Iterator[Finding]:
    """Look at everything, the network first because it fails most."""
    yield from asyncio.run(_telegram(settings))
    yield from _folder(settings)
    yield _database(settings)
    yield _time_zone(settings)
    yield from _languages(settings)
    yield _backup(settings)


def is_well(found: list[Finding]) -> bool:
    """Say whether Lotse can work."""
    return all(finding.mark != Mark.WRONG for finding in found)


async def _telegram(settings: Settings) -> list[Finding]:
    try:
        settings.need_token()
        me = await ask(settings, "getMe")
        hook = await ask(settings, "getWebhookInfo")
    except SettingsError as error:
        return [Finding(Mark.WRONG, "token", str(error))]
    except TelegramAway:
        mend = f"check the network and LOTSE_API_URL ({settings.api_url})"
        return [Finding(Mark.WRONG, "Telegram does not answer", mend)]
    if me.rejected or not isinstance(me.result, dict):
        return [Finding(Mark.WRONG, "Telegram rejects LOTSE_TOKEN", "ask @BotFather for the present token")]
    return [_token(me.result), _webhook(settings, hook), _clock(me)]


def _token(me: dict[str, object]) -> Finding:
    groups = "all messages" if me.get("can_read_all_group_messages") else "only commands"
    return Finding(Mark.FINE, f"token: this is @{me.get('username')}; in groups it reads {groups}")


def _webhook(settings: Settings, hook: Reply) -> Finding:
    info = hook.result if isinstance(hook.result, dict) else {}
    is_set = bool(info.get("url"))
    waiting = f"{info.get('pending_update_count', 0)} waiting"
    if settings.mode == "polling" and is_set:
        mend = "lotse run removes it; whoever set it gets nothing more then"
        return Finding(Mark.DOUBTFUL, f"updates: a webhook is set though LOTSE_MODE is polling, {waiting}", mend)
    if info.get("last_error_message"):
        mend = "look at the reverse proxy before LOTSE_LISTEN and at LOTSE_WEBHOOK_URL"
        return Finding(Mark.DOUBTFUL, f"updates: Telegram could not deliver to the webhook, {waiting}", mend)
    return Finding(Mark.FINE, f"updates: by {settings.mode}, {waiting}")


def _clock(reply: Reply) -> Finding:
    if reply.skew is None:
        return Finding(Mark.DOUBTFUL, "clock: Telegram told no time to compare with", "look at it yourself")
    if abs(reply.skew) > SKEW:
        return Finding(Mark.DOUBTFUL, f"clock: {reply.skew:+.0f} s against Telegram", "switch on NTP")
    return Finding(Mark.FINE, "clock: agrees with Telegram's")


def _folder(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    try:
        with tempfile.TemporaryFile(dir=folder):
            yield Finding(Mark.FINE, f"data folder: {folder} can be written")
    except FileNotFoundError:
        yield Finding(Mark.DOUBTFUL, f"data folder: {folder} is not there", "lotse run makes it")
    except OSError:
        yield Finding(Mark.WRONG, f"data folder: {folder} cannot be written", "give Lotse's user the right")
    free = shutil.disk_usage(_nearest(folder)).free
    mark = Mark.WRONG if free < SCARCE else Mark.DOUBTFUL if free < LITTLE else Mark.FINE
    mend = "" if mark == Mark.FINE else "make room; SQLite stops when the disk is full"
    yield Finding(mark, f"disk: {free // MEGABYTE:,} MB free", mend)


def _nearest(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())


def _database(settings: Settings) -> Finding:
    file = sqlite_file(settings)
    if file and not file.exists():
        return Finding(Mark.DOUBTFUL, f"database: {file} is not there yet", "lotse run makes it")
    store = Store(settings.database_url, Clock())
    try:
        with store.engine.connect() as connection:
            # Rolled back by leaving: it shows that we may write and leaves nothing.
            connection.execute(text("CREATE TABLE lotse_check (number INTEGER)"))
            connection.rollback()
        found = revision_of(store)
    except (StoreUnavailable, SQLAlchemyError):
        mend = "check LOTSE_DATABASE_URL, that the server runs, and the rights"
        return Finding(Mark.WRONG, "database: cannot be reached or written", mend)
    finally:
        store.close()
    kind = "SQLite" if store.is_sqlite else "PostgreSQL"
    if found == newest_revision():
        return Finding(Mark.FINE, f"database: {kind}, can be written, tables of this version ({found})")
    if found > newest_revision():
        return Finding(Mark.WRONG, f"database: used by a newer Lotse ({found})", "start that version")
    return Finding(Mark.DOUBTFUL, f"database: {kind}, tables of an older version", "lotse run or migrate mends it")


def _time_zone(settings: Settings) -> Finding:
    local = Clock().now().astimezone(ZoneInfo(settings.timezone))
    return Finding(Mark.FINE, f"time zone: {settings.timezone}, where it is {local:%H:%M} now")


def _languages(settings: Settings) -> Iterator[Finding]:
    found = texts()
    for code in settings.locales:
        missing = untranslated(code, found=found)
        if missing:
            mend = f"people read English there; translate locales/{code}/LC_MESSAGES/bot.po"
            yield Finding(Mark.DOUBTFUL, f"language {code}: {missing} texts are not translated", mend)
    yield Finding(Mark.FINE, f"languages: {' '.join(settings.locales)}")


def _backup(settings: Settings) -> Finding:
    mark = settings.data_dir / MARK
    if not mark.exists():
        return Finding(Mark.DOUBTFUL, "backup: none yet", "lotse backup FILE, every night")
    age = Clock().now().timestamp() - mark.stat().st_mtime
    if age > OLD_BACKUP:
        return Finding(
            Mark.DOUBTFUL, f"backup: the last is {age / 86400:.0f} days old", "lotse backup FILE, every night"
        )
    return Finding(Mark.FINE, f"backup: the last is {age / 3600:.0f} hours old")
