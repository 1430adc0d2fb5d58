"""What coordinators do with shifts, and what is read about them, on both databases."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlmodel import Session, select

from bot.core.due import DueRow
from bot.core.refusal import Gone, NotAllowed
from bot.core.store import Store, UnitOfWork
from bot.features.shifts import lists, queries, rules, services
from bot.features.shifts.models import Shift, ShiftState, SignUpState
from bot.features.volunteers.services import pause, speak
from tests.features.shifts import desk
from tests.features.shifts.desk import WEDNESDAY, Desk, new_desk, new_volunteer, new_volunteers, open_shift, sign_up
from tests.support.statements import statements_heard

BERLIN = ZoneInfo("Europe/Berlin")
LATER = timedelta(days=1)
Act = Callable[[UnitOfWork, int, Desk, int], object]

ACTS: dict[str, Act] = {
    "create": lambda uow, who, there, shift: services.create_shift(uow, who, there.need()),
    "publish": lambda uow, who, there, shift: services.publish_shift(uow, who, shift),
    "copy": lambda uow, who, there, shift: services.copy_shift(uow, who, shift, WEDNESDAY + LATER),
    "move": lambda uow, who, there, shift: services.move_shift(uow, who, shift, there.need().venue),
    "cancel": lambda uow, who, there, shift: services.cancel_shift(uow, who, shift, rules.REASONS[0]),
    "change": lambda uow, who, there, shift: services.change_draft(uow, who, shift, there.need()),
    "delete": lambda uow, who, there, shift: services.delete_draft(uow, who, shift),
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_only_the_organisations_own_coordinators_may(store: Store, act: Act) -> None:
    there, elsewhere = new_desk(store), new_desk(store, "malteser")
    anna = new_volunteer(store, there)
    shift = open_shift(store, there)
    for stranger in (elsewhere.coordinator, anna):
        with pytest.raises(NotAllowed), store.unit_of_work() as uow:
            act(uow, stranger, there, shift)


def test_a_draft_cannot_be_handed_to_a_foreign_organisation(store: Store) -> None:
    there, elsewhere = new_desk(store), new_desk(store, "malteser")
    with store.unit_of_work() as uow:
        shift = services.create_shift(uow, there.coordinator, there.need()).key
    with pytest.raises(NotAllowed), store.unit_of_work() as uow:
        services.change_draft(uow, there.coordinator, shift, elsewhere.need())


def test_a_draft_is_nobodys_to_sign_up_for(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    with store.unit_of_work() as uow:
        shift = services.create_shift(uow, there.coordinator, there.need()).key
    with pytest.raises(Gone), store.unit_of_work() as uow:
        services.sign_up(uow, anna, shift)
    with store.read() as session:
        assert lists.open_shifts_for(session, anna, store.clock.now(), BERLIN, 0).items == []


def test_a_published_shift_is_no_draft_any_more(store: Store) -> None:
    there = new_desk(store)
    shift = open_shift(store, there)
    for name in ("change", "delete"):
        with pytest.raises(rules.ShiftChanged), store.unit_of_work() as uow:
            ACTS[name](uow, there.coordinator, there, shift)


def test_publishing_twice_is_publishing_once_and_has_reminders_planned(store: Store) -> None:
    there = new_desk(store)
    shift = open_shift(store, there)
    with store.unit_of_work() as uow:
        first = services.publish_shift(uow, there.coordinator, shift).published_at
    with store.read() as session:
        kinds = list(session.exec(select(DueRow.kind).where(DueRow.entity == shift)))
        assert session.get_one(Shift, shift).published_at == first
    assert kinds.count("shift.changed") == kinds.count("shift.began") == 1


def test_a_copy_is_a_draft_with_everything_but_the_people(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    need = replace(there.need(most=4, least=2), languages=("ar", "de"), note="An apron, please", note_locale="en")
    shift = open_shift(store, there, need)
    sign_up(store, anna, shift)
    with store.unit_of_work() as uow:
        copied = services.copy_shift(uow, there.coordinator, shift, WEDNESDAY + timedelta(days=7))
        found = queries.facts(uow.session, copied.key)
    assert found is not None and found.shift.state == ShiftState.DRAFT
    assert (copied.taken, copied.starts_at) == (0, WEDNESDAY + timedelta(days=7))
    assert copied.ends_at - copied.starts_at == timedelta(hours=3)
    assert (copied.max_people, copied.min_people, copied.note, found.languages) == (4, 2, need.note, ("ar", "de"))
    assert desk.standing(store, copied.key) == {}


def test_a_move_tells_all_on_the_list_and_asks_those_with_a_place_again(store: Store) -> None:
    there = new_desk(store)
    people = new_volunteers(store, there, 4)
    shift = open_shift(store, there)
    for person in people[:3]:
        sign_up(store, person, shift)
    with store.unit_of_work() as uow:
        services.decline(uow, people[3], shift)
    with store.unit_of_work() as uow:
        moved = services.move_shift(uow, there.coordinator, shift, there.need(WEDNESDAY + LATER).venue)
        asked = [row.must_reconfirm for row, _ in queries.signed_up(uow.session, shift, *queries.ON)]
    assert (moved.revision, moved.moved_from, moved.taken) == (1, WEDNESDAY, 2)
    assert asked == [True, True, False]
    assert desk.told(store, "shift.moved") == people[:3]


def test_whoever_is_elsewhere_at_the_new_time_cannot_just_say_yes(store: Store) -> None:
    there = new_desk(store)
    anna = new_volunteer(store, there)
    shift, other = open_shift(store, there), open_shift(store, there, there.need(WEDNESDAY + LATER))
    sign_up(store, anna, shift)
    sign_up(store, anna, other)
    with store.unit_of_work() as uow:
        services.move_shift(uow, there.coordinator, shift, there.need(WEDNESDAY + LATER).venue)
    with pytest.raises(rules.Overlaps), store.unit_of_work() as uow:
        services.reconfirm(uow, anna, shift)
    desk.withdraw(store, anna, other)
    with store.unit_of_work() as uow:
        services.reconfirm(uow, anna, shift)


@pytest.mark.parametrize("name", ["move", "cancel"])
def test_a_move_or_cancellation_frees_people_for_where_they_wait(store: Store, name: str) -> None:
    there = new_desk(store)
    anna, berta = new_volunteers(store, there, 2)
    wanted = open_shift(store, there, there.need(most=1))
    sign_up(store, berta, wanted)
    sign_up(store, anna, wanted)
    other = open_shift(store, there)
    sign_up(store, anna, other)
    desk.withdraw(store, berta, wanted)
    assert desk.standing(store, wanted)[anna] == SignUpState.WAITLISTED
    with store.unit_of_work() as uow:
        if name == "move":
            services.move_shift(uow, there.coordinator, other, there.need(WEDNESDAY + LATER).venue)
        else:
            services.cancel_shift(uow, there.coordinator, other, rules.REASONS[0])
    assert desk.standing(store, wanted)[anna] == SignUpState.CONFIRMED


def test_a_cancelled_shift_takes_nobody_and_is_told_to_all_on_it(store: Store) -> None:
    there = new_desk(store)
    anna, berta = new_volunteers(store, there, 2)
    shift = open_shift(store, there, there.need(most=1))
    sign_up(store, anna, shift)
    sign_up(store, berta, shift)
    with store.unit_of_work() as uow:
        services.cancel_shift(uow, there.coordinator, shift, "The heating has failed.", "en")
    assert desk.told(store, "shift.cancelled") == [anna, berta]
    for act in (services.sign_up, services.withdraw, services.decline, services.confirm_coming):
        with pytest.raises(rules.ShiftCancelled), store.unit_of_work() as uow:
            act(uow, berta, shift)
    for name in ("publish", "move", "cancel"):
        with pytest.raises(rules.ShiftCancelled), store.unit_of_work() as uow:
            ACTS[name](uow, there.coordinator, there, shift)


def test_a_shift_fits_who_wants_such_a_thing_has_not_answered_and_is_free(store: Store) -> None:
    there = new_desk(store)
    fits, busy, no, speaks_not, pauses = new_volunteers(store, there, 5)
    with store.unit_of_work() as uow:
        speak(uow, speaks_not, ["tr"])
        pause(uow, pauses)
    shift = open_shift(store, there, replace(there.need(), languages=("de", "ar")))
    sign_up(store, busy, open_shift(store, there, there.need(WEDNESDAY - timedelta(hours=1))))
    with store.unit_of_work() as uow:
        services.decline(uow, no, shift)
    with store.read() as session:
        found = session.get_one(Shift, shift)
        assert [person.key for person in session.exec(queries.fitting(session, found, BERLIN))] == [fits]
        assert queries.people_to_tell(session, found, BERLIN) == 1
        offered = {
            who: lists.open_shifts_for(session, who, store.clock.now(), BERLIN, 0).items for who in (fits, speaks_not)
        }
    assert [each.fits for each in offered[fits] if each.shift.key == shift] == [True]
    assert [each.fits for each in offered[speaks_not] if each.shift.key == shift] == [False]


def test_what_fits_comes_first_and_what_was_declined_last(store: Store) -> None:
    there, elsewhere = new_desk(store), new_desk(store, "malteser")
    anna = new_volunteer(store, there)
    other = open_shift(store, elsewhere, elsewhere.need(WEDNESDAY - LATER))
    declined = open_shift(store, there)
    fits = open_shift(store, there, there.need(WEDNESDAY + LATER))
    with store.unit_of_work() as uow:
        services.decline(uow, anna, declined)
    with store.read() as session:
        found = lists.open_shifts_for(session, anna, store.clock.now(), BERLIN, 0)
    assert [each.shift.key for each in found.items] == [fits, other, declined]


def test_a_desk_shows_its_own_shifts_to_come_and_of_last_week(store: Store) -> None:
    there, elsewhere = new_desk(store), new_desk(store, "malteser")
    late = open_shift(store, there, there.need(WEDNESDAY + LATER))
    soon = open_shift(store, there)
    open_shift(store, elsewhere)
    with store.read() as session:
        mine = lists.page_of_ours(session, [there.organisation], WEDNESDAY - LATER, 0)
        past = lists.past_shifts(session, [there.organisation], WEDNESDAY + 3 * LATER, 8 * LATER)
    assert [each.shift.key for each in mine.items] == [soon, late]
    assert [each.shift.key for each in past] == [late, soon]


def statements(store: Store, read: Callable[[Session], object]) -> int:
    with statements_heard() as said, store.read() as session:
        read(session)
    return len(said)


def test_the_number_of_statements_does_not_grow_with_the_number_of_people(store: Store) -> None:
    there = new_desk(store)
    shift = open_shift(store, there, there.need(most=3))

    def read(session: Session) -> None:
        found = session.get_one(Shift, shift)
        queries.people_to_tell(session, found, BERLIN)
        for row, person in queries.signed_up(session, shift):
            assert row.person_id == person.key
        queries.overlapping(session, found, list(desk.standing(store, shift)))
        lists.open_shifts_for(session, there.coordinator, store.clock.now(), BERLIN, 0)

    def crowd(count: int) -> int:
        for person in new_volunteers(store, there, count)[::2]:
            sign_up(store, person, shift)
        return statements(store, read)

    few = crowd(4)
    assert few > 5
    assert crowd(20) == few
