"""What volunteers do with shifts, on both databases."""

from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from bot.core.store import Store
from bot.features.shifts import queries, rules, services
from bot.features.shifts.models import Shift, SignUp, SignUpState, answer, claim_place, locked_shift
from tests.features.shifts import desk
from tests.features.shifts.desk import WEDNESDAY, new_desk, new_volunteer, new_volunteers, open_shift, sign_up, withdraw

CONFIRMED, WAITLISTED = SignUpState.CONFIRMED, SignUpState.WAITLISTED
WITHDRAWN, DECLINED = SignUpState.WITHDRAWN, SignUpState.DECLINED


def states(store: Store, shift_id: int, people: list[int]) -> list[SignUpState | None]:
    found = desk.standing(store, shift_id)
    return [found.get(person) for person in people]


def test_places_go_to_the_first_and_the_line_moves_up_in_order(store: Store) -> None:
    there = new_desk(store)
    people = new_volunteers(store, there, 5)
    shift = open_shift(store, there)
    for person in people:
        sign_up(store, person, shift)
    assert states(store, shift, people) == [CONFIRMED, CONFIRMED, WAITLISTED, WAITLISTED, WAITLISTED]
    withdraw(store, people[1], shift)
    assert states(store, shift, people) == [CONFIRMED, WITHDRAWN, CONFIRMED, WAITLISTED, WAITLISTED]
    assert desk.taken(store, shift) == 2
    assert desk.told(store, "shift.promoted") == [people[2]]


def test_who_gave_her_place_back_comes_again_at_the_end_of_the_line(store: Store) -> None:
    there = new_desk(store)
    people = new_volunteers(store, there, 3)
    shift = open_shift(store, there, there.need(most=1))
    for person in people:
        sign_up(store, person, shift)
    withdraw(store, people[0], shift)
    sign_up(store, people[0], shift)
    assert states(store, shift, people) == [WAITLISTED, CONFIRMED, WAITLISTED]
    withdraw(store, people[1], shift)
    assert states(store, shift, people) == [WAITLISTED, WITHDRAWN, CONFIRMED]


def test_whoever_leaves_the_line_frees_no_place(store: Store) -> None:
    there = new_desk(store)
    people = new_volunteers(store, there, 2)
    shift = open_shift(store, there, there.need(most=1))
    for person in people:
        sign_up(store, person, shift)
    withdraw(store, people[1], shift)
    assert desk.taken(store, shift) == 1
    with store.unit_of_work() as uow, pytest.raises(rules.NotSignedUp):
        services.withdraw(uow, people[1], shift)


