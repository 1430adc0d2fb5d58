"""Editing, deleting and answering taps: what a phone shows afterwards and what Telegram refuses."""

import pytest

from bot.demo.telegram import Upload
from tests.demo.hands import OLENA, Desk, button, keyboard

NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly"
    " the same as a current content and reply markup of the message"
)
TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
YES = keyboard(button("Yes", "yes"))


async def test_an_edit_changes_text_and_takes_the_keyboard_away(desk: Desk) -> None:
    sent = await desk.send("one", reply_markup=YES)
    await desk.ok("editMessageText", chat_id=OLENA, message_id=sent, text="two")
    shown = desk.telegram.message(OLENA, sent)
    assert (shown.text, shown.buttons, shown.edited) == ("two", (), True)


async def test_an_edit_that_changes_nothing_is_refused(desk: Desk) -> None:
    sent = await desk.send("<b>one</b>", parse_mode="HTML", reply_markup=YES)
    same = {"chat_id": OLENA, "message_id": sent, "reply_markup": YES}
    text = {"text": "<strong>one</strong>", "parse_mode": "HTML"}
    assert await desk.refused("editMessageText", **same, **text) == NOT_MODIFIED
    assert await desk.refused("editMessageReplyMarkup", **same) == NOT_MODIFIED
    await desk.ok("editMessageText", **same, text="one")


async def test_a_keyboard_can_go_away_alone_without_an_edited_mark(desk: Desk) -> None:
    sent = await desk.send(reply_markup=YES)
    await desk.ok("editMessageReplyMarkup", chat_id=OLENA, message_id=sent)
    shown = desk.telegram.message(OLENA, sent)
    assert (shown.buttons, shown.edited) == ((), False)


async def test_only_own_texts_that_are_still_there_can_be_edited(desk: Desk) -> None:
    theirs = desk.telegram.say(OLENA, "mine")
    file = await desk.ok("sendDocument", chat_id=OLENA, document=Upload("a", b"a"))
    for message_id, reason in (
        (9999, "message to edit not found"),
        (theirs, "message can't be edited"),
        (file["message_id"], "there is no text in the message to edit"),
    ):
        words = await desk.refused("editMessageText", chat_id=OLENA, message_id=message_id, text="x")
        assert words == f"Bad Request: {reason}"


async def test_a_deleted_message_is_gone_from_the_phone(desk: Desk) -> None:
    sent = await desk.send("secret")
    await desk.ok("deleteMessage", chat_id=OLENA, message_id=sent)
    assert "secret" not in [shown.text for shown in desk.telegram.chat(OLENA)]
    assert desk.telegram.chat(OLENA, deleted=True)[-1].deleted
    words = await desk.refused("deleteMessage", chat_id=OLENA, message_id=sent)
    assert words == "Bad Request: message to delete not found"
    words = await desk.refused("editMessageText", chat_id=OLENA, message_id=sent, text="x")
    assert words == "Bad Request: message to edit not found"


async def test_a_message_can_be_deleted_for_48_hours(desk: Desk) -> None:
    first, second = await desk.send(), await desk.send()
    desk.clock.pass_time(hours=47, minutes=59)
    await desk.ok("deleteMessage", chat_id=OLENA, message_id=first)
    desk.clock.pass_time(minutes=1)
    words = await desk.refused("deleteMessage", chat_id=OLENA, message_id=second)
    assert words == "Bad Request: message can't be deleted for everyone"


async def test_a_tap_reaches_the_bot_and_is_answered_once(desk: Desk) -> None:
    sent = await desk.send(reply_markup=YES)
    query = desk.telegram.press(OLENA, sent, "Yes")
    (update,) = await desk.updates()
    assert update["callback_query"]["data"] == "yes"
    assert update["callback_query"]["message"]["message_id"] == sent
    answer = {"callback_query_id": query, "text": "Good", "show_alert": "true"}
    assert await desk.ok("answerCallbackQuery", **answer) is True
    assert (desk.telegram.notice(query).text, desk.telegram.notice(query).alert) == ("Good", True)
    assert await desk.refused("answerCallbackQuery", **answer) == TOO_OLD


async def test_a_tap_must_be_answered_within_150_seconds(desk: Desk) -> None:
    sent = await desk.send(reply_markup=YES)
    query = desk.telegram.press(OLENA, sent, "yes")
    desk.clock.pass_time(seconds=151)
    assert await desk.refused("answerCallbackQuery", callback_query_id=query) == TOO_OLD
    assert await desk.refused("answerCallbackQuery", callback_query_id="77") == TOO_OLD


async def test_a_notice_has_200_characters_at_most(desk: Desk) -> None:
    query = desk.telegram.press(OLENA, await desk.send(reply_markup=YES), "Yes")
    words = await desk.refused("answerCallbackQuery", callback_query_id=query, text="x" * 201)
    assert words == "Bad Request: MESSAGE_TOO_LONG"
    await desk.ok("answerCallbackQuery", callback_query_id=query, text="x" * 200)


async def test_pressing_what_is_not_there_names_what_is(desk: Desk) -> None:
    sent = await desk.send(reply_markup=YES)
    with pytest.raises(LookupError, match="Yes"):
        desk.telegram.press(OLENA, sent, "No")


async def test_a_changed_client_can_send_any_data(desk: Desk) -> None:
    desk.telegram.forge(OLENA, await desk.send(), "never offered")
    (update,) = await desk.updates()
    assert update["callback_query"]["data"] == "never offered"


async def test_a_link_of_the_bot_on_a_button_starts_it(desk: Desk) -> None:
    link = {"text": "Join", "url": "https://t.me/lotse_demo_bot?start=abc"}
    desk.telegram.press(OLENA, await desk.send(reply_markup=keyboard(link)), "Join")
    (update,) = await desk.updates()
    assert update["message"]["text"] == "/start abc"
    assert update["message"]["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
