"""Two readings of Telegram's unpublished limit of 30 messages a second; a bot should live with either."""

from collections import deque

RATE = 30  # Telegram's Bot FAQ: messages a second over all chats


class Limit:
    """Counts what it lets through and what it refuses; instants are monotonic seconds."""

    def __init__(self) -> None:
        self.passed: list[float] = []
        self.refused = 0

    def refuse(self, now: float) -> float:
        """Return 0 and count the message, or the seconds until another try makes sense."""
        wait = self._wait(now)
        if wait > 0:
            self.refused += 1
        else:
            self.passed.append(now)
        return wait

    def _wait(self, now: float) -> float:
        raise NotImplementedError

    def share(self, begin: float, end: float) -> float:
        """Return what was let through in a span of time, as a share of the most that can be."""
        used = sum(begin <= at <= end for at in self.passed)
        return used / (RATE * (1 + end - begin))


class Bucket(Limit):
    """Thirty tokens, and thirty more each second."""

    def __init__(self) -> None:
        super().__init__()
        self._tokens, self._at = float(RATE), 0.0

    def _wait(self, now: float) -> float:
        self._tokens = min(RATE, self._tokens + (now - self._at) * RATE)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / RATE
        self._tokens -= 1
        return 0.0


class Window(Limit):
    """Never more than thirty in any second, wherever that second begins."""

    def __init__(self) -> None:
        super().__init__()
        self._last: deque[float] = deque(maxlen=RATE)

    def _wait(self, now: float) -> float:
        if len(self._last) == RATE and now - self._last[0] < 1:
            return 1 - (now - self._last[0])
        self._last.append(now)
        return 0.0
