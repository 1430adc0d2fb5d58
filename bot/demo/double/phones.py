"""What a phone shows: chats, command menus, the bot's name and the notices after a button press."""

from bot.demo.double.markup import inline_rows
from bot.demo.double.people import People
from bot.demo.double.profile import Profile
from bot.demo.double.updates import UpdateQueue
from bot.demo.double.world import Message, World
from bot.demo.html_text import to_html
from bot.demo.values import MenuCommand, Notice, Shown


class Phones(People):
    """The reading side of people's phones."""

    def __init__(self, world: World, queue: UpdateQueue, profile: Profile) -> None:
        super().__init__(world, queue)
        self._profile = profile

    def chat(self, chat_id: int, *, deleted: bool = False) -> list[Shown]:
        """The messages of a chat in order; deleted ones only if asked for."""
        messages = self.world.messages.get(chat_id, {}).values()
        return [_shown(message) for message in messages if deleted or not message.deleted]

    def message(self, chat_id: int, message_id: int) -> Shown:
        """One message, deleted or not."""
        return _shown(self.world.messages[chat_id][message_id])

    def reply_keyboard(self, chat_id: int) -> list[list[str]]:
        """The captions of the keyboard below the typing field, row by row."""
        return self.world.chats[chat_id].keyboard or []

    def commands_for(self, user_id: int, chat_id: int | None = None) -> list[MenuCommand]:
        """The command menu as this person's phone shows it."""
        language = self.world.users[user_id].language_code
        return self._profile.menu(self.world.chats[chat_id or user_id], user_id, language)

    def bot_name(self, language_code: str = "") -> str:
        """The bot's name in a language."""
        return self._profile.text("name", language_code)

    def bot_description(self, language_code: str = "") -> str:
        """What an empty chat shows."""
        return self._profile.text("description", language_code)

    def bot_short_description(self, language_code: str = "") -> str:
        """What the bot's profile shows."""
        return self._profile.text("short_description", language_code)

    def notices(self, user_id: int) -> list[Notice]:
        """Somebody's button presses, oldest first, with the bot's answers."""
        return [notice for notice in self.world.notices.values() if notice.user_id == user_id]

    def notice(self, query_id: str) -> Notice:
        """One button press."""
        return self.world.notices[query_id]


def _shown(message: Message) -> Shown:
    return Shown(
        message_id=message.message_id,
        from_bot=message.from_bot,
        sender_id=message.sender_id,
        kind=message.kind,
        text=message.text,
        html=to_html(message.text, message.entities),
        date=message.date,
        buttons=inline_rows(message.markup),
        document=message.upload,
        edited=message.edited_at is not None,
        deleted=message.deleted,
        fields=message.fields,
    )
