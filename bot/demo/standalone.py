"""The control for a demo server that runs alone: a clock of its own and three people, no bot data."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from bot.demo.control import Persona

PERSONAS = (
    Persona(101, "Amal", "newcomer", "ar"),
    Persona(102, "Olena", "volunteer", "uk"),
    Persona(103, "Clara", "coordinator", "de"),
)


class StandaloneControl:
    """A Control whose clock is the wall clock plus every jump."""

    def __init__(self, personas: Sequence[Persona] = PERSONAS) -> None:
        self._personas = personas
        self._ahead = timedelta()

    def now(self) -> datetime:
        """The wall clock plus all jumps, in UTC."""
        return datetime.now(UTC) + self._ahead

    def jump(self, minutes: int) -> None:
        """Move the clock forward."""
        self._ahead += timedelta(minutes=minutes)

    def next_due(self) -> datetime | None:
        """Nothing waits where there is no bot."""
        return None

    def personas(self) -> Sequence[Persona]:
        """The people given at the start."""
        return self._personas

    def reset(self) -> None:
        """Bring the clock back."""
        self._ahead = timedelta()
