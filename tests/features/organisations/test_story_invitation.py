"""Stories of coordinators: invited by a link, at their desk, and let go by an admin."""

import re

from bot.core.person import Role, grant
from tests.support.town import Someone, Town

LINK = re.compile(r"https://t\.me/lotse_demo_bot\?start=(inv-[\w-]{32})")


async def coordinator(town: Town, user_id: int = 201, name: str = "Carla") -> Someone:
    who = await town.someone(user_id, name, "en")
    town.appoint(who, town.organisation())
    return who


async def admin(town: Town, user_id: int = 301) -> Someone:
    who = await town.someone(user_id, "Root", "en")
    with town.store.unit_of_work() as uow:
        grant(uow.session, who.person().key, Role.ADMIN, 0, uow.now)
    return who


def link_in(who: Someone) -> str:
    found = LINK.search(who.last)
    assert found, who.last
    return found[1]


async def test_a_colleague_opens_the_link_chooses_her_language_and_is_at_work(town: Town) -> None:
    carla = await coordinator(town)
    await carla.says("/organisation")
    carla.sees("Caritas", "1 person coordinates here", "Café International")
    await carla.presses("Invite a colleague")
    carla.sees("works once", "9 February, 10:00")
    dilan = town.stranger(202, "Dilan", "en")
    await dilan.says(f"/start {link_in(carla)}")
    await dilan.presses("English")
    dilan.sees("You coordinate Caritas", "invite colleagues")
    assert dilan.person().name == "Dilan"
    assert dilan.person().start_word == ""
    carla.sees("Dilan now coordinates Caritas with you")
    await dilan.presses("My organisation")
    dilan.sees("2 people coordinate here")
    menu = {command.command for command in town.telegram.commands_for(dilan.id)}
    assert {"newshift", "broadcast"} <= menu


async def test_a_link_that_is_wrong_used_or_expired_is_answered_alike(town: Town) -> None:
    carla = await coordinator(town)
    await carla.says("/organisation")
    await carla.presses("Invite a colleague")
    used = link_in(carla)
    dilan = await town.someone(202, "Dilan", "en")
    await dilan.says(f"/start {used}")
    await carla.presses("Home", "My organisation", "Invite a colleague")
    expired = link_in(carla)
    await town.passes(days=7)
    answers = set()
    for number, word in enumerate((used, expired, "inv-" + "x" * 32, "inv-?")):
        guest = await town.someone(210 + number, "Guest", "en")
        await guest.says(f"/start {word}")
        answers.add(guest.last)
        assert "organisation" not in " ".join(guest.captions)
    assert len(answers) == 1
    assert "does not work" in answers.pop()


async def test_a_form_enters_a_place(town: Town) -> None:
    carla = await coordinator(town)
    await carla.says("/organisation")
    await carla.presses("Add a place")
    await carla.says("Nähwerkstatt <b>")
    await carla.presses("Skip", "Enter the place")
    carla.sees("You can now choose this place", "Nähwerkstatt <b>")
    await carla.presses("Back")
    carla.sees("Nähwerkstatt <b>")


async def test_a_place_is_one_short_line(town: Town) -> None:
    carla = await coordinator(town)
    await carla.says("/organisation")
    await carla.presses("Add a place")
    for text in ("x" * 81, "two\nlines"):
        await carla.says(text)
        carla.sees("one line of at most 80 letters", "What is the place called?")


async def test_an_admin_chooses_the_organisation_and_removes_a_coordinator_after_asking(town: Town) -> None:
    carla = await coordinator(town)
    root = await admin(town)
    await root.says("/organisation")
    await root.presses("Caritas", "Coordinators", "Remove Carla")
    root.sees("Shall Carla no longer coordinate Caritas?")
    await root.presses("Back", "Remove Carla", "Yes, remove")
    root.sees("Nobody coordinates here yet")
    carla.sees("You no longer coordinate Caritas")
    await carla.says("/organisation")
    carla.sees("You cannot do this")


async def test_coordinators_see_their_team_but_remove_nobody(town: Town) -> None:
    carla = await coordinator(town)
    await coordinator(town, 202, "Dilan")
    await carla.says("/organisation")
    await carla.presses("Coordinators")
    carla.sees("Carla", "Dilan")
    assert not any("Remove" in caption for caption in carla.captions)


async def test_an_old_desk_button_shows_nothing_once_the_right_is_gone(town: Town) -> None:
    carla = await coordinator(town)
    root = await admin(town)
    await carla.says("/organisation")
    await root.says("/organisation")
    await root.presses("Caritas", "Coordinators", "Remove Carla", "Yes, remove")
    await carla.presses("Invite a colleague")
    assert "You cannot do this" in carla.everything
    assert LINK.search(carla.everything) is None


async def test_an_admin_invites_an_admin(town: Town) -> None:
    root = await admin(town)
    await root.says("/organisation")
    await root.presses("Invite an admin")
    dilan = await town.someone(202, "Dilan", "en")
    await dilan.says(f"/start {link_in(root)}")
    dilan.sees("You are an admin of this desk")
    root.sees("Dilan is now an admin too")
