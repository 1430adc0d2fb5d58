"""Sending through the double: what arrives on a phone and what Telegram refuses, word for word."""

import json

import pytest

from bot.demo.telegram import Upload
from bot.demo.values import Json
from tests.demo.hands import AMAL, GROUP, OLENA, Desk, button, keyboard

BAD_KEYBOARDS: list[tuple[Json, str]] = [
    (keyboard(button("x", "d" * 65)), "BUTTON_DATA_INVALID"),
    (keyboard(button("x", "ш" * 33)), "BUTTON_DATA_INVALID"),
    (keyboard(button("x", "")), "BUTTON_DATA_INVALID"),
    (keyboard(*[button("x", "d")] * 101), "reply markup is too long"),
    (
        keyboard({"text": "x"}),
        "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
    ),
    (keyboard(button(" ", "d")), "BUTTON_TEXT_INVALID"),
    (
        keyboard({**button("x", "d"), "style": "red"}),
        "can't parse inline keyboard button: invalid button style specified",
    ),
    (
        keyboard({**button("x", "d"), "colour": 1}),
        'can\'t parse inline keyboard button: unknown field "colour"',
    ),
    (
        keyboard({"text": "x", "url": "not a link"}),
        "inline keyboard button URL 'not a link' is invalid: Wrong HTTP URL",
    ),
    (
        {"inline_keyboard": [{}]},
        'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
    ),
]
BAD_TEXTS = [
    ("", "message text is empty"),
    ("  \n ", "message text is empty"),
    ("<b> </b>", "message text is empty"),
    ("x" * 4097, "message is too long"),
    ("😀" * 2049, "message is too long"),
]


async def test_a_message_appears_on_the_phone_as_plain_text_and_safe_html(desk: Desk) -> None:
    await desk.send("<b>Hallo</b> &lt;Olena&gt; <a href='https://example.org/'>mehr</a>", parse_mode="HTML")
    shown = desk.telegram.chat(OLENA)[-1]
    assert shown.from_bot
    assert shown.text == "Hallo <Olena> mehr"
    assert shown.html == '<b>Hallo</b> &lt;Olena&gt; <a href="https://example.org/">mehr</a>'


async def test_a_keyboard_may_come_as_json_in_a_string(desk: Desk) -> None:
    rows = [[{**button("Yes", "y"), "style": "success"}], [{"text": "More", "url": "https://example.org"}]]
    await desk.send(reply_markup=json.dumps({"inline_keyboard": rows}))
    shown = desk.telegram.chat(OLENA)[-1]
    assert shown.captions == ["Yes", "More"]
    assert shown.buttons[0][0].style == "success"
    assert shown.buttons[1][0].url == "https://example.org"


@pytest.mark.parametrize(("markup", "reason"), BAD_KEYBOARDS, ids=lambda value: str(value)[-30:])
async def test_a_bad_keyboard_is_refused(desk: Desk, markup: Json, reason: str) -> None:
    words = await desk.refused("sendMessage", chat_id=OLENA, text="x", reply_markup=markup)
    assert words == f"Bad Request: {reason}"


@pytest.mark.parametrize(("text", "reason"), BAD_TEXTS, ids=lambda value: value[:12])
async def test_a_bad_text_is_refused(desk: Desk, text: str, reason: str) -> None:
    words = await desk.refused("sendMessage", chat_id=OLENA, text=text, parse_mode="HTML")
    assert words == f"Bad Request: {reason}"


async def test_the_length_counts_after_the_markup_is_taken_away(desk: Desk) -> None:
    await desk.send(f"<b>{'😀' * 2048}</b>", parse_mode="HTML")


async def test_a_document_arrives_with_its_bytes_and_caption(desk: Desk) -> None:
    upload = Upload("data.json", b"{}", "application/json")
    sent = await desk.ok("sendDocument", chat_id=OLENA, document=upload, caption="<i>Yours</i>", parse_mode="HTML")
    shown = desk.telegram.message(OLENA, sent["message_id"])
    assert shown.document == upload
    assert (shown.kind, shown.text) == ("document", "Yours")
    assert sent["document"]["file_size"] == 2
    words = await desk.refused("sendDocument", chat_id=OLENA, document=upload, caption="x" * 1025)
    assert words == "Bad Request: message caption is too long"


async def test_an_attached_file_is_found_under_its_name(desk: Desk) -> None:
    upload = Upload("a.txt", b"a")
    await desk.ok("sendDocument", chat_id=OLENA, document="attach://one", one=upload)
    assert desk.telegram.chat(OLENA)[-1].document == upload


