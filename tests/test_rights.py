"""Every button of the house, pressed by somebody who has no right to it, with a genuine signature: nothing changes."""

from datetime import timedelta
from typing import Any

from sqlmodel import SQLModel, select

from bot.core.message import Button
from bot.core.person import Grant
from bot.core.store import Store
from bot.features.announcements.models import Broadcast
from bot.features.buddies.models import BuddyMatch
from bot.features.organisations.models import Invitation, Organisation, Place
from bot.features.shifts.models import Need, Shift, SignUp, Venue
from bot.features.shifts.services import create_shift, publish_shift
from tests.features.volunteers.test_story_volunteer import sign_up
from tests.support.town import Someone, Town

GUARDED: tuple[type[SQLModel], ...] = (*(Broadcast, BuddyMatch, Grant, Invitation, Organisation, Place, Shift, SignUp),)


def snapshot(store: Store) -> list[tuple[str, list[dict[str, Any]]]]:
    """Everything that only those with a right may change."""
    with store.read() as session:
        return [(model.__name__, [row.model_dump() for row in session.exec(select(model))]) for model in GUARDED]


async def clara_with_a_draft_and_a_shift(town: Town) -> Someone:
    """A coordinator with an open shift (1) that Anna is on, and a draft (2)."""
    await sign_up(town, user_id=301)
    clara = await town.someone(302, "Clara", "en")
    organisation = town.organisation()
    town.appoint(clara, organisation)
    with town.store.unit_of_work() as uow:
        start = uow.now + timedelta(days=3)
        venue = Venue(start, start + timedelta(hours=2), "Library")
        need = Need(organisation.number, 1, venue, max_people=3)
        for publish in (True, False):
            shift = create_shift(uow, clara.person().key, need)
            if publish:
                publish_shift(uow, clara.person().key, shift.key)
    town.telegram.say(301, "/start shift-1")
    await town.settle()
    return clara


async def press_everything(town: Town, who: Someone) -> list[str]:
    """Press every button there is, on the first two of everything; return those that changed something."""
    guilty = []
    before = snapshot(town.store)
    for name in sorted(set(town.bot.house.registry.actions) - {"privacy.forget.sure"}):  # which ends her own rights
        for entity in (1, 2):
            data = town.bot.signer.data(Button("x", name, entity, arg=1), who.id)
            town.telegram.forge(who.id, who.screen.message_id, data)
            await town.settle()
        if snapshot(town.store) != before:
            guilty.append(name)
            before = snapshot(town.store)
    return guilty


async def test_a_stranger_changes_nothing_of_others_with_any_button(town: Town) -> None:
    await clara_with_a_draft_and_a_shift(town)
    stranger = await town.someone(303, "Stranger", "en")
    assert await press_everything(town, stranger) == []


async def test_a_coordinator_of_another_organisation_changes_nothing_with_any_button(town: Town) -> None:
    await clara_with_a_draft_and_a_shift(town)
    mia = await town.someone(304, "Mia", "en")
    town.appoint(mia, town.organisation("evang", "Evangelische Gemeinde"))
    # What she may do for her own organisation: invite to it.
    assert set(await press_everything(town, mia)) <= {"organisation.invite"}
