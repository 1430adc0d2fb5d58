"""What the clock does for buddies: a proposal nobody answered lapses."""

from bot.core.due import DueRow
from bot.core.store import UnitOfWork
from bot.features.buddies import services


def lapse(uow: UnitOfWork, row: DueRow) -> None:
    """End a proposal whose time is over."""
    services.lapse_match(uow, row.entity)
