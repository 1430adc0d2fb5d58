"""Stories of people who want to know, take along, withdraw, and be forgotten."""

import json
import sqlite3
from pathlib import Path
from typing import Any

from sqlalchemy.engine import make_url
from sqlmodel import SQLModel, select

from bot.core.consent import consent_of, give_consent, text_version
from bot.core.keyring import open_keyring
from bot.core.person import Person, Role
from bot.core.store import Store
from bot.features.organisations.services import create_invitation
from bot.features.volunteers.queries import Wanted, fitting_volunteers
from tests.support.town import Someone, Town

MARKER = "Xanthippe"
NUMBER = 7012345678901


async def volunteer(town: Town, user_id: int = NUMBER, name: str = MARKER) -> Someone:
    town.organisation()
    who = await town.someone(user_id, name, "en")
    await who.presses("I want to help", "I agree", name, "German", "Next", "Host at Café", "Next", "Wed 🌙", "Next")
    await who.says(f"{MARKER}-Viertel")
    await who.presses("Yes, that is right")
    return who


async def appointed(town: Town, who: Someone) -> None:
    """Invite somebody to coordinate, by a link."""
    number = town.organisation().number
    with town.store.unit_of_work() as uow:
        token = create_invitation(uow, open_keyring(uow.session), Role.COORDINATOR, number)
    await who.says(f"/start inv-{token}")


def everything_kept(store: Store) -> str:
    """All values of all tables as one text."""
    with store.read() as session:
        rows = [session.connection().execute(table.select()).all() for table in SQLModel.metadata.sorted_tables]
    return repr(rows)


def file_of(who: Someone) -> dict[str, Any]:
    documents = [message.document for message in who.screens if message.document]
    assert documents, who.everything
    found: dict[str, Any] = json.loads(documents[-1].content)
    return found


async def test_everybody_reads_in_plain_words_what_is_kept_and_by_whom(town: Town) -> None:
    town.organisation()
    noor = await town.someone(401, "Noor", "en")
    await noor.says("/privacy")
    noor.sees("not end-to-end encrypted", "until you delete it", "paper and the desk", "responsible: Caritas")
    assert len(noor.captions) <= 6


