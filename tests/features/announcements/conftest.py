"""The centre of this folder's tests."""

import pytest

from bot.core.store import Store
from tests.features.announcements import crowd
from tests.features.announcements.centre import Centre


@pytest.fixture
def centre(store: Store) -> Centre:
    """A small centre on a Monday morning."""
    with store.unit_of_work() as uow:
        organisation = crowd.organisation(uow)
        activity = crowd.activity(uow)
        boss = crowd.coordinator(uow, 900, organisation)
        people = tuple(crowd.volunteer(uow, number, activity).key for number in (1, 2, 3))
        return Centre(store, organisation.number, boss.key, activity.number, people)
