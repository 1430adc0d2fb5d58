"""Every command, as a coordinator sees it, in every language: nothing missing, nothing broken, nothing too long."""

import re

import pytest
from sqlmodel import select

from bot.app import FEATURES
from bot.chat.feature import Registry
from bot.core.inbox import InboxState, Incoming
from bot.core.outbox import Outgoing, State
from bot.core.person import Person
from tests.support.town import Town

LONGEST_NAME = "Wolfeschlegelsteinhausenbergerdorff-Anna"  # as long as a name to be called by may be
CAPTION_LIMIT = 64  # characters; a phone shows about 20 to 40 of them
COMMANDS = sorted(set(Registry(FEATURES).commands) - {"forget", "mydata"})


@pytest.mark.parametrize("language", ["en", "de", "uk", "ar"])
async def test_every_command_has_a_sound_screen(town: Town, language: str) -> None:
    who = await town.someone(101, LONGEST_NAME, language)
    town.appoint(who, town.organisation(name="Katholische Gesamtkirchengemeinde Weingarten und Umgebung"))
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person)).one()
        person.name = LONGEST_NAME
        uow.session.add(person)
    for command in COMMANDS:
        before = len(who.screens)
        await who.says(f"/{command}")
        assert len(who.screens) > before, f"/{command} was left without an answer"
        text, captions = who.last, who.captions
        assert not re.search(r"[{}]", text + "".join(captions)), f"/{command}: {text} {captions}"
        assert all(len(caption) <= CAPTION_LIMIT for caption in captions), f"/{command}: {captions}"
        await who.says("/cancel")
    with town.store.read() as session:
        assert session.exec(select(Incoming.error).where(Incoming.state == InboxState.DEAD)).all() == []
        assert session.exec(select(Outgoing.error).where(Outgoing.state == State.DEAD)).all() == []


@pytest.mark.parametrize(("language", "letters"), [("uk", "[а-яіїєґ]"), ("ar", "[\u0621-\u064a]")])
async def test_no_screen_falls_back_to_english(town: Town, language: str, letters: str) -> None:
    who = await town.someone(101, "X", language)
    town.appoint(who, town.organisation(name="Y"))
    for command in COMMANDS:
        await who.says(f"/{command}")
        for words in who.captions:
            foreign = [word for word in re.findall(r"[A-Za-z]{3,}", words) if word not in KEPT]
            assert re.search(letters, words) or not foreign, f"/{command}: {words!r} is not translated"
        await who.says("/cancel")


# Proper names, and languages by their own names.
KEPT = {"Lotse", "Caf", "International", "English", "Deutsch", "Telegram"}
