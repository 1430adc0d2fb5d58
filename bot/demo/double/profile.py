"""The bot's face: command menus per scope and language, its name and descriptions, and what getChat tells."""

import re

from bot.demo.double.world import BOT_ID, Chat, World
from bot.demo.html_text import utf16_length
from bot.demo.values import BadRequest, Json, MenuCommand

_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_LANGUAGE = re.compile(r"(?:[a-z]{2})?")
MOST_COMMANDS = 100
LONGEST = {"name": 64, "description": 512, "short_description": 120}
Scope = tuple[str, int, int]


class Profile:
    """Menus and texts of the bot; every method takes the checked parameters and returns Telegram's result."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._menus: dict[tuple[Scope, str], list[Json]] = {}
        self._texts: dict[tuple[str, str], str] = {}

    def set_my_commands(self, args: Json) -> bool:
        """setMyCommands."""
        commands = args["commands"]
        if len(commands) > MOST_COMMANDS:
            raise BadRequest("BOT_COMMANDS_TOO_MUCH")
        for command in commands:
            _check_command(command)
        self._menus[self._menu_key(args)] = commands
        self._world.changed("menu")
        return True

    def delete_my_commands(self, args: Json) -> bool:
        """deleteMyCommands."""
        self._menus.pop(self._menu_key(args), None)
        self._world.changed("menu")
        return True

    def get_my_commands(self, args: Json) -> list[Json]:
        """getMyCommands: exactly this scope and language, no falling back."""
        return self._menus.get(self._menu_key(args), [])

    def menu(self, chat: Chat, user_id: int, language_code: str) -> list[MenuCommand]:
        """The menu one person sees in a chat, narrowest scope first and the person's language before none."""
        for scope in _scopes(chat, user_id):
            for language in dict.fromkeys((language_code[:2].lower(), "")):
                commands = self._menus.get((scope, language))
                if commands:
                    return [MenuCommand(one["command"], one["description"]) for one in commands]
        return []

    def set_text(self, what: str, args: Json) -> bool:
        """setMyName, setMyDescription and setMyShortDescription; an empty text removes it."""
        text, language = args.get(what, ""), _language(args)
        if utf16_length(text) > LONGEST[what]:
            raise BadRequest(f"bot {what.replace('_', ' ')} is too long")
        self._texts[what, language] = text
        self._world.changed("menu")
        return True

    def get_text(self, what: str, args: Json) -> Json:
        """getMyName, getMyDescription and getMyShortDescription."""
        return {what: self.text(what, _language(args))}

    def text(self, what: str, language_code: str) -> str:
        """A text of the bot as a phone in this language shows it."""
        fallback = str(self._world.bot["first_name"]) if what == "name" else ""
        own = self._texts.get((what, language_code[:2].lower()))
        return own or self._texts.get((what, "")) or fallback

    def get_chat(self, args: Json) -> Json:
        """getChat."""
        chat = self._world.chat(args["chat_id"])
        gifts = (
            "unlimited_gifts",
            "limited_gifts",
            "unique_gifts",
            "premium_subscription",
            "gifts_from_channels",
        )
        return {
            **self._world.chat_json(chat),
            "accent_color_id": 0,
            "max_reaction_count": 11,
            "accepted_gift_types": dict.fromkeys(gifts, False),
        }

    def get_chat_member(self, args: Json) -> Json:
        """getChatMember."""
        chat, user_id = self._world.chat(args["chat_id"]), args["user_id"]
        if user_id == BOT_ID:
            return {"user": self._world.bot, "status": chat.bot_status}
        user = self._world.users.get(user_id)
        if user is None:
            raise BadRequest("user not found")
        if chat.type == "private" or user_id in chat.members - chat.admins:
            return {"user": user.to_json(), "status": "member"}
        if user_id in chat.admins:
            return {"user": user.to_json(), "status": "creator", "is_anonymous": False}
        return {"user": user.to_json(), "status": "left"}

    def leave_chat(self, args: Json) -> bool:
        """leaveChat."""
        chat = self._world.writable_chat(args["chat_id"])
        if chat.type == "private":
            raise BadRequest("chat member status can't be changed in private chats")
        chat.bot_status = "left"
        return True

    def _menu_key(self, args: Json) -> tuple[Scope, str]:
        scope = args.get("scope") or {"type": "default"}
        kind, chat_id, user_id = scope.get("type"), scope.get("chat_id", 0), scope.get("user_id", 0)
        if kind not in _SCOPE_FIELDS:
            raise BadRequest("can't parse BotCommandScope: Unsupported type specified")
        if set(scope) != _SCOPE_FIELDS[kind]:
            raise BadRequest("can't parse BotCommandScope: wrong fields specified")
        if "chat_id" in scope:
            chat_id = self._world.chat(int(chat_id)).id
        return (kind, chat_id, user_id), _language(args)


_SCOPE_FIELDS: dict[str, set[str]] = {
    "default": {"type"},
    "all_private_chats": {"type"},
    "all_group_chats": {"type"},
    "all_chat_administrators": {"type"},
    "chat": {"type", "chat_id"},
    "chat_administrators": {"type", "chat_id"},
    "chat_member": {"type", "chat_id", "user_id"},
}


def _scopes(chat: Chat, user_id: int) -> list[Scope]:
    if chat.type == "private":
        return [("chat", chat.id, 0), ("all_private_chats", 0, 0), ("default", 0, 0)]
    admin = user_id in chat.admins
    return [
        ("chat_member", chat.id, user_id),
        *([("chat_administrators", chat.id, 0)] if admin else []),
        ("chat", chat.id, 0),
        *([("all_chat_administrators", 0, 0)] if admin else []),
        ("all_group_chats", 0, 0),
        ("default", 0, 0),
    ]


def _language(args: Json) -> str:
    language = args.get("language_code", "")
    if not _LANGUAGE.fullmatch(language):
        raise BadRequest("invalid language code specified")
    return str(language)


def _check_command(command: object) -> None:
    if not isinstance(command, dict) or set(command) != {"command", "description"}:
        raise BadRequest("can't parse BotCommand: expected an Object with command and description")
    if not isinstance(command["command"], str) or not _COMMAND.fullmatch(command["command"]):
        raise BadRequest("BOT_COMMAND_INVALID")
    if not isinstance(command["description"], str) or not 1 <= utf16_length(command["description"]) <= 256:
        raise BadRequest("BOT_COMMAND_DESCRIPTION_INVALID")
