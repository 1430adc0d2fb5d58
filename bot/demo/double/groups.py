"""Groups and channels of the double: adding the bot, moving to a supergroup, removing it."""

from bot.demo.double import entities
from bot.demo.double.updates import UpdateQueue
from bot.demo.double.world import Chat, Message, World
from bot.demo.values import Json

_SUPERGROUP_BASE = -1_000_000_000_000


class Groups:
    """Chats with more than one person; the base of People."""

    def __init__(self, world: World, queue: UpdateQueue) -> None:
        self.world = world
        self.queue = queue

    def group(self, chat_id: int, title: str, *, supergroup: bool = False, added_by: int | None = None) -> Chat:
        """Make a group (negative id) with the bot in it; with `added_by` the bot is told."""
        chat = Chat(chat_id, "supergroup" if supergroup else "group", title)
        self.world.chats[chat_id] = chat
        if added_by is not None:
            chat.members.add(added_by)
            chat.admins.add(added_by)
            self._change_membership(chat_id, added_by, "left", "member")
        return chat

    def channel(self, chat_id: int, title: str) -> Chat:
        """Make a channel with the bot as administrator."""
        chat = Chat(chat_id, "channel", title, bot_status="administrator")
        self.world.chats[chat_id] = chat
        return chat

    def channel_post(self, chat_id: int, text: str) -> int:
        """Publish a post in a channel; returns the message id."""
        text, marks = entities.mark(text)
        post = Message(self.world.next_message_id(), chat_id, chat_id, self.world.clock(), "text", text, marks)
        self.world.add_message(post)
        self.queue.add("channel_post", self.world.message_json(post))
        return post.message_id

    def migrate(self, chat_id: int) -> int:
        """Turn a group into a supergroup; returns the new id. Both service messages are sent."""
        old = self.world.chats[chat_id]
        sender = min(old.admins or old.members)
        new = Chat(_SUPERGROUP_BASE + chat_id, "supergroup", old.title, members=set(old.members))
        new.admins = set(old.admins)
        self.world.chats[new.id] = new
        self._service(old, sender, {"migrate_to_chat_id": new.id})
        old.migrated_to = new.id
        self._service(new, sender, {"migrate_from_chat_id": old.id})
        return new.id

    def kick(self, chat_id: int, by: int) -> None:
        """Remove the bot from a group."""
        self._change_membership(chat_id, by, "member", "kicked")
        self.world.chats[chat_id].bot_status = "kicked"

    def _service(self, chat: Chat, sender_id: int, fields: Json) -> None:
        message_id = self.world.next_message_id()
        message = Message(message_id, chat.id, sender_id, self.world.clock(), "service", fields=fields)
        self.world.add_message(message)
        self.queue.add("message", self.world.message_json(message))

    def _change_membership(self, chat_id: int, user_id: int, before: str, after: str) -> None:
        change = {
            "chat": self.world.chat_json(self.world.chats[chat_id]),
            "from": self.world.users[user_id].to_json(),
            "date": int(self.world.clock().timestamp()),
            "old_chat_member": self._bot_member(before),
            "new_chat_member": self._bot_member(after),
        }
        self.queue.add("my_chat_member", change)
        self.world.changed("user", user_id)

    def _bot_member(self, status: str) -> Json:
        member: Json = {"user": self.world.bot, "status": status}
        if status == "kicked":
            member["until_date"] = 0
        return member
