"""Many people tap at the same moment: places are given exactly, and the line is a line."""

import pytest
from sqlmodel import col, select

from bot.core.store import Store
from bot.features.shifts.models import SignUp, SignUpState
from tests.features.shifts import desk
from tests.features.shifts.crowd import rush

PLACES, PEOPLE = 10, 200


@pytest.mark.slow
def test_two_hundred_people_at_once_get_exactly_ten_places_and_the_rest_a_line(store: Store) -> None:
    there = desk.new_desk(store)
    people = desk.new_volunteers(store, there, PEOPLE)
    shift_id = desk.open_shift(store, there, there.need(most=PLACES))
    rush(store, shift_id, [*people, *people[::4]])  # every fourth taps twice
    with store.read() as session:
        rows = session.exec(select(SignUp).where(SignUp.shift_id == shift_id).order_by(col(SignUp.line))).all()
    confirmed = [row for row in rows if row.state == SignUpState.CONFIRMED]
    waiting = [row for row in rows if row.state == SignUpState.WAITLISTED]
    assert desk.taken(store, shift_id) == len(confirmed) == PLACES
    assert sorted(row.person_id for row in rows) == sorted(people)
    assert [row.line for row in waiting] == list(range(1, PEOPLE - PLACES + 1))
    for row in confirmed[:3]:
        desk.withdraw(store, row.person_id, shift_id)
    assert desk.taken(store, shift_id) == PLACES
    standing = desk.standing(store, shift_id)
    assert [standing[row.person_id] for row in waiting[:4]] == [SignUpState.CONFIRMED] * 3 + [SignUpState.WAITLISTED]
