"""Pacing: how fast calls may leave, by Telegram's limits, counted from the answers so that jitter cannot break them."""

from collections import defaultdict, deque
from collections.abc import Callable

# Telegram's Bot FAQ: one message a second in a chat (short bursts are fine), 20 a minute in a group.
CHAT_EACH, CHAT_BURST = 1.0, 3
GROUP_LIMIT, GROUP_SPAN = 18, 60.0
# A token is free again this long after its call was counted: then no second at the server can hold more than RATE.
# Of when that was we know that its answer came later, by at least the way back, and that the next call will be counted
# by at least the way there after it has left: so of a second that begins with the answer a whole round trip may be
# taken off. We take most of the fastest one of late, within bounds: a busy moment makes trips look longer than they
# are. The fastest one is forgotten slowly, by so many seconds in each, as ways change.
SPAN = 1.0
MOST_OF_A_TRIP, AT_MOST, FORGETTING = 0.8, 0.04, 0.0002
# Of this many tokens one is kept for answers, so that whoever taps during a broadcast waits for none.
ONE_FOR_ANSWERS = 30
CATCH_UP = 0.1  # seconds' worth of spaced calls that may start together, after a moment in which we were busy


class Gate:
    """Gives out tokens; all times are monotonic seconds of the clock it is given.

    ``rate`` is the number of messages in any second over all chats (30; up to 1000 with paid broadcasts). Calls that
    can wait are spaced evenly over the second, so that there is always a token about to be free for one that cannot.
    """

    def __init__(self, rate: int, clock: Callable[[], float]) -> None:
        self.rate = rate
        self._clock = clock
        self._freeing: deque[float] = deque()
        self._under_way = 0
        self._halted_until = 0.0
        self._gap = 1 / rate
        self._together = max(1, int(rate * CATCH_UP))
        self._next_spaced = 0.0
        self._fastest = AT_MOST
        self._last_end = 0.0
        self._chats: dict[int, float] = {}  # theoretical arrival time per chat (a leaky bucket)
        self._groups: dict[int, deque[float]] = defaultdict(deque)

    def free(self) -> int:
        """Return how many calls may start now."""
        now = self._clock()
        if now < self._halted_until:
            return 0
        while self._freeing and self._freeing[0] <= now:
            self._freeing.popleft()
        return self.rate - self._under_way - len(self._freeing)

    @property
    def reserved(self) -> int:
        """How many tokens those who can wait leave to those who cannot."""
        return self.rate // ONE_FOR_ANSWERS

    def spaced(self) -> int:
        """Return how many of the calls that can wait may start now."""
        late = self._clock() - self._next_spaced
        return min(self._together, int(late / self._gap) + 1) if late >= 0 else 0

    def wait(self) -> float:
        """Return the seconds until a token may be free again."""
        now = self._clock()
        if now < self._halted_until:
            return self._halted_until - now
        return max(0.0, self._freeing[0] - now) if self._freeing else SPAN

    def spaced_wait(self) -> float:
        """Return the seconds until the next call that can wait may start."""
        return max(0.0, self._next_spaced - self._clock())

    def chat_wait(self, chat_id: int) -> float:
        """Return the seconds this chat must still wait; a few messages may come in a burst."""
        now = self._clock()
        pause = self._chats.get(chat_id, 0.0) - now - CHAT_EACH * (CHAT_BURST - 1)
        if chat_id < 0:
            sent = self._groups[chat_id]
            while sent and sent[0] <= now - GROUP_SPAN:
                sent.popleft()
            if len(sent) >= GROUP_LIMIT:
                pause = max(pause, sent[0] + GROUP_SPAN - now)
        return max(0.0, pause)

    def start(self, chat_id: int, *, spaced: bool = False) -> float:
        """Take a token for a call to this chat; return the instant, which ``end`` wants back."""
        now = self._clock()
        self._under_way += 1
        if spaced:
            self._next_spaced = max(self._next_spaced, now - (self._together - 1) * self._gap) + self._gap
        self._chats[chat_id] = max(now, self._chats.get(chat_id, 0.0)) + CHAT_EACH
        if chat_id < 0:
            self._groups[chat_id].append(now)
        if len(self._chats) > 10_000:
            self._chats = {chat: at for chat, at in self._chats.items() if at > now}
        return now

    def end(self, started: float) -> None:
        """Give the token back: its answer came (or never will)."""
        now = self._clock()
        self._under_way -= 1
        trip = now - started
        self._fastest = min(trip, self._fastest + (now - self._last_end) * FORGETTING)
        self._last_end = now
        self._freeing.append(now - min(self._fastest * MOST_OF_A_TRIP, AT_MOST) + SPAN)

    def halt(self, seconds: float) -> None:
        """Start nothing until this is over; a shorter halt never shortens a longer one."""
        self._halted_until = max(self._halted_until, self._clock() + seconds)
