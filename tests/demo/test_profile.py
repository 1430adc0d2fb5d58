"""Command menus and the bot's texts come in the language and for the scope that Telegram would choose."""

import pytest

from bot.demo.values import Json
from tests.demo.hands import AMAL, CLARA, GROUP, OLENA, Desk


def menu(*names: str) -> list[Json]:
    return [{"command": name, "description": f"about {name}"} for name in names]


async def test_the_narrowest_scope_wins_and_the_own_language_before_none(desk: Desk) -> None:
    chat = {"type": "chat", "chat_id": CLARA}
    everybody = {"type": "all_private_chats"}
    await desk.ok("setMyCommands", commands=menu("anyone"))
    await desk.ok("setMyCommands", commands=menu("private"), scope=everybody)
    await desk.ok("setMyCommands", commands=menu("ukrainian"), scope=everybody, language_code="uk")
    await desk.ok("setMyCommands", commands=menu("coordinator"), scope=chat)
    shown = {user: desk.telegram.commands_for(user)[0].command for user in (OLENA, AMAL, CLARA)}
    assert shown == {OLENA: "ukrainian", AMAL: "private", CLARA: "coordinator"}
    await desk.ok("deleteMyCommands", scope=chat)
    assert desk.telegram.commands_for(CLARA)[0].command == "private"
    assert await desk.ok("getMyCommands", scope=chat) == []
    assert await desk.ok("getMyCommands") == menu("anyone")


async def test_a_group_has_menus_of_its_own(desk: Desk) -> None:
    desk.telegram.group(GROUP, "Team", added_by=CLARA)
    await desk.ok("setMyCommands", commands=menu("all"), scope={"type": "all_group_chats"})
    await desk.ok("setMyCommands", commands=menu("boss"), scope={"type": "all_chat_administrators"})
    assert desk.telegram.commands_for(CLARA, GROUP)[0].command == "boss"
    assert desk.telegram.commands_for(OLENA, GROUP)[0].command == "all"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"commands": menu("Start")}, "BOT_COMMAND_INVALID"),
        ({"commands": menu("a" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": menu(*["a"] * 101)}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": menu("a"), "language_code": "ckb"}, "invalid language code specified"),
        ({"commands": menu("a"), "scope": {"type": "chat", "chat_id": 9}}, "chat not found"),
        (
            {"commands": menu("a"), "scope": {"type": "moon"}},
            "can't parse BotCommandScope: Unsupported type specified",
        ),
        ({}, 'parameter "commands" is required'),
    ],
)
async def test_a_wrong_menu_is_refused(desk: Desk, params: Json, reason: str) -> None:
    assert await desk.refused("setMyCommands", **params) == f"Bad Request: {reason}"


async def test_texts_of_the_bot_fall_back_to_the_ones_without_language(desk: Desk) -> None:
    await desk.ok("setMyName", name="Lotse Weingarten")
    await desk.ok("setMyName", name="Лоцман", language_code="uk")
    await desk.ok("setMyDescription", description="Hilfe")
    await desk.ok("setMyShortDescription", short_description="Kurz")
    assert desk.telegram.bot_name("uk") == "Лоцман"
    assert desk.telegram.bot_name("ar") == "Lotse Weingarten"
    assert desk.telegram.bot_description("uk") == "Hilfe"
    assert await desk.ok("getMyShortDescription", language_code="de") == {"short_description": "Kurz"}
    await desk.ok("setMyName", name="", language_code="uk")
    assert desk.telegram.bot_name("uk") == "Lotse Weingarten"


@pytest.mark.parametrize(
    ("method", "name", "most"),
    [
        ("setMyName", "name", 64),
        ("setMyDescription", "description", 512),
        ("setMyShortDescription", "short_description", 120),
    ],
)
async def test_texts_of_the_bot_have_a_greatest_length(desk: Desk, method: str, name: str, most: int) -> None:
    await desk.ok(method, **{name: "x" * most})
    assert (await desk.refused(method, **{name: "x" * (most + 1)})).startswith("Bad Request: ")


async def test_chats_and_members_can_be_looked_up(desk: Desk) -> None:
    desk.telegram.group(GROUP, "Team", added_by=CLARA)
    desk.telegram.say(OLENA, "hello", chat_id=GROUP)
    assert (await desk.ok("getChat", chat_id=GROUP))["title"] == "Team"
    assert (await desk.ok("getChatMember", chat_id=GROUP, user_id=CLARA))["status"] == "creator"
    assert (await desk.ok("getChatMember", chat_id=GROUP, user_id=OLENA))["status"] == "member"
    assert (await desk.ok("getChatMember", chat_id=GROUP, user_id=AMAL))["status"] == "left"