async def test_a_consent_is_withdrawn_and_given_again_in_one_tap(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    await anna.says("/privacy")
    anna.sees("I am told here when help is needed")
    await anna.presses("Stop: messages")
    anna.sees("need not say why", "Withdrawn on")
    with town.store.read() as session:
        assert consent_of(session, anna.person().key, "announcements") is None
        assert consent_of(session, anna.person().key, "volunteering") is not None
    await anna.presses("Yes: messages")
    with town.store.read() as session:
        again = consent_of(session, anna.person().key, "announcements")
        assert again is not None
        assert (again.text_version, again.language) == (text_version("announcements"), "en")


async def test_withdrawing_from_volunteering_pauses_and_agreeing_ends_the_pause(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    for caption, fitting in (("Stop: volunteering", 0), ("Yes: volunteering", 1)):
        await anna.says("/privacy")
        await anna.presses(caption)
        with town.store.read() as session:
            assert len(fitting_volunteers(session, Wanted())) == fitting


async def test_withdrawing_from_buddies_withdraws_that_purpose_alone(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    with town.store.unit_of_work() as uow:
        give_consent(uow, anna.person().key, "buddies", text_version("buddies"), "en")
    await anna.says("/privacy")
    await anna.presses("Stop: language buddy")
    with town.store.read() as session:
        held = {p for p in ("volunteering", "announcements", "buddies") if consent_of(session, anna.person().key, p)}
    assert held == {"volunteering", "announcements"}


async def test_the_file_holds_everything_and_is_nowhere_in_the_store(town: Town) -> None:
    anna = await volunteer(town)
    await appointed(town, anna)
    await anna.says("/mydata")
    found = file_of(anna)
    assert found["schema"] == 1
    data = found["data"]
    assert data["person"][0]["name"] == MARKER
    assert data["person"][0]["telegram_id"] == NUMBER
    assert data["volunteer"][0]["district"] == f"{MARKER}-Viertel"
    assert {row["language"] for row in data["languages"]} == {"en", "de"}
    assert {row["purpose"] for row in data["consents"]} == {"volunteering", "announcements"}
    assert data["coordinating"] == [{"organisation": "Caritas"}]
    assert "made_at" not in everything_kept(town.store)


async def test_the_file_names_no_other_person(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    berta = await volunteer(town, 102, "Berta")
    for who in (anna, berta):
        await appointed(town, who)
    await anna.says("/mydata")
    written = json.dumps(file_of(anna))
    assert "Anna" in written
    assert "Berta" not in written
    assert "102" not in written


async def test_a_second_wish_for_the_file_in_the_same_minute_makes_no_second_file(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    for _ in range(3):
        town.telegram.say(anna.id, "/mydata")
    await town.settle()
    assert len([message for message in anna.screens if message.document]) == 1


async def test_nobody_is_forgotten_without_being_asked(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    await anna.says("/forget")
    anna.sees("cannot be undone", "a place is free, not why")
    await anna.presses("Back")
    assert anna.person().name == "Anna"


async def test_after_forgetting_nothing_of_her_is_in_any_table_or_byte(town: Town) -> None:
    xanthippe = await volunteer(town)
    await appointed(town, xanthippe)
    await xanthippe.says("/start inv-" + "x" * 32)
    await xanthippe.says("/organisation")
    await xanthippe.presses("Add a place")
    await xanthippe.says(f"At {MARKER}'s")
    await xanthippe.says("/mydata")
    assert MARKER in everything_kept(town.store)
    await xanthippe.says("/forget")
    await xanthippe.presses("Yes, delete everything")
    xanthippe.sees("We have forgotten you")
    await town.passes(minutes=20)
    assert MARKER not in everything_kept(town.store)
    assert str(NUMBER) not in everything_kept(town.store)
    if town.store.is_sqlite:
        kept = bytes_of(town.store)
        assert MARKER.encode() not in kept
        assert NUMBER.to_bytes(6) not in kept


def bytes_of(store: Store) -> bytes:
    """The database as it lies on the disk, once its journal was folded in."""
    file = Path(make_url(store.url).database or "")
    store.close()
    with sqlite3.connect(file) as connection:
        assert connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0
    connection.close()
    journal = file.with_name(f"{file.name}-wal")
    return file.read_bytes() + (journal.read_bytes() if journal.exists() else b"")


async def test_the_bytes_of_somebody_who_is_kept_are_found(town: Town) -> None:
    await volunteer(town)
    if town.store.is_sqlite:
        kept = bytes_of(town.store)
        assert MARKER.encode() in kept
        assert NUMBER.to_bytes(6) in kept


async def test_a_double_tap_on_the_last_button_forgets_once_and_leaves_nothing(town: Town) -> None:
    anna = await volunteer(town)
    await anna.says("/forget")
    message, data = anna._find("Yes, delete everything")
    for _ in range(2):
        town.telegram.press(anna.id, message.message_id, data)
    await town.settle()
    assert anna.everything.count("We have forgotten you") == 1
    with town.store.read() as session:
        assert session.exec(select(Person)).all() == []


async def test_the_last_screen_keeps_no_button(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    await anna.says("/forget")
    await anna.presses("Yes, delete everything")
    assert [message.captions for message in anna.screens if message.captions] == []


async def test_whoever_was_forgotten_can_come_back_as_a_stranger(town: Town) -> None:
    anna = await volunteer(town, 101, "Anna")
    await anna.says("/forget")
    await anna.presses("Yes, delete everything")
    await anna.says("/start")
    await anna.presses("English")
    anna.sees("Welcome to Lotse")
    assert anna.person().name == ""


async def test_colleagues_hear_that_a_coordinator_left_but_not_who(town: Town) -> None:
    berta = await volunteer(town, 102, "Berta")
    anna = await volunteer(town)
    for who in (berta, anna):
        await appointed(town, who)
    await anna.says("/forget")
    await anna.presses("Yes, delete everything")
    berta.sees("Somebody who coordinated Caritas left")
    assert MARKER not in berta.last
