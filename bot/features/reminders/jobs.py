"""What happens by itself: reminders are planned when a shift changes, and sent when they are due."""

from functools import cache
from zoneinfo import ZoneInfo

from bot.core.due import DueRow
from bot.core.store import UnitOfWork
from bot.features.reminders import services
from bot.settings import load_settings


@cache
def town_zone() -> ZoneInfo:
    """Return the town's time zone; a job is handed nothing but its row, so the settings are asked once."""
    return ZoneInfo(load_settings().timezone)


def on_shift_changed(uow: UnitOfWork, row: DueRow) -> None:
    """Plan the reminders of a shift that was published, moved or cancelled."""
    services.plan_reminders(uow, town_zone(), row.entity)


def on_reminder(uow: UnitOfWork, row: DueRow) -> None:
    """Ask the people on a shift whether they come."""
    services.remind(uow, town_zone(), row)
