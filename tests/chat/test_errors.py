"""Every known error of the Bot API means one thing for the message it befell."""

import pytest
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.chat.errors import Outcome, judge
from bot.chat.request import NotSent

KNOWN: list[tuple[TelegramError, Outcome]] = [
    (RetryAfter(7), Outcome.HALT),
    (ChatMigrated(-1001), Outcome.MOVED),
    (Forbidden("Forbidden: bot was blocked by the user"), Outcome.UNREACHABLE),
    (Forbidden("Forbidden: user is deactivated"), Outcome.UNREACHABLE),
    (Forbidden("Forbidden: bot was kicked from the group chat"), Outcome.UNREACHABLE),
    (BadRequest("Chat not found"), Outcome.UNREACHABLE),
    (BadRequest("PEER_ID_INVALID"), Outcome.UNREACHABLE),
    (BadRequest("Not enough rights to send text messages: have no rights to send a message"), Outcome.UNREACHABLE),
    (BadRequest("CHAT_WRITE_FORBIDDEN"), Outcome.UNREACHABLE),
    (BadRequest("Message is not modified: specified new message content is the same"), Outcome.SAME),
    (BadRequest("Message to edit not found"), Outcome.VANISHED),
    (BadRequest("Message can't be edited"), Outcome.VANISHED),
    (BadRequest("MESSAGE_ID_INVALID"), Outcome.VANISHED),
    (BadRequest("Can't parse entities: unsupported start tag"), Outcome.REFUSED),
    (BadRequest("Message is too long"), Outcome.REFUSED),
    (BadRequest("BUTTON_DATA_INVALID"), Outcome.REFUSED),
    (NotSent("no connection"), Outcome.LATER),
    (InvalidToken("Unauthorized"), Outcome.LATER),
    (Conflict("terminated by other getUpdates request"), Outcome.LATER),
    (TimedOut("no answer in time"), Outcome.UNKNOWN),
    (NetworkError("Bad Gateway"), Outcome.UNKNOWN),
    (TelegramError("something new"), Outcome.REFUSED),
]


@pytest.mark.parametrize(("error", "outcome"), KNOWN, ids=lambda part: getattr(part, "message", None))
def test_a_known_error_means_one_thing(error: TelegramError, outcome: Outcome) -> None:
    assert judge(error).outcome == outcome


def test_the_length_of_a_halt_and_the_new_id_of_a_chat_are_read() -> None:
    assert judge(RetryAfter(7)).retry_after == 7
    assert judge(ChatMigrated(-1001)).new_chat_id == -1001
