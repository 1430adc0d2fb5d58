"""Running: what the web side needs to know of the bot, so that it need not know the bot."""

from collections.abc import Sequence
from typing import Any, Protocol

from bot.core.store import Store


class Keeper(Protocol):
    """Takes updates for good."""

    def keep(self, updates: Sequence[dict[str, Any]]) -> int:
        """Commit raw updates to the inbox; return how many were new."""
        ...


class Ticking(Protocol):
    """Ticks once a second."""

    @property
    def is_ticking(self) -> bool:
        """Whether it is this process that ticks."""
        ...

    @property
    def last(self) -> float:
        """When the last tick ended, in monotonic seconds; 0 before the first."""
        ...


class Running(Protocol):
    """The bot as far as the web side sees it."""

    @property
    def store(self) -> Store:
        """The database."""
        ...

    @property
    def ingest(self) -> Keeper:
        """What takes updates."""
        ...

    @property
    def ticker(self) -> Ticking:
        """What ticks."""
        ...
