"""The methods that change what is already there: edit, delete, and the answer to a button press."""

from datetime import timedelta

from bot.demo.double.markup import check_markup
from bot.demo.double.sending import message_text
from bot.demo.double.world import Message, World
from bot.demo.html_text import utf16_length
from bot.demo.values import BadRequest, Json

QUERY_LIFETIME = timedelta(seconds=150)
DELETABLE_FOR = timedelta(hours=48)
LONGEST_NOTICE = 200
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as"
    " a current content and reply markup of the message"
)


class Editing:
    """Changes of messages; every method takes the checked parameters and returns Telegram's result."""

    def __init__(self, world: World) -> None:
        self._world = world

    def edit_message_text(self, args: Json) -> Json:
        """editMessageText; without reply_markup the keyboard goes away, as in Telegram."""
        if "rich_message" in args:
            raise BadRequest("the double knows no rich messages")
        text, marks = message_text(args)
        markup = check_markup(args.get("reply_markup"))
        message = self._editable(args)
        if message.kind != "text":
            raise BadRequest("there is no text in the message to edit")
        if (message.text, message.entities, message.markup) == (text, marks, markup):
            raise BadRequest(NOT_MODIFIED)
        message.text, message.entities, message.markup = text, marks, markup
        message.edited_at = self._world.clock()
        return self._changed(message)

    def edit_message_reply_markup(self, args: Json) -> Json:
        """editMessageReplyMarkup; it leaves no edited mark on a phone."""
        markup = check_markup(args.get("reply_markup"))
        message = self._editable(args)
        if message.markup == markup:
            raise BadRequest(NOT_MODIFIED)
        message.markup = markup
        return self._changed(message)

    def delete_message(self, args: Json) -> bool:
        """deleteMessage, for messages younger than 48 hours."""
        chat = self._world.writable_chat(args["chat_id"])
        message = self._world.message(chat.id, args["message_id"], "message to delete")
        if self._world.clock() - message.date >= DELETABLE_FOR:
            raise BadRequest("message can't be deleted for everyone")
        if not message.from_bot and chat.type != "private" and chat.bot_status != "administrator":
            raise BadRequest("message can't be deleted")
        message.deleted = True
        self._world.changed("chat", chat.id)
        return True

    def answer_callback_query(self, args: Json) -> bool:
        """answerCallbackQuery, once and within 150 seconds."""
        text = args.get("text", "")
        if utf16_length(text) > LONGEST_NOTICE:
            raise BadRequest("MESSAGE_TOO_LONG")
        notice = self._world.notices.get(args["callback_query_id"])
        now = self._world.clock()
        if notice is None or notice.answered is not None or now - notice.asked_at > QUERY_LIFETIME:
            raise BadRequest("query is too old and response timeout expired or query ID is invalid")
        notice.answered, notice.text, notice.alert = now, text, args.get("show_alert", False)
        self._world.changed("notice", notice.user_id)
        return True

    def _editable(self, args: Json) -> Message:
        if "chat_id" not in args:
            raise BadRequest("chat_id is empty")
        if "message_id" not in args:
            raise BadRequest("message identifier is not specified")
        chat = self._world.writable_chat(args["chat_id"])
        message = self._world.message(chat.id, args["message_id"], "message to edit")
        if not message.from_bot:
            raise BadRequest("message can't be edited")
        return message

    def _changed(self, message: Message) -> Json:
        self._world.changed("chat", message.chat_id)
        return self._world.message_json(message)
