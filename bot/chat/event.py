"""Event: what an update means to us, read from Telegram's JSON by python-telegram-bot."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from telegram import CallbackQuery, Chat, InaccessibleMessage, Message, Update
from telegram.constants import ChatType

from bot.core.translation import strip_controls

BLOCKED = {"kicked", "left"}
ID_LIMIT = 2**52  # Telegram's ids have at most 52 significant bits


class Kind(StrEnum):
    """What happened."""

    COMMAND = "command"
    TEXT = "text"
    PRESS = "press"
    MEDIA = "media"
    EDITED = "edited"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    MIGRATED = "migrated"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened in one chat; texts are cleaned of control characters."""

    kind: Kind
    chat_id: int = 0
    user_id: int = 0
    private: bool = False
    name: str = ""
    language: str = ""
    text: str = ""
    command: str = ""
    message_id: int = 0
    query_id: str = ""
    data: str = ""
    new_chat_id: int = 0

    def __post_init__(self) -> None:
        # The library's parser takes any type; SQLite would keep a text as an id, and whoever reads it would fail.
        ids = (self.chat_id, self.user_id, self.message_id, self.new_chat_id)
        if not all(type(one) is int and abs(one) < ID_LIMIT for one in ids):
            raise ValueError("an id that cannot be")
        if not all(isinstance(one, str) for one in (self.language, self.query_id, self.data)):
            raise ValueError("no text where one belongs")


def parse_event(raw: Mapping[str, Any]) -> Event:
    """Read one raw update; what we have no use for becomes ``Kind.OTHER``."""
    query = raw.get("callback_query")
    if query:
        # The message a tap was on is nearly all of its bytes and none of our business: we read only where it is.
        bare = CallbackQuery.de_json({name: value for name, value in query.items() if name != "message"}, None)
        return _press(bare, _place(query.get("message")))
    update = Update.de_json(dict(raw), None)
    if update.my_chat_member:
        return _membership(update)
    if update.edited_message:
        return _message(update.edited_message, Kind.EDITED)
    if update.message:
        return _message(update.message)
    return Event(Kind.OTHER)


def _place(message: Mapping[str, Any] | None) -> InaccessibleMessage | None:
    if not message or not message.get("chat"):
        return None
    return InaccessibleMessage(Chat.de_json(message["chat"], None), message["message_id"])


def _press(query: CallbackQuery, place: InaccessibleMessage | None) -> Event:
    if place is None:
        return Event(Kind.OTHER, user_id=query.from_user.id, query_id=query.id)
    return Event(
        Kind.PRESS,
        chat_id=place.chat.id,
        user_id=query.from_user.id,
        private=_is_private(place.chat),
        name=strip_controls(query.from_user.first_name, 64),
        language=query.from_user.language_code or "",
        message_id=place.message_id,
        query_id=query.id,
        data=query.data or "",
    )


def _membership(update: Update) -> Event:
    change = update.my_chat_member
    assert change is not None
    blocked = change.new_chat_member.status in BLOCKED
    kind = Kind.BLOCKED if blocked else Kind.UNBLOCKED
    return Event(kind, change.chat.id, change.from_user.id, private=_is_private(change.chat))


def _message(message: Message, kind: Kind | None = None) -> Event:
    if message.migrate_to_chat_id:
        return Event(Kind.MIGRATED, chat_id=message.chat.id, new_chat_id=message.migrate_to_chat_id)
    if message.from_user is None or message.from_user.is_bot:
        return Event(Kind.OTHER)
    text = strip_controls(message.text or "", 4096)
    command = ""
    if kind is None and text.startswith("/"):
        kind = Kind.COMMAND
        word, _, text = text.partition(" ")
        command = word[1:].split("@")[0].lower()
    return Event(
        kind or (Kind.TEXT if text else Kind.MEDIA),
        chat_id=message.chat.id,
        user_id=message.from_user.id,
        private=_is_private(message.chat),
        name=strip_controls(message.from_user.first_name, 64),
        language=message.from_user.language_code or "",
        text=text.strip(),
        command=command,
        message_id=message.message_id,
    )


def _is_private(chat: Chat) -> bool:
    return chat.type == ChatType.PRIVATE