async def test_a_venue_carries_its_place(desk: Desk) -> None:
    place = {"latitude": "47.81", "longitude": 9.64, "title": "Zentrum", "address": "Straße 1"}
    sent = await desk.ok("sendVenue", chat_id=OLENA, **place)
    assert sent["venue"]["location"] == {"latitude": 47.81, "longitude": 9.64}
    assert desk.telegram.chat(OLENA)[-1].kind == "venue"


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"chat_id": OLENA}, "message text is empty"),
        ({"text": "x"}, "chat_id is empty"),
        ({"chat_id": 999, "text": "x"}, "chat not found"),
        ({"chat_id": "@nobody", "text": "x"}, "chat not found"),
        ({"chat_id": OLENA, "text": "x", "txet": 1}, 'unknown parameter "txet" of method sendMessage'),
        ({"chat_id": OLENA, "text": 5}, 'parameter "text" must be of type String'),
        (
            {"chat_id": OLENA, "text": "x", "protect_content": "perhaps"},
            'parameter "protect_content" must be of type Boolean',
        ),
        (
            {"chat_id": OLENA, "text": "x", "reply_markup": "{"},
            "can't parse reply keyboard markup JSON object",
        ),
        ({"chat_id": OLENA, "text": "x", "reply_markup": "[]"}, "object expected as reply markup"),
        ({"chat_id": OLENA, "text": "x", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        (
            {"chat_id": OLENA, "text": "x", "reply_parameters": {"message_id": 9999}},
            "message to be replied not found",
        ),
    ],
)
async def test_wrong_parameters_are_named(desk: Desk, params: Json, reason: str) -> None:
    assert await desk.refused("sendMessage", **params) == f"Bad Request: {reason}"


async def test_people_who_cannot_be_reached_are_refused(desk: Desk) -> None:
    desk.telegram.user(200, "Unknown")
    desk.telegram.block(OLENA)
    desk.telegram.deactivate(AMAL)
    for chat_id, reason in (
        (200, "bot can't initiate conversation with a user"),
        (OLENA, "bot was blocked by the user"),
        (AMAL, "user is deactivated"),
    ):
        assert await desk.refused("sendMessage", chat_id=chat_id, text="x") == f"Forbidden: {reason}"
    desk.telegram.unblock(OLENA)
    await desk.send()


async def test_a_group_that_became_a_supergroup_names_its_new_id(desk: Desk) -> None:
    desk.telegram.group(GROUP, "Team", added_by=OLENA)
    await desk.send(chat_id=GROUP)
    new_id = desk.telegram.migrate(GROUP)
    answer = await desk.telegram.call("sendMessage", {"chat_id": GROUP, "text": "x"})
    assert answer.body["description"] == "Bad Request: group chat was upgraded to a supergroup chat"
    assert answer.body["parameters"] == {"migrate_to_chat_id": new_id}
    await desk.send(chat_id=new_id)
    *_, old, new = await desk.updates()
    assert old["message"]["migrate_to_chat_id"] == new_id
    assert new["message"]["migrate_from_chat_id"] == GROUP


async def test_a_bot_out_of_the_group_is_refused(desk: Desk) -> None:
    desk.telegram.group(GROUP, "Team", added_by=OLENA)
    desk.telegram.kick(GROUP, OLENA)
    words = await desk.refused("sendMessage", chat_id=GROUP, text="x")
    assert words == "Forbidden: bot was kicked from the group chat"
    desk.telegram.group(GROUP - 1, "Hall", supergroup=True)
    await desk.ok("leaveChat", chat_id=GROUP - 1)
    words = await desk.refused("sendMessage", chat_id=GROUP - 1, text="x")
    assert words == "Forbidden: bot is not a member of the supergroup chat"


async def test_a_copy_has_the_text_and_a_new_id(desk: Desk) -> None:
    source = desk.telegram.say(OLENA, "see you")
    copied = await desk.ok("copyMessage", chat_id=AMAL, from_chat_id=OLENA, message_id=source)
    assert desk.telegram.message(AMAL, copied["message_id"]).text == "see you"
    words = await desk.refused("copyMessage", chat_id=AMAL, from_chat_id=OLENA, message_id=9999)
    assert words == "Bad Request: message to copy not found"


async def test_a_reply_keyboard_stays_until_it_is_removed(desk: Desk) -> None:
    await desk.send(reply_markup={"keyboard": [["Home", {"text": "Help"}]]})
    assert desk.telegram.reply_keyboard(OLENA) == [["Home", "Help"]]
    await desk.send(reply_markup={"remove_keyboard": True})
    assert desk.telegram.reply_keyboard(OLENA) == []


async def test_only_known_chat_actions_are_accepted(desk: Desk) -> None:
    assert await desk.ok("sendChatAction", chat_id=OLENA, action="typing") is True
    words = await desk.refused("sendChatAction", chat_id=OLENA, action="dancing")
    assert words == "Bad Request: wrong parameter action in request"


async def test_unknown_methods_are_not_found_and_case_does_not_matter(desk: Desk) -> None:
    assert await desk.refused("sendTelepathy") == "Not Found"
    assert (await desk.ok("GETME"))["username"] == "lotse_demo_bot"
