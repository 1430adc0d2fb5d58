"""What happens by itself: reminders are planned when a shift changes, and sent when they are due."""

from bot.core.due import DueRow
from bot.core.store import UnitOfWork
from bot.features.reminders import services


def on_shift_changed(uow: UnitOfWork, row: DueRow) -> None:
    """Plan the reminders of a shift that was published, moved or cancelled."""
    services.plan_reminders(uow, row.entity)


def on_reminder(uow: UnitOfWork, row: DueRow) -> None:
    """Ask the people on a shift whether they come."""
    services.remind(uow, row)
