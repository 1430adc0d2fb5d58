"""Telegram's flood limits: 30 messages a second for a bot, one a second in a chat, 20 a minute in a group."""

from collections import deque
from datetime import datetime, timedelta
from math import ceil

from bot.demo.values import Refused

OVERALL = 0  # the key of a halt that holds for every chat
_SECOND = timedelta(seconds=1)
_MINUTE = timedelta(minutes=1)


def is_message(method: str) -> bool:
    """True for the methods that put a new message into a chat."""
    return method.startswith(("send", "copy")) and method != "sendChatAction"


def is_halted_method(method: str) -> bool:
    """True for the methods that a halt after "429 Too Many Requests" refuses."""
    return is_message(method) or method.startswith("editMessage") or method == "deleteMessage"


class Limits:
    """Counts messages by the injected clock and refuses what is too fast, with a halt until it is over."""

    def __init__(self, enabled: bool) -> None:
        self.enabled = enabled
        self.calls_in_halt = 0
        self._halts: dict[int, datetime] = {}
        self._overall: deque[datetime] = deque()
        self._chats: dict[int, deque[datetime]] = {}

    def halt(self, until: datetime, chat_id: int = OVERALL) -> None:
        """Refuse messages until that instant, in one chat or everywhere."""
        self._halts[chat_id] = max(until, self._halts.get(chat_id, until))

    def end_halts(self) -> None:
        """Let messages pass again."""
        self._halts.clear()

    def check_halt(self, method: str, chat_id: int, now: datetime) -> None:
        """Refuse a call that comes before a running halt is over, and count it: a good bot has none."""
        if not is_halted_method(method):
            return
        for key in {OVERALL, chat_id}:
            until = self._halts.get(key)
            if until is not None and now < until:
                self.calls_in_halt += 1
                raise _too_many(until - now)

    def check_rate(self, method: str, chat_id: int, now: datetime) -> None:
        """Count one message; refuse it with a halt when it is above the limits."""
        if not self.enabled or not is_message(method):
            return
        windows = [(OVERALL, self._overall, 30, _SECOND)]
        chat = self._chats.setdefault(chat_id, deque())
        # One a second in the long run, but three at once are let through, as Telegram does for short bursts.
        windows.append((chat_id, chat, 20, _MINUTE) if chat_id < 0 else (chat_id, chat, 3, 3 * _SECOND))
        for key, sent, most, span in windows:
            while sent and now - sent[0] >= span:
                sent.popleft()
            if len(sent) >= most:
                until = sent[0] + span
                self.halt(until, key)
                raise _too_many(until - now)
        self._overall.append(now)
        chat.append(now)


def _too_many(wait: timedelta) -> Refused:
    seconds = max(1, ceil(wait.total_seconds()))
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)
