"""Profile: the bot's name, descriptions and command menus, told to Telegram per language and per role."""

from collections.abc import Callable, Iterator
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.chat.client import Client
from bot.chat.context import House
from bot.chat.feature import Command, Registry
from bot.chat.guards import anyone
from bot.core.translation import N_, Translator

log = structlog.get_logger()
NAME = N_("Lotse – volunteer desk")
ABOUT = N_(
    "Volunteer at your integration centre, or find a language buddy and the right door. Everything by tapping, in your "
    "language. Please write nothing here that must stay secret: chats with bots are not end-to-end encrypted."
)
SHORT = N_("Help others, or find help, at your integration centre.")


async def publish_profile(client: Client, house: House) -> None:
    """Tell Telegram once after the start; a refusal is noted and changes nothing else."""
    for method, params in profile_calls(house):
        try:
            await client.call(method, params)
        except TelegramError as error:
            log.warning("profile_not_set", method=method, error=type(error).__name__)


def profile_calls(house: House) -> Iterator[tuple[str, dict[str, Any]]]:
    """Give the calls that set names, descriptions and the commands everybody may use, each language at its turn."""
    for locale in ("", *house.locales):
        if locale and len(locale) != 2:  # Telegram takes two-letter codes only
            continue
        t = Translator(locale, house.zone)
        code = {"language_code": locale} if locale else {}
        yield "setMyName", {"name": str(t(NAME))[:64], **code}
        yield "setMyDescription", {"description": str(t(ABOUT))[:512], **code}
        yield "setMyShortDescription", {"short_description": str(t(SHORT))[:120], **code}
        commands = command_menu(house.registry, t, _for_everybody)
        yield "setMyCommands", {"commands": commands, "scope": {"type": "all_private_chats"}, **code}


def command_menu(registry: Registry, t: Translator, may: Callable[[Command], bool]) -> list[dict[str, str]]:
    """Return a command menu in a language, with the commands that ``may`` lets through."""
    return [
        {"command": command.name, "description": str(t(command.about))[:256]}
        for command in registry.commands.values()
        if command.about and may(command)
    ]


def _for_everybody(command: Command) -> bool:
    return command.may is anyone
