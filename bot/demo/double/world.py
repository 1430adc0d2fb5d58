"""The state behind the double: people, chats and messages, and who must be told when something changes."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.demo.values import BadRequest, Forbidden, Json, Notice, Upload

BOT_ID = 7_000_000_001


@dataclass
class User:
    """A person with a phone. `started` turns true with the first message to the bot."""

    id: int
    first_name: str
    language_code: str
    username: str | None = None
    started: bool = False
    blocked: bool = False
    deactivated: bool = False

    def to_json(self) -> Json:
        """The person as Telegram describes a sender."""
        body: Json = {"id": self.id, "is_bot": False, "first_name": self.first_name}
        if self.username:
            body["username"] = self.username
        if self.language_code:
            body["language_code"] = self.language_code
        return body


@dataclass
class Chat:
    """A chat of the bot; a private one has the id of its person."""

    id: int
    type: str
    title: str = ""
    bot_status: str = "member"
    migrated_to: int | None = None
    members: set[int] = field(default_factory=set)
    admins: set[int] = field(default_factory=set)
    keyboard: list[list[str]] | None = None


@dataclass
class Message:
    """A message with its present content; `fields` holds what is not text (document, venue, contact ...)."""

    message_id: int
    chat_id: int
    sender_id: int
    date: datetime
    kind: str = "text"
    text: str = ""
    entities: list[Json] = field(default_factory=list)
    markup: Json | None = None
    fields: Json = field(default_factory=dict)
    upload: Upload | None = None
    edited_at: datetime | None = None
    deleted: bool = False

    @property
    def from_bot(self) -> bool:
        """True when the bot wrote it."""
        return self.sender_id == BOT_ID


class World:
    """All people, chats and messages of one bot."""

    def __init__(self, clock: Callable[[], datetime], bot_username: str) -> None:
        self.clock = clock
        self.bot = {"id": BOT_ID, "is_bot": True, "first_name": "Lotse", "username": bot_username}
        self.users: dict[int, User] = {}
        self.chats: dict[int, Chat] = {}
        self.messages: dict[int, dict[int, Message]] = {}
        self.notices: dict[str, Notice] = {}
        self.listeners: list[Callable[[str, int], None]] = []
        self._last_message_id = 0

    def changed(self, topic: str, about: int = 0) -> None:
        """Tell every listener (the page) what changed: chat, calls, user, menu, fault."""
        for listener in list(self.listeners):
            listener(topic, about)

    def reset(self) -> None:
        """Empty every private chat and remove the others; people stay, as if they had never written."""
        self.messages.clear()
        self.notices.clear()
        self.chats = {chat.id: Chat(chat.id, "private") for chat in self.chats.values() if chat.id in self.users}
        for user in self.users.values():
            user.started = user.blocked = user.deactivated = False

    def next_message_id(self) -> int:
        """Message ids grow over all chats of the bot."""
        self._last_message_id += 1
        return self._last_message_id

    def add_message(self, message: Message) -> Message:
        """Put a message into its chat."""
        self.messages.setdefault(message.chat_id, {})[message.message_id] = message
        self.changed("chat", message.chat_id)
        return message

    def message(self, chat_id: int, message_id: int, what: str) -> Message:
        """A message that is still there, or BadRequest "<what> not found"."""
        message = self.messages.get(chat_id, {}).get(message_id)
        if message is None or message.deleted:
            raise BadRequest(f"{what} not found")
        return message

    def chat(self, chat_id: int | str) -> Chat:
        """A chat the bot knows, or BadRequest."""
        chat = self.chats.get(chat_id) if isinstance(chat_id, int) else None
        if chat is None:
            raise BadRequest("chat not found")
        return chat

    def writable_chat(self, chat_id: int | str) -> Chat:
        """A chat the bot may write to; otherwise Telegram's refusal."""
        chat = self.chat(chat_id)
        if chat.type == "private":
            self._check_person(self.users[chat.id])
            return chat
        if chat.migrated_to is not None:
            raise BadRequest("group chat was upgraded to a supergroup chat", migrate_to_chat_id=chat.migrated_to)
        if chat.bot_status == "kicked":
            raise Forbidden(f"bot was kicked from the {chat.type} chat")
        if chat.bot_status == "left":
            raise Forbidden(f"bot is not a member of the {chat.type} chat")
        return chat

    def _check_person(self, user: User) -> None:
        if user.deactivated:
            raise Forbidden("user is deactivated")
        if user.blocked:
            raise Forbidden("bot was blocked by the user")
        if not user.started:
            raise Forbidden("bot can't initiate conversation with a user")

    def chat_json(self, chat: Chat) -> Json:
        """A chat as Telegram puts it into messages."""
        if chat.type != "private":
            return {"id": chat.id, "type": chat.type, "title": chat.title}
        user = self.users[chat.id]
        body: Json = {"id": chat.id, "type": "private", "first_name": user.first_name}
        if user.username:
            body["username"] = user.username
        return body

    def message_json(self, message: Message) -> Json:
        """A message as Telegram returns it and puts it into updates."""
        chat = self.chats[message.chat_id]
        body: Json = {
            "message_id": message.message_id,
            "date": int(message.date.timestamp()),
            "chat": self.chat_json(chat),
            **message.fields,
        }
        if chat.type == "channel":
            body["sender_chat"] = self.chat_json(chat)
        else:
            body["from"] = self.bot if message.from_bot else self.users[message.sender_id].to_json()
        if message.edited_at:
            body["edit_date"] = int(message.edited_at.timestamp())
        if message.text:
            body["text" if message.kind == "text" else "caption"] = message.text
        if message.entities:
            body["entities" if message.kind == "text" else "caption_entities"] = message.entities
        if message.markup and "inline_keyboard" in message.markup:
            body["reply_markup"] = message.markup
        return body
