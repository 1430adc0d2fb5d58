"""Stories of somebody who is forgotten while others are busy with her."""

from sqlmodel import SQLModel, select

from bot.core.store import Store
from bot.features.shifts.models import SignUp, SignUpState
from tests.features.buddies import phones
from tests.features.shifts.test_story_shifts import coordinator, publishes
from tests.features.volunteers.test_story_volunteer import sign_up
from tests.support.town import Someone, Town

MARKER = "Xanthippe"
NUMBER = 7012345678901


async def is_forgotten(who: Someone) -> None:
    await who.says("/forget")
    await who.presses("Yes, delete everything")
    await who.town.passes(minutes=20)


def assert_nothing_is_kept(store: Store) -> None:
    with store.read() as session:
        rows = repr([session.connection().execute(table.select()).all() for table in SQLModel.metadata.sorted_tables])
    assert MARKER not in rows
    assert str(NUMBER) not in rows


async def test_a_roster_in_a_coordinators_chat_loses_her_name_and_her_place_is_free(town: Town) -> None:
    xanthippe = await sign_up(town, MARKER, user_id=NUMBER)
    carla = await coordinator(town)
    number = await publishes(carla)
    await xanthippe.says(f"/start shift-{number}")
    await xanthippe.presses("I'm in")
    assert MARKER in carla.everything
    await is_forgotten(xanthippe)
    assert MARKER not in carla.everything
    assert "0 of 2 places" in carla.everything
    assert_nothing_is_kept(town.store)


async def test_the_waitlist_gets_the_place_of_somebody_who_is_forgotten(town: Town) -> None:
    xanthippe = await sign_up(town, MARKER, user_id=NUMBER)
    berta = await sign_up(town, "Berta", user_id=102)
    number = await publishes(await coordinator(town), most="1")
    for who, caption in ((xanthippe, "I'm in"), (berta, "Join the waitlist")):
        await who.says(f"/start shift-{number}")
        await who.presses(caption)
    await is_forgotten(xanthippe)
    with town.store.read() as session:
        assert [(row.person_id, row.state) for row in session.exec(select(SignUp))] == [
            (berta.person().key, SignUpState.CONFIRMED)
        ]
    assert_nothing_is_kept(town.store)


async def test_a_proposed_buddy_ends_kindly_and_the_desk_forgets_her_name(town: Town) -> None:
    amal = await phones.newcomer(town)
    xanthippe = await phones.volunteer(town, NUMBER, MARKER)
    clara = await phones.coordinator(town)
    await clara.who.says("/buddies")
    await clara.who.presses("أمل", f"💌 Propose {MARKER}")
    await is_forgotten(xanthippe.who)
    for who in (amal, clara):
        assert MARKER not in who.who.everything
    assert_nothing_is_kept(town.store)


async def test_a_coordinator_who_made_a_shift_leaves_the_shift_and_no_name(town: Town) -> None:
    anna = await sign_up(town)
    xanthippe = await coordinator(town, NUMBER, MARKER)
    number = await publishes(xanthippe)
    await is_forgotten(xanthippe)
    await anna.says(f"/start shift-{number}")
    await anna.presses("I'm in")
    anna.sees("1 of 2 places")
    assert_nothing_is_kept(town.store)
