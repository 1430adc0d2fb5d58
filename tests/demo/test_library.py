"""python-telegram-bot's own Bot works against the double, over HTTP and in the same process."""

from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, NetworkError, RetryAfter

from bot.demo.request import DemoRequest
from tests.demo.hands import CLARA, GROUP, OLENA, TOKEN, Desk
from tests.demo.serving import Site, open_site


@pytest.fixture(params=["over http", "in process"])
async def pair(request: pytest.FixtureRequest, desk: Desk) -> AsyncIterator[tuple[Bot, Desk]]:
    if request.param == "in process":
        async with Bot(
            TOKEN, request=DemoRequest(desk.telegram), get_updates_request=DemoRequest(desk.telegram)
        ) as bot:
            yield bot, desk
        return
    async with open_site() as site, Bot(TOKEN, base_url=f"{site.address}/bot") as bot:
        yield bot, site.desk


Pair = tuple[Bot, Desk]
KEYBOARD = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="yes", api_kwargs={"style": "success"})]])


async def test_sending_editing_and_answering_work(pair: Pair) -> None:
    bot, desk = pair
    sent = await bot.send_message(OLENA, "<b>Hallo</b>", parse_mode=ParseMode.HTML, reply_markup=KEYBOARD)
    assert desk.telegram.message(OLENA, sent.message_id).buttons[0][0].style == "success"
    desk.telegram.press(OLENA, sent.message_id, "Yes")
    (update,) = await bot.get_updates(timeout=1, allowed_updates=["message", "callback_query"])
    assert update.callback_query is not None
    assert update.callback_query.data == "yes"
    assert await bot.answer_callback_query(update.callback_query.id, "Good", show_alert=True)
    await bot.edit_message_text("Done", OLENA, sent.message_id)
    assert desk.telegram.message(OLENA, sent.message_id).text == "Done"
    with pytest.raises(BadRequest, match="not modified"):
        await bot.edit_message_text("Done", OLENA, sent.message_id)
    await bot.edit_message_reply_markup(OLENA, sent.message_id, reply_markup=KEYBOARD)
    assert await bot.delete_message(OLENA, sent.message_id)


async def test_files_and_places_work(pair: Pair) -> None:
    bot, desk = pair
    sent = await bot.send_document(OLENA, b'{"a": 1}', filename="my data.json", caption="Yours", reply_markup=KEYBOARD)
    upload = desk.telegram.message(OLENA, sent.message_id).document
    assert upload is not None
    assert (upload.filename, upload.content) == ("my data.json", b'{"a": 1}')
    photo = await bot.send_photo(OLENA, b"png", caption="A card")
    assert photo.photo
    venue = await bot.send_venue(OLENA, 47.81, 9.64, "Zentrum", "Straße 1")
    assert venue.venue is not None
    copied = await bot.copy_message(CLARA, OLENA, photo.message_id)
    assert desk.telegram.message(CLARA, copied.message_id).text == "A card"


async def test_menus_texts_and_look_ups_work(pair: Pair) -> None:
    bot, desk = pair
    scope = BotCommandScopeChat(CLARA)
    assert await bot.set_my_commands([BotCommand("today", "Der Tag")], scope=scope, language_code="de")
    assert desk.telegram.commands_for(CLARA)[0].description == "Der Tag"
    assert (await bot.get_my_commands(scope=scope, language_code="de"))[0].command == "today"
    assert await bot.delete_my_commands(scope=scope, language_code="de")
    assert await bot.set_my_name("Lotse", language_code="de")
    assert (await bot.get_my_name("de")).name == "Lotse"
    assert await bot.set_my_description("Hallo")
    assert (await bot.get_my_description()).description == "Hallo"
    assert await bot.set_my_short_description("Kurz")
    assert (await bot.get_my_short_description()).short_description == "Kurz"
    assert (await bot.get_chat(OLENA)).first_name == "Olena"
    assert (await bot.get_chat_member(OLENA, OLENA)).status == "member"
    assert (await bot.get_webhook_info()).url == ""
    assert await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.send_chat_action(OLENA, "typing")
    desk.telegram.group(GROUP, "Team", added_by=OLENA)
    assert await bot.leave_chat(GROUP)


async def test_refusals_become_the_errors_of_the_library(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # without it the library warns about its own future
    bot, desk = pair
    desk.telegram.group(GROUP, "Team", added_by=OLENA)
    new_id = desk.telegram.migrate(GROUP)
    with pytest.raises(ChatMigrated) as migrated:
        await bot.send_message(GROUP, "x")
    assert migrated.value.new_chat_id == new_id
    desk.telegram.block(OLENA)
    with pytest.raises(Forbidden, match="blocked"):
        await bot.send_message(OLENA, "x")
    desk.telegram.faults.set("429", count=1, seconds=7)
    with pytest.raises(RetryAfter) as too_many:
        await bot.send_message(CLARA, "x")
    assert too_many.value.retry_after == timedelta(seconds=7)
    desk.telegram.faults.set("lost_answer", count=1, seconds=7)
    with pytest.raises(NetworkError):
        await bot.set_my_name("x")


async def test_a_wrong_token_is_an_error_of_the_library(site: Site) -> None:
    for bot in (
        Bot("1:wrong", base_url=f"{site.address}/bot"),
        Bot("1:wrong", request=DemoRequest(site.desk.telegram)),
    ):
        with pytest.raises(InvalidToken):
            await bot.initialize()
        await bot.shutdown()
