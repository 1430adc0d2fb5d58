"""People's side of the double: what somebody does with a phone becomes messages and updates."""

from bot.demo.double import entities
from bot.demo.double.groups import Groups
from bot.demo.double.markup import inline_rows
from bot.demo.double.world import Chat, Message, User
from bot.demo.values import Button, Json, Notice, Upload


class People(Groups):
    """Everything a person can do: write, press, edit, send things, block; all methods are synchronous."""

    def user(self, user_id: int, first_name: str, language_code: str = "de", username: str | None = None) -> User:
        """Make a person known, or change the name and language of one."""
        user = self.world.users.setdefault(user_id, User(user_id, first_name, language_code))
        user.first_name, user.language_code, user.username = first_name, language_code, username
        self.world.chats.setdefault(user_id, Chat(user_id, "private"))
        self.world.changed("user", user_id)
        return user

    def set_language(self, user_id: int, language_code: str) -> None:
        """Switch the language of somebody's phone."""
        self.world.users[user_id].language_code = language_code
        self.world.changed("user", user_id)

    def say(self, user_id: int, text: str, chat_id: int | None = None) -> int:
        """Write a message to the bot, or into a group; returns the message id."""
        text, marks = entities.mark(text)
        if not text:
            raise ValueError("a phone cannot send an empty message")
        return self._write(user_id, chat_id, Message(0, 0, user_id, self.world.clock(), "text", text, marks))

    def press(self, user_id: int, message_id: int, button: str, *, chat_id: int | None = None) -> str:
        """Press a button by its caption or callback data; returns the query id ("" where no query arises).

        A link of this bot ("https://t.me/<bot>?start=x") is followed as the message "/start x".
        """
        message = self.world.message(chat_id or user_id, message_id, "message to press")
        found = self._find_button(message, button)
        if found.callback_data is not None:
            return self.forge(user_id, message_id, found.callback_data, chat_id=chat_id)
        if found.url is not None:
            self.open_link(user_id, found.url)
        return ""

    def _find_button(self, message: Message, button: str) -> Button:
        shown = [one for row in inline_rows(message.markup) for one in row]
        for found in shown:
            if button in (found.text, found.callback_data):
                return found
        captions = [one.text for one in shown]
        raise LookupError(f"message {message.message_id} has no button {button!r}, only {captions}")

    def forge(self, user_id: int, message_id: int, data: str, *, chat_id: int | None = None) -> str:
        """Send a callback query with any data, as a changed client can; returns the query id."""
        chat = self._enter(user_id, chat_id)
        message = self.world.messages.get(chat.id, {}).get(message_id)
        notice = self._new_notice(user_id, chat.id, message_id, data)
        if message is None or message.deleted:
            body: Json = {"message_id": message_id, "date": 0, "chat": self.world.chat_json(chat)}
        else:
            body = self.world.message_json(message)
        query = {
            "id": notice.query_id,
            "from": self.world.users[user_id].to_json(),
            "message": body,
            "chat_instance": str(chat.id),
            "data": data,
        }
        self.queue.add("callback_query", query)
        self.world.changed("notice", user_id)
        return notice.query_id

    def _new_notice(self, user_id: int, chat_id: int, message_id: int, data: str) -> Notice:
        query_id = str(4_000_000_000 + len(self.world.notices))
        notice = Notice(query_id, user_id, chat_id, message_id, data, self.world.clock())
        self.world.notices[query_id] = notice
        return notice

    def open_link(self, user_id: int, url: str) -> int | None:
        """Follow a link: one of this bot becomes "/start x" (returns the message id), others lead nowhere."""
        prefix = f"https://t.me/{self.world.bot['username']}"
        if not url.startswith(prefix):
            return None
        start = url.removeprefix(prefix).removeprefix("?start=")
        return self.say(user_id, f"/start {start}".strip())

    def edit(self, user_id: int, message_id: int, text: str, *, chat_id: int | None = None) -> None:
        """Change an own message."""
        message = self.world.message(chat_id or user_id, message_id, "message to edit")
        if message.sender_id != user_id or message.kind != "text":
            raise ValueError("only own texts can be edited")
        message.text, message.entities = entities.mark(text)
        message.edited_at = self.world.clock()
        self.queue.add("edited_message", self.world.message_json(message))
        self.world.changed("chat", message.chat_id)

    def send_photo(self, user_id: int, caption: str = "") -> int:
        """Send a photo."""
        size = {
            "file_id": "photo-1",
            "file_unique_id": "photo-1",
            "width": 90,
            "height": 90,
            "file_size": 1200,
        }
        return self.send_any(user_id, "photo", [size], caption)

    def send_sticker(self, user_id: int) -> int:
        """Send a sticker."""
        sticker = {"file_id": "sticker-1", "file_unique_id": "sticker-1", "type": "regular", "emoji": "👋"}
        picture = {"width": 512, "height": 512, "is_animated": False, "is_video": False}
        return self.send_any(user_id, "sticker", {**sticker, **picture})

    def send_voice(self, user_id: int, seconds: int = 4) -> int:
        """Send a voice note."""
        voice = {
            "file_id": "voice-1",
            "file_unique_id": "voice-1",
            "duration": seconds,
            "mime_type": "audio/ogg",
        }
        return self.send_any(user_id, "voice", voice)

    def send_contact(self, user_id: int, phone_number: str = "+4900000000", first_name: str = "Somebody") -> int:
        """Send a contact card."""
        return self.send_any(user_id, "contact", {"phone_number": phone_number, "first_name": first_name})

    def send_location(self, user_id: int, latitude: float = 47.81, longitude: float = 9.64) -> int:
        """Send a place."""
        return self.send_any(user_id, "location", {"latitude": latitude, "longitude": longitude})

    def send_document(self, user_id: int, upload: Upload, caption: str = "") -> int:
        """Send a file."""
        body = {
            "file_id": "document-in",
            "file_unique_id": "document-in",
            "file_name": upload.filename,
            "mime_type": upload.mime,
            "file_size": len(upload.content),
        }
        return self.send_any(user_id, "document", body, caption)

    def send_any(self, user_id: int, kind: str, body: object, caption: str = "") -> int:
        """Send a message of any kind: `kind` is the field of Telegram's Message, `body` its value."""
        text, marks = entities.mark(caption)
        message = Message(0, 0, user_id, self.world.clock(), kind, text, marks, fields={kind: body})
        return self._write(user_id, None, message)

    def block(self, user_id: int) -> None:
        """Block the bot."""
        self._change_membership(user_id, user_id, "member", "kicked")
        self.world.users[user_id].blocked = True

    def unblock(self, user_id: int) -> None:
        """Take the block back."""
        self.world.users[user_id].blocked = False
        self._change_membership(user_id, user_id, "kicked", "member")

    def deactivate(self, user_id: int) -> None:
        """Delete somebody's Telegram account."""
        self.world.users[user_id].deactivated = True

    def raw_update(self, body: object) -> int:
        """Queue any JSON as an update, broken ones too; returns the id under which the queue keeps it."""
        return self.queue.add_raw(body)

    def restart_update_ids(self, at: int) -> None:
        """Let the next update have this id, which may be lower; nothing may be pending."""
        self.queue.restart_ids(at)

    def _write(self, user_id: int, chat_id: int | None, message: Message) -> int:
        chat = self._enter(user_id, chat_id)
        if chat.type == "private":
            self.world.users[user_id].started = True
        message.chat_id, message.message_id = chat.id, self.world.next_message_id()
        self.world.add_message(message)
        self.queue.add("message", self.world.message_json(message))
        return message.message_id

    def _enter(self, user_id: int, chat_id: int | None) -> Chat:
        user = self.world.users[user_id]
        if user.deactivated or (user.blocked and chat_id in (None, user_id)):
            raise ValueError("this phone cannot write to the bot: blocked or deactivated")
        chat = self.world.chats[chat_id or user_id]
        chat.members.add(user_id)
        return chat
