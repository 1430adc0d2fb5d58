"""Whatever comes in: a fitting answer or a reasoned silence, and what fails stops nothing."""

from typing import Any

import pytest
from sqlmodel import select

from bot.chat.event import parse_event
from bot.core.inbox import InboxState, Incoming
from bot.core.store import StoreUnavailable, UnitOfWork
from tests.support.town import Town


def inbox(town: Town, state: str) -> list[Incoming]:
    with town.store.read() as session:
        return list(session.exec(select(Incoming).where(Incoming.state == state)))


async def test_unknown_words_get_an_answer_with_the_way_on(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    await anna.says("blah blah")
    anna.sees("I did not understand that", "What brings you here?")


async def test_an_unknown_command_gets_an_answer(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    await anna.says("/abracadabra")
    anna.sees("I did not understand that")


async def test_pictures_stickers_voice_and_contacts_get_an_answer(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    telegram = town.telegram
    for send in (telegram.send_photo, telegram.send_sticker, telegram.send_voice, telegram.send_contact):
        before = len(anna.screens)
        send(101)
        await town.settle()
        assert len(anna.screens) == before + 1
        anna.sees("I cannot read pictures")


async def test_no_phone_number_of_a_contact_is_kept(town: Town) -> None:
    await town.someone(101, "Anna", "en")
    town.telegram.send_contact(101, phone_number="+4975112345678")
    await town.settle()
    assert all(row.body == "" for row in inbox(town, InboxState.DONE))


async def test_an_edited_message_is_explained_inside_a_form_and_ignored_outside(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    await anna.says("hello there you")
    said = [m for m in town.telegram.chat(101) if not m.from_bot][-1]
    before = len(anna.screens)
    town.telegram.edit(101, said.message_id, "hello")
    await town.settle()
    assert len(anna.screens) == before
    await anna.presses("I want to help", "I agree")
    town.telegram.edit(101, said.message_id, "hello again")
    await town.settle()
    anna.sees("I read every message only once")


async def test_a_group_is_shown_the_way_to_the_private_chat_and_otherwise_left_alone(town: Town) -> None:
    await town.someone(101, "Anna", "en")
    town.telegram.group(-50, "Café", added_by=101)
    town.telegram.say(101, "a private word among friends", chat_id=-50)
    await town.settle()
    assert not [m for m in town.telegram.chat(-50) if m.from_bot]
    town.telegram.say(101, "/start", chat_id=-50)
    await town.settle()
    answer = [m for m in town.telegram.chat(-50) if m.from_bot][-1]
    assert "private chat" in answer.text
    assert answer.buttons[0][0].url == "https://t.me/lotse_demo_bot?start=group"


async def test_a_channel_post_gets_silence(town: Town) -> None:
    town.telegram.channel(-1001, "News")
    town.telegram.channel_post(-1001, "something")
    await town.settle()
    assert not [m for m in town.telegram.chat(-1001) if m.from_bot]
    assert not inbox(town, InboxState.DEAD)


POISON: list[dict[str, Any]] = [
    {"message": {"message_id": "x", "date": "never", "chat": None}},
    {"message": {"message_id": 1}},
    {"message": "a text where an object belongs"},
    {"callback_query": {"id": 5, "from": {"id": 101}}},
    {"my_chat_member": {}},
    {"message": {"message_id": 1, "date": 10**30, "chat": {"id": 1, "type": "private"}, "text": "x"}},
    {"something_new": {"a": [1, 2, 3]}},
    {},
]


@pytest.mark.parametrize("poison", POISON, ids=range(len(POISON)))
async def test_an_update_nobody_can_read_is_set_aside_and_stops_nothing(town: Town, poison: dict[str, Any]) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.raw_update(poison)
    await anna.says("/help")
    anna.sees("/start")
    assert not inbox(town, InboxState.NEW)


async def test_a_handler_that_fails_leaves_a_dead_letter_and_a_kind_answer(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    broken = town.bot.house.registry.commands["help"]

    def fails(_: object) -> None:
        raise RuntimeError("a mistake of ours")

    town.bot.house.registry.commands["help"] = type(broken)("help", fails, broken.may)
    await anna.says("/help")
    anna.sees("Something went wrong on our side")
    assert [row.error for row in inbox(town, InboxState.DEAD)] == ["RuntimeError"]
    await anna.says("/start")
    anna.sees("What brings you here?")


async def test_a_button_of_somebody_else_changes_nothing(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    tom = await town.someone(102, "Tom", "en")
    data = anna.screen.buttons[0][0].callback_data
    assert data
    town.telegram.forge(tom.id, tom.screen.message_id, data)
    await town.settle()
    assert "no longer valid" in tom.alerts[-1]
    tom.sees("What brings you here?")


async def test_no_tap_is_left_without_its_answer(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    await anna.presses("Help", "Home")
    assert all(notice.answered for notice in town.telegram.notices(anna.id))


def test_control_characters_in_names_and_texts_are_taken_out() -> None:
    chat = {"id": 101, "type": "private"}
    sender = {"id": 101, "is_bot": False, "first_name": "An\u202ena\u0000"}
    raw = {"update_id": 1, "message": {"message_id": 1, "date": 1, "chat": chat, "from": sender, "text": "a\u2066b"}}
    event = parse_event(raw)
    assert (event.name, event.text) == ("Anna", "ab")


async def test_an_update_waits_while_the_store_is_away_and_is_no_dead_letter(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    town.telegram.say(101, "/help")
    town.bot.ingest.keep(await town.client.updates(None, 0))

    def away(_: UnitOfWork) -> None:
        town.store.before_commit.remove(away)
        raise StoreUnavailable

    town.store.before_commit.append(away)
    with pytest.raises(StoreUnavailable):
        await town.bot.dispatcher.handle_waiting()
    assert len(inbox(town, InboxState.NEW)) == 1
    await town.settle()
    anna.sees("/start")
    assert not inbox(town, InboxState.DEAD)
