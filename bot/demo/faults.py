"""Faults of Telegram that can be switched on while a bot runs: refusals, errors, cut or slow connections."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random


class FaultKind(StrEnum):
    """What goes wrong with a call."""

    TOO_MANY = "429"
    BLOCKED = "403"
    SERVER_ERROR = "500"
    BAD_GATEWAY = "502"
    LOST_ANSWER = "lost_answer"
    LOST_REQUEST = "lost_request"
    SLOW = "slow"


@dataclass
class Fault:
    """One fault: the next `count` matching calls, or each of them with probability `rate` (0 to 1).

    `seconds` is the retry_after of 429 and the delay of a slow call. Empty `methods` means every method but
    those that only read (get...); name "getUpdates" to disturb polling. `chat_id` limits it to one chat.
    """

    kind: FaultKind
    count: int = 0
    rate: float = 0.0
    seconds: float = 1.0
    methods: frozenset[str] = field(default_factory=frozenset)
    chat_id: int | None = None

    def matches(self, method: str, chat_id: int | None) -> bool:
        """True when the fault may hit this call."""
        if self.chat_id is not None and self.chat_id != chat_id:
            return False
        return method in self.methods if self.methods else not method.startswith("get")


def _dice(seed: int) -> Random:
    return Random(seed)  # noqa: S311 - repeatable on purpose, nothing secret hangs on it


class Faults:
    """The faults that are on, and how often each has struck."""

    def __init__(self) -> None:
        self.struck: Counter[str] = Counter()
        self._active: list[Fault] = []
        self._random = _dice(0)

    def seed(self, seed: int) -> None:
        """Make the rate-based choices repeatable."""
        self._random = _dice(seed)

    def set(self, kind: str, count: int = 0, rate: float = 0.0, seconds: float = 1.0) -> None:
        """Replace all faults by this one."""
        self._active = [Fault(FaultKind(kind), count=count, rate=rate, seconds=seconds)]

    def add(self, fault: Fault) -> None:
        """Switch one more fault on."""
        self._active.append(fault)

    def clear(self) -> None:
        """Switch every fault off; the counts stay."""
        self._active = []

    @property
    def active(self) -> list[Fault]:
        """The faults that can still strike."""
        return list(self._active)

    def strike(self, method: str, chat_id: int | None) -> Fault | None:
        """Choose the fault that hits this call, if any, and count it."""
        for fault in self._active:
            if fault.matches(method, chat_id) and self._hits(fault):
                self.struck[fault.kind] += 1
                self._active = [left for left in self._active if left.count or left.rate]
                return fault
        return None

    def _hits(self, fault: Fault) -> bool:
        if fault.count:
            fault.count -= 1
            return True
        return bool(fault.rate) and self._random.random() < fault.rate
