"""The only reader of the wall clock; everything else is handed an instant."""

from datetime import UTC, datetime, timedelta


class Clock:
    """Tells the present instant, always in UTC."""

    def now(self) -> datetime:
        """Return the present instant, aware, in UTC."""
        return datetime.now(UTC)


class ShiftedClock(Clock):
    """A clock that runs as fast as the wall's but can be moved, for the demo and for tests of waiting."""

    def __init__(self) -> None:
        self.offset = timedelta()

    def now(self) -> datetime:
        """Return the wall's instant plus everything it was moved by."""
        return super().now() + self.offset

    def jump(self, by: timedelta) -> None:
        """Move the clock by this much; negative moves it back."""
        self.offset += by


class FixedClock(Clock):
    """A clock that stands until it is moved, for tests."""

    def __init__(self, at: datetime) -> None:
        self.at = at.astimezone(UTC)

    def now(self) -> datetime:
        """Return the instant it was last set to."""
        return self.at

    def jump(self, by: timedelta) -> None:
        """Move the clock by this much; negative moves it back."""
        self.at += by
