"""Virtual time: an event loop in which waiting takes none, for hours and years of a bot whose loops really run."""

import asyncio
import selectors
from collections.abc import Callable, Coroutine
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.core.clock import FixedClock

T = TypeVar("T")


class _Skipping(selectors.DefaultSelector):
    """Never waits: what it was asked to wait for has passed, and at least ``grain`` seconds."""

    passed = 0.0
    grain = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found:
            assert timeout is not None, "everything waits for something that will never come"
            self.passed += max(timeout, self.grain)
        return found


class VirtualLoop(asyncio.SelectorEventLoop):
    """Jumps to the next thing that is planned. Nothing in it may wait for another process, thread or socket."""

    def __init__(self) -> None:
        self._skipping = _Skipping()
        super().__init__(self._skipping)

    def time(self) -> float:
        """Return the seconds that passed, without any that were waited."""
        return self._skipping.passed

    def coarsen(self, seconds: float) -> None:
        """Let every wait take so long at least: long quiet times then cost less."""
        self._skipping.grain = seconds


class LoopClock(FixedClock):
    """A clock that goes with the running loop's time; ``jump`` moves it besides."""

    def __init__(self, at: datetime) -> None:
        self._time: Callable[[], float] = asyncio.get_running_loop().time
        super().__init__(at)

    def now(self) -> datetime:
        """Return the instant the loop has come to."""
        return self.at + timedelta(seconds=self._time())


def run_virtually(main: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine in virtual time."""
    with asyncio.Runner(loop_factory=VirtualLoop) as runner:
        return runner.run(main)
