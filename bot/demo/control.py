"""What the demo page may do to the bot beside it: read and move its clock, list people, start afresh."""

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True)
class Persona:
    """A person whose phone the page can show.

    `title` is the name, `role` one of newcomer, volunteer, coordinator, admin, stranger; `language` is the
    phone's language code.
    """

    user_id: int
    title: str
    role: str
    language: str


class Control(Protocol):
    """Given by the composition root; `jump` and `reset` may be coroutines, the page waits for them."""

    def now(self) -> datetime:
        """The bot's present instant, aware UTC; FakeTelegram should have the same clock."""
        ...

    def jump(self, minutes: int) -> Awaitable[None] | None:
        """Move the bot's clock forward."""
        ...

    def next_due(self) -> datetime | None:
        """The instant of the next thing that waits (a reminder), or None."""
        ...

    def personas(self) -> Sequence[Persona]:
        """The people the page starts with; the first three get the three phones."""
        ...

    def reset(self) -> Awaitable[None] | None:
        """Bring the bot's data back to the beginning; all chats have been emptied just before."""
        ...
