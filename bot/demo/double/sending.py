"""The methods that put a message into a chat: sendMessage, sendDocument, sendPhoto, sendVenue ..."""

from typing import Any

from bot.demo.double import entities
from bot.demo.double.markup import check_markup
from bot.demo.double.world import BOT_ID, Message, World
from bot.demo.html_text import parse_html, trim, utf16_length
from bot.demo.values import BadRequest, Json, Upload

LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
_KINDS_OF_FILE = ("photo", "video", "voice", "document", "video_note")
ACTIONS = frozenset(
    {"typing", "choose_sticker", "find_location"}
    | {f"upload_{kind}" for kind in _KINDS_OF_FILE}
    | {f"record_{kind}" for kind in ("video", "voice", "video_note")}
)


def formatted(args: Json, name: str, entities_name: str) -> tuple[str, list[Json]]:
    """Text and entities of a call, whatever way the bot marked them up."""
    source, mode = args.get(name, ""), args.get("parse_mode", "").lower()
    if mode == "html":
        text, own = parse_html(source)
        return text, entities.add_marks(text, own)
    if mode not in ("", "none"):
        raise BadRequest("unsupported parse_mode" if "markdown" not in mode else "the double reads HTML only")
    if args.get(entities_name):
        text, own = trim(source, args[entities_name])
        return text, entities.add_marks(text, own)
    return entities.mark(source)


def message_text(args: Json) -> tuple[str, list[Json]]:
    """The text of sendMessage or editMessageText within Telegram's limits."""
    if not args.get("text"):
        raise BadRequest("message text is empty")
    text, marks = formatted(args, "text", "entities")
    if not text:
        raise BadRequest("message text is empty")
    if utf16_length(text) > LONGEST_TEXT:
        raise BadRequest("message is too long")
    return text, marks


def caption_text(args: Json) -> tuple[str, list[Json]]:
    """The caption of a file within Telegram's limits."""
    text, marks = formatted(args, "caption", "caption_entities")
    if utf16_length(text) > LONGEST_CAPTION:
        raise BadRequest("message caption is too long")
    return text, marks


class Sending:
    """New messages of the bot; every method takes the checked parameters and returns Telegram's result."""

    def __init__(self, world: World) -> None:
        self._world = world

    def send_message(self, args: Json) -> Json:
        """sendMessage."""
        text, marks = message_text(args)
        return self._send(args, Message(0, 0, BOT_ID, self._world.clock(), "text", text, marks))

    def send_document(self, args: Json) -> Json:
        """sendDocument with an uploaded file."""
        upload = self._upload(args["document"], "document")
        body = {
            "file_id": f"document-{upload.filename}",
            "file_unique_id": f"document-{upload.filename}",
            "file_name": upload.filename,
            "mime_type": upload.mime,
            "file_size": len(upload.content),
        }
        return self._send_file(args, "document", body, upload)

    def send_photo(self, args: Json) -> Json:
        """sendPhoto with an uploaded file."""
        upload = self._upload(args["photo"], "photo")
        size = {"file_id": f"photo-{upload.filename}", "file_unique_id": f"photo-{upload.filename}"}
        return self._send_file(args, "photo", [{**size, "width": 640, "height": 480}], upload)

    def send_venue(self, args: Json) -> Json:
        """sendVenue."""
        if not (-90 <= args["latitude"] <= 90 and -180 <= args["longitude"] <= 180):
            raise BadRequest("wrong latitude or longitude specified")
        location = {"latitude": args["latitude"], "longitude": args["longitude"]}
        venue = {"location": location, "title": args["title"], "address": args["address"]}
        fields = {"venue": venue, "location": location}
        return self._send(args, Message(0, 0, BOT_ID, self._world.clock(), "venue", fields=fields))

    def copy_message(self, args: Json) -> Json:
        """copyMessage."""
        source = self._world.message(args["from_chat_id"], args["message_id"], "message to copy")
        if source.kind == "service":
            raise BadRequest("message can't be copied")
        copied = Message(0, 0, BOT_ID, self._world.clock(), source.kind, source.text, list(source.entities))
        copied.fields, copied.upload = source.fields, source.upload
        if "caption" in args:
            copied.text, copied.entities = caption_text(args)
        return {"message_id": self._send(args, copied)["message_id"]}

    def send_chat_action(self, args: Json) -> bool:
        """sendChatAction."""
        if args["action"] not in ACTIONS:
            raise BadRequest("wrong parameter action in request")
        self._world.writable_chat(args["chat_id"])
        return True

    def _upload(self, given: object, what: str) -> Upload:
        if not isinstance(given, Upload):
            raise BadRequest("wrong remote file identifier specified: the double keeps no files")
        if not given.content:
            raise BadRequest("file must be non-empty")
        if len(given.content) > 50 * 1024 * 1024:
            raise BadRequest(f"{what} is too big")
        return given

    def _send_file(self, args: Json, kind: str, body: Any, upload: Upload) -> Json:
        text, marks = caption_text(args)
        message = Message(0, 0, BOT_ID, self._world.clock(), kind, text, marks, fields={kind: body})
        message.upload = upload
        return self._send(args, message)

    def _send(self, args: Json, message: Message) -> Json:
        markup = check_markup(args.get("reply_markup"))
        chat = self._world.writable_chat(args["chat_id"])
        self._check_reply(chat.id, args.get("reply_parameters"))
        message.chat_id, message.message_id, message.markup = chat.id, self._world.next_message_id(), markup
        if markup and "keyboard" in markup:
            rows = markup["keyboard"]
            chat.keyboard = [[one if isinstance(one, str) else one["text"] for one in row] for row in rows]
        elif markup and markup.get("remove_keyboard"):
            chat.keyboard = None
        return self._world.message_json(self._world.add_message(message))

    def _check_reply(self, chat_id: int, reply: Json | None) -> None:
        if reply and not reply.get("allow_sending_without_reply"):
            self._world.message(chat_id, reply.get("message_id", 0), "message to be replied")
