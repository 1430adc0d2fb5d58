"""Two readings of Telegram's unpublished limit of messages a second; a bot should live with either."""

from collections import deque

RATE = 30  # Telegram's Bot FAQ: messages a second over all chats
PAID = 1000  # the same with paid broadcasts


class Limit:
    """Counts what it lets through and what it refuses; instants are monotonic seconds."""

    def __init__(self, rate: int = RATE) -> None:
        self.rate = rate
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
        return used / (self.rate * (1 + end - begin))


class Bucket(Limit):
    """As many tokens as the rate, and as many more each second."""

    def __init__(self, rate: int = RATE) -> None:
        super().__init__(rate)
        self._tokens, self._at = float(rate), 0.0

    def _wait(self, now: float) -> float:
        self._tokens = min(self.rate, self._tokens + (now - self._at) * self.rate)
        self._at = now
        if self._tokens < 1:
            return (1 - self._tokens) / self.rate
        self._tokens -= 1
        return 0.0


class Window(Limit):
    """Never more than the rate in any second, wherever that second begins."""

    def __init__(self, rate: int = RATE) -> None:
        super().__init__(rate)
        self._last: deque[float] = deque(maxlen=rate)

    def _wait(self, now: float) -> float:
        if len(self._last) == self.rate and now - self._last[0] < 1:
            return 1 - (now - self._last[0])
        self._last.append(now)
        return 0.0
