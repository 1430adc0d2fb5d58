"""What people send reaches the bot as Telegram would describe it."""

import pytest
from telegram import Update

from bot.demo.telegram import Upload
from tests.demo.hands import CLARA, GROUP, OLENA, Desk


async def test_every_kind_of_message_is_one_that_the_library_understands(desk: Desk) -> None:
    phone = desk.telegram
    phone.send_photo(OLENA, "look")
    phone.send_sticker(OLENA)
    phone.send_voice(OLENA)
    phone.send_contact(OLENA)
    phone.send_location(OLENA)
    phone.send_document(OLENA, Upload("a.pdf", b"%PDF", "application/pdf"))
    parsed = [Update.de_json(update, None) for update in await desk.updates()]
    kinds = ["photo", "sticker", "voice", "contact", "location", "document"]
    for kind, update in zip(kinds, parsed, strict=True):
        assert update.message is not None
        assert getattr(update.message, kind)
    assert parsed[0].message is not None
    assert parsed[0].message.caption == "look"


async def test_membership_groups_channels_and_edits_are_understood_too(desk: Desk) -> None:
    phone = desk.telegram
    phone.block(OLENA)
    phone.unblock(OLENA)
    phone.group(GROUP, "Team", added_by=CLARA)
    phone.say(CLARA, "in the group", chat_id=GROUP)
    phone.channel(-900, "News")
    phone.channel_post(-900, "posted")
    phone.edit(CLARA, phone.say(CLARA, "frist"), "first")
    parsed = [Update.de_json(update, None) for update in await desk.updates()]
    block, unblock, added, in_group, post, _, edited = parsed
    assert block.my_chat_member is not None
    assert block.my_chat_member.new_chat_member.status == "kicked"
    assert unblock.my_chat_member is not None
    assert added.my_chat_member is not None
    assert added.my_chat_member.chat.id == GROUP
    assert in_group.message is not None
    assert in_group.message.chat.title == "Team"
    assert post.channel_post is not None
    assert edited.edited_message is not None
    assert edited.edited_message.text == "first"


async def test_words_that_telegram_marks_are_marked(desk: Desk) -> None:
    desk.telegram.say(OLENA, "😀 /help @somebody a@example.org https://example.org/x +49 751 1234567")
    (update,) = await desk.updates()
    message = Update.de_json(update, None).message
    assert message is not None
    found = {entity.type: words for entity, words in message.parse_entities().items()}
    assert found == {
        "bot_command": "/help",
        "mention": "@somebody",
        "email": "a@example.org",
        "url": "https://example.org/x",
        "phone_number": "+49 751 1234567",
    }


async def test_direction_overrides_never_reach_the_bot_but_isolates_do(desk: Desk) -> None:
    desk.telegram.say(OLENA, "a\u202eb \u2068c\u2069\tend")
    (update,) = await desk.updates()
    assert update["message"]["text"] == "ab \u2068c\u2069 end"


async def test_a_phone_that_blocked_the_bot_cannot_write_to_it(desk: Desk) -> None:
    desk.telegram.block(OLENA)
    with pytest.raises(ValueError, match="blocked"):
        desk.telegram.say(OLENA, "hello?")


async def test_somebody_elses_message_cannot_be_edited_on_a_phone(desk: Desk) -> None:
    sent = await desk.send("from the bot")
    with pytest.raises(ValueError, match="own"):
        desk.telegram.edit(OLENA, sent, "changed")


async def test_a_new_language_shows_in_the_next_message(desk: Desk) -> None:
    desk.telegram.set_language(OLENA, "de")
    desk.telegram.say(OLENA, "Hallo")
    (update,) = await desk.updates()
    assert update["message"]["from"]["language_code"] == "de"


async def test_listeners_hear_what_changed(desk: Desk) -> None:
    heard: list[tuple[str, int]] = []
    desk.telegram.world.listeners.append(lambda topic, about: heard.append((topic, about)))
    await desk.send()
    assert heard == [("chat", OLENA), ("calls", 0)]


async def test_every_accepted_and_refused_call_is_in_the_ledger(desk: Desk) -> None:
    sent = await desk.send("one")
    await desk.refused("sendMessage", chat_id=999, text="two")
    await desk.updates()
    first, second = desk.telegram.ledger.calls
    assert (first.number, first.method, first.chat_id, first.effect_message_id) == (
        1,
        "sendMessage",
        OLENA,
        sent,
    )
    assert (second.outcome, second.status, second.ok) == ("Bad Request: chat not found", 400, False)
    assert desk.telegram.ledger.polls == 1
    assert desk.telegram.ledger.of("sendMessage") == [first]
    assert desk.telegram.ledger.refused() == [second]
    assert first.at == desk.clock.now
