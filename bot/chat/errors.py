"""What an error of the Bot API means for a message: gone for good, later, or perhaps arrived."""

from dataclasses import dataclass
from enum import Enum, auto

from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.chat.request import NotSent


class Outcome(Enum):
    """What became of a call."""

    SENT = auto()
    SAME = auto()  # it looks that way already: as good as sent
    LATER = auto()  # certainly not carried out; try again
    HALT = auto()  # certainly not carried out; nothing may be sent until ``retry_after`` is over
    MOVED = auto()  # the chat has a new id
    UNREACHABLE = auto()  # this person cannot be written to
    VANISHED = auto()  # the message to edit is gone
    REFUSED = auto()  # this message can never be sent
    UNKNOWN = auto()  # it may have arrived


@dataclass(frozen=True, slots=True)
class Verdict:
    """An outcome with what is needed to act on it. ``retry_after`` is in seconds."""

    outcome: Outcome
    code: str = ""
    retry_after: float = 0.0
    new_chat_id: int = 0


# Parts of the descriptions in Telegram's own server (tdlib/telegram-bot-api, Client.cpp), in lower case.
SAME = ("message is not modified",)
VANISHED = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message to be edited not found",
)
UNREACHABLE = (
    "chat not found",
    "user not found",
    "user is deactivated",
    "peer_id_invalid",
    "bot was kicked",
    "have no rights to send",
    "group chat was deactivated",
    "chat_write_forbidden",
)


def halt_seconds(error: RetryAfter) -> float:
    """Return how long Telegram wants us to wait."""
    wait = error.retry_after
    return float(wait if isinstance(wait, int | float) else wait.total_seconds())


def judge(error: TelegramError) -> Verdict:
    """Say what an error means for the message it befell."""
    code = type(error).__name__
    match error:
        case RetryAfter():
            return Verdict(Outcome.HALT, code, retry_after=halt_seconds(error))
        case ChatMigrated():
            return Verdict(Outcome.MOVED, code, new_chat_id=error.new_chat_id)
        case Forbidden():
            return Verdict(Outcome.UNREACHABLE, code)
        case BadRequest():  # before NetworkError, whose subclass it is
            return Verdict(_bad_request(str(error).lower()), code)
        case NotSent() | InvalidToken() | Conflict():
            return Verdict(Outcome.LATER, code)
        case NetworkError():
            return Verdict(Outcome.UNKNOWN, code)
    return Verdict(Outcome.REFUSED, code)


def _bad_request(description: str) -> Outcome:
    for outcome, parts in (
        (Outcome.SAME, SAME),
        (Outcome.VANISHED, VANISHED),
        (Outcome.UNREACHABLE, UNREACHABLE),
    ):
        if any(part in description for part in parts):
            return outcome
    return Outcome.REFUSED
