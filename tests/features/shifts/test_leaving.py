"""Somebody leaves for good or cannot be reached: places, the line, and who is told."""

from bot.core.person import Person
from bot.core.store import Store, UnitOfWork
from bot.features.shifts import jobs
from bot.features.shifts.models import Shift, SignUpState
from tests.features.shifts import desk
from tests.features.shifts.desk import WEDNESDAY, new_desk, new_volunteer, new_volunteers, open_shift, sign_up, withdraw

CONFIRMED, WAITLISTED = SignUpState.CONFIRMED, SignUpState.WAITLISTED


def erase(uow: UnitOfWork, person_id: int) -> None:
    jobs.erase_sign_ups(uow, person_id)
    jobs.erase_created(uow, person_id)


def test_a_person_who_leaves_frees_her_place_for_the_line(store: Store) -> None:
    there = new_desk(store)
    anna, berta = new_volunteers(store, there, 2)
    shift = open_shift(store, there, there.need(most=1))
    for person in (anna, berta):
        sign_up(store, person, shift)
    with store.unit_of_work() as uow:
        erase(uow, anna)
    assert desk.standing(store, shift) == {berta: CONFIRMED}
    assert desk.told(store, "shift.place_free") == []
    with store.unit_of_work() as uow:
        erase(uow, berta)
    assert (desk.standing(store, shift), desk.taken(store, shift)) == ({}, 0)
    # One of these two is enough: nobody is left where one is needed.
    assert desk.told(store, "shift.below_minimum") == [there.coordinator]
    assert desk.told(store, "shift.place_free") == []


def test_coordinators_hear_that_a_leaver_left_a_place_free(store: Store) -> None:
    there = new_desk(store)
    anna, berta = new_volunteers(store, there, 2)
    shift = open_shift(store, there)
    for person in (anna, berta):
        sign_up(store, person, shift)
    with store.unit_of_work() as uow:
        erase(uow, anna)
    assert desk.told(store, "shift.place_free") == [there.coordinator]


def test_a_coordinator_who_leaves_leaves_her_shifts_to_the_organisation(store: Store) -> None:
    there = new_desk(store)
    shift = open_shift(store, there)
    with store.unit_of_work() as uow:
        assert jobs.show_created(uow.session, there.coordinator)[0]["shift"] == shift
        erase(uow, there.coordinator)
    with store.read() as session:
        assert session.get_one(Shift, shift).created_by is None


def test_a_person_sees_what_is_kept_of_her_sign_ups(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    shift = open_shift(store, there)
    sign_up(store, anna, shift)
    with store.read() as session:
        (record,) = jobs.show_sign_ups(session, anna)
    assert (record["shift_id"], record["state"]) == (shift, "confirmed")
    assert record["starts_at"] == WEDNESDAY.isoformat()


def test_somebody_out_of_reach_keeps_her_place_and_the_coordinators_are_told_once(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    shift = open_shift(store, there)
    sign_up(store, anna, shift)
    for _ in range(2):
        with store.unit_of_work() as uow:
            jobs.on_unreachable(uow, uow.session.get_one(Person, anna))
    assert desk.standing(store, shift) == {anna: CONFIRMED}
    assert desk.told(store, "shift.unreachable") == [there.coordinator]


def test_nobody_out_of_reach_moves_up(store: Store) -> None:
    there = new_desk(store)
    people = new_volunteers(store, there, 3)
    shift = open_shift(store, there, there.need(most=1))
    for person in people:
        sign_up(store, person, shift)
    with store.unit_of_work() as uow:
        uow.session.get_one(Person, people[1]).reachable = False
    withdraw(store, people[0], shift)
    standing = desk.standing(store, shift)
    assert [standing[person] for person in people] == [SignUpState.WITHDRAWN, WAITLISTED, CONFIRMED]
