"""The statements of each screen: few, and as many in a big centre as in a small one."""

import pytest

from tests.features.furnished import (
    COORDINATOR,
    DRAFT,
    NEWCOMER,
    PAIR,
    SHIFT,
    VOLUNTEER,
    WAITING,
    furnish,
    statements_of,
)
from tests.support.town import Town

# Who, what, of which entity, and the statements it costs besides reading the person and writing the answer.
SCREENS = {
    (NEWCOMER, "/start", 0): 1,
    (VOLUNTEER, "/start", 0): 1,
    (COORDINATOR, "/start", 0): 1,
    (NEWCOMER, "/help", 0): 1,
    (COORDINATOR, "/help", 0): 1,
    (VOLUNTEER, "language", 0): 0,
    (NEWCOMER, "menu.newcomer", 0): 0,
    (VOLUNTEER, "/offers", 0): 1,
    (VOLUNTEER, "/volunteer", 0): 5,
    (VOLUNTEER, "/privacy", 0): 2,
    (VOLUNTEER, "/shifts", 0): 2,
    (VOLUNTEER, "/myshifts", 0): 1,
    (VOLUNTEER, "shift.open", SHIFT): 3,
    (COORDINATOR, "/ourshifts", 0): 3,
    (COORDINATOR, "shift.roster", SHIFT): 4,
    (COORDINATOR, "shift.roster", DRAFT): 5,
    (COORDINATOR, "reminder.notes", SHIFT): 6,
    (COORDINATOR, "/newshift", 0): 5,
    (COORDINATOR, "shift.edit", DRAFT): 6,
    (COORDINATOR, "shift.move", SHIFT): 6,
    (COORDINATOR, "shift.cancel", SHIFT): 4,
    (COORDINATOR, "announcement.report", SHIFT): 5,
    (COORDINATOR, "announcement.publish", SHIFT): 11,
    (COORDINATOR, "/broadcast", 0): 5,
    (COORDINATOR, "broadcast.report", 1): 4,
    (VOLUNTEER, "broadcast.less", 1): 7,
    (COORDINATOR, "/organisation", 0): 4,
    (COORDINATOR, "organisation.team", 1): 3,
    (NEWCOMER, "/buddy", 0): 4,
    (VOLUNTEER, "buddy.offer", 0): 3,
    (NEWCOMER, "buddy.match", PAIR): 4,
    (COORDINATOR, "/buddies", 0): 3,
    (COORDINATOR, "buddy.fits", WAITING): 6,
    (COORDINATOR, "buddy.pairs", 0): 2,
    (COORDINATOR, "buddy.pair", PAIR): 3,
}


@pytest.mark.parametrize("count", [10, 300])
def test_a_screen_costs_few_statements_however_many_people_and_shifts_there_are(town: Town, count: int) -> None:
    furnish(town.store, count)
    assert {screen: len(statements_of(town, *screen)) for screen in SCREENS} == SCREENS


def test_what_a_statement_is_in_these_counts(town: Town) -> None:
    furnish(town.store, 1)
    (only,) = statements_of(town, VOLUNTEER, "/start")
    assert only.startswith("SELECT") and "volunteer" in only
    reading, *_ = statements_of(town, COORDINATOR, "/help")
    assert "FROM" in reading and "grant" in reading