def test_a_decline_is_taken_back_by_signing_up_and_gives_a_place_back(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    shift = open_shift(store, there)
    with store.unit_of_work() as uow:
        services.decline(uow, anna, shift)
    assert (states(store, shift, [anna]), desk.taken(store, shift)) == ([DECLINED], 0)
    sign_up(store, anna, shift)
    assert (states(store, shift, [anna]), desk.taken(store, shift)) == ([CONFIRMED], 1)
    with store.unit_of_work() as uow:
        services.decline(uow, anna, shift)
    assert (states(store, shift, [anna]), desk.taken(store, shift)) == ([WITHDRAWN], 0)


def test_a_refused_wish_leaves_no_trace(store: Store) -> None:
    there = new_desk(store)
    anna, berta = new_volunteers(store, there, 2)
    shift = open_shift(store, there, there.need(most=1))
    sign_up(store, anna, shift)
    with pytest.raises(rules.ShiftFull), store.unit_of_work() as uow:
        services.sign_up(uow, berta, shift)
    assert desk.standing(store, shift) == {anna: CONFIRMED}


def test_who_is_busy_is_passed_over_told_and_moves_up_once_she_is_free(store: Store) -> None:
    there = new_desk(store)
    anna, berta, clara = new_volunteers(store, there, 3)
    cafe = open_shift(store, there, there.need(most=1))
    sign_up(store, anna, cafe)
    sign_up(store, berta, cafe)
    sewing = open_shift(store, there, there.need(WEDNESDAY + timedelta(hours=1)))
    sign_up(store, berta, sewing)
    withdraw(store, anna, cafe)
    assert states(store, cafe, [anna, berta]) == [WITHDRAWN, WAITLISTED]
    assert desk.told(store, "shift.passed_over") == [berta]
    withdraw(store, berta, sewing)
    assert states(store, cafe, [berta]) == [CONFIRMED]
    assert desk.told(store, "shift.promoted") == [berta]
    sign_up(store, clara, sewing)
    assert desk.taken(store, cafe) == desk.taken(store, sewing) == 1


def test_shifts_that_only_touch_do_not_overlap(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    first = open_shift(store, there)
    sign_up(store, anna, first)
    after = open_shift(store, there, there.need(WEDNESDAY + timedelta(hours=3)))
    sign_up(store, anna, after)
    within = open_shift(store, there, there.need(WEDNESDAY + timedelta(hours=2)))
    with pytest.raises(rules.Overlaps) as refused, store.unit_of_work() as uow:
        services.sign_up(uow, anna, within)
    assert refused.value.other.shift.key in {first, after}


def test_a_yes_after_a_move_and_coming_are_noted(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    shift = open_shift(store, there)
    sign_up(store, anna, shift)
    with store.unit_of_work() as uow:
        row = services.confirm_coming(uow, anna, shift)
        assert row.coming_at == uow.now
    with store.unit_of_work() as uow:
        services.move_shift(uow, there.coordinator, shift, there.need(WEDNESDAY + timedelta(days=1)).venue)
    with store.read() as session:
        row = session.exec(select(SignUp)).one()
    assert (row.must_reconfirm, row.coming_at, row.state) == (True, None, CONFIRMED)
    with store.unit_of_work() as uow:
        row = services.reconfirm(uow, anna, shift)
    assert (row.must_reconfirm, row.coming_at) == (False, None)


def test_only_who_has_a_place_can_say_that_she_is_coming(store: Store) -> None:
    there = new_desk(store)
    anna, berta, clara = new_volunteers(store, there, 3)
    shift = open_shift(store, there, there.need(most=1))
    sign_up(store, anna, shift)
    sign_up(store, berta, shift)
    for person in (berta, clara):
        with pytest.raises(rules.NotSignedUp), store.unit_of_work() as uow:
            services.confirm_coming(uow, person, shift)


def test_the_store_itself_refuses_a_place_too_many(store: Store) -> None:
    shift = open_shift(store, new_desk(store))
    for taken in (3, -1):
        with pytest.raises(IntegrityError), store.unit_of_work() as uow:
            uow.session.get_one(Shift, shift).taken = taken


def test_too_few_people_are_told_once_each_time_it_comes_to_that(store: Store) -> None:
    there, elsewhere = new_desk(store), new_desk(store, "malteser")
    people = new_volunteers(store, there, 3)
    shift = open_shift(store, there, there.need(most=3, least=2))
    for person in people:
        sign_up(store, person, shift)
    withdraw(store, people[0], shift)
    assert desk.told(store, "shift.below_minimum") == []
    for person in people[1:]:
        withdraw(store, person, shift)
    assert desk.told(store, "shift.below_minimum") == [there.coordinator]
    for person in people:
        sign_up(store, person, shift)
    for person in people:
        withdraw(store, person, shift)
    assert desk.told(store, "shift.below_minimum") == [there.coordinator] * 2
    assert elsewhere.coordinator not in desk.told(store, "shift.below_minimum")


def test_too_few_people_far_ahead_are_no_message_worth(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    shift = open_shift(store, there, there.need(WEDNESDAY + timedelta(days=14)))
    sign_up(store, anna, shift)
    withdraw(store, anna, shift)
    assert desk.told(store, "shift.below_minimum") == []


def test_my_shifts_are_those_to_come_in_their_order(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    late = open_shift(store, there, there.need(WEDNESDAY + timedelta(days=3)))
    soon = open_shift(store, there)
    other = open_shift(store, there, there.need(WEDNESDAY + timedelta(days=1)))
    for shift in (late, soon, other):
        sign_up(store, anna, shift)
    withdraw(store, anna, other)
    with store.read() as session:
        found = [each.shift.key for each in queries.shifts_of(session, anna, store.clock.now())]
        later = [each.shift.key for each in queries.shifts_of(session, anna, WEDNESDAY + timedelta(hours=3))]
    assert (found, later) == ([soon, late], [late])


def test_a_place_is_claimed_only_where_one_is_free(store: Store) -> None:
    there = new_desk(store)
    shift = open_shift(store, there, there.need(most=1))
    with store.unit_of_work() as uow:
        found = locked_shift(uow.session, shift)
        assert [claim_place(uow.session, found) for _ in range(2)] == [True, False]


def test_the_store_itself_refuses_a_second_answer_of_the_same_person(store: Store) -> None:
    there = new_desk(store)
    shift, anna = open_shift(store, there), new_volunteer(store, there)
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        for state in (CONFIRMED, WAITLISTED):
            answer(uow.session, locked_shift(uow.session, shift), anna, state, uow.now)
