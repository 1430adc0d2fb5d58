"""The lists of shifts: their order against a plain account of it, and pages that lose and repeat nothing."""

import os
import random
from datetime import timedelta

from sqlmodel import Session, col, select

from bot.core.store import Store, UnitOfWork
from bot.features.shifts import lists, queries
from bot.features.shifts.models import Shift, ShiftLanguage, ShiftState, SignUp, SignUpState
from bot.features.volunteers.models import Activity, Part, Profile
from bot.features.volunteers.queries import activity_ids_of, languages_of, slot_of, slots_of
from bot.features.volunteers.services import join
from tests.features.shifts.desk import BERLIN, Desk, new_desk, new_person

SEED = int(os.environ.get("LOTSE_TEST_SEED", "0")) or random.randrange(1, 2**31)
SPOKEN = ("de", "en", "uk", "ar")
QUARTER = timedelta(minutes=15)


def fill(uow: UnitOfWork, there: Desk, dice: random.Random, count: int) -> list[int]:
    """Shifts at any quarter of an hour of a year, so that the clocks change twice; people who answered some of them."""
    activities = [Activity(key=f"a{number}", name=f"A{number}") for number in range(3)]
    uow.session.add_all(activities)
    uow.session.flush()
    shifts = [_shift(uow, there, dice, dice.choice(activities)) for _ in range(count)]
    uow.session.add_all(shifts)
    uow.session.flush()
    for shift in shifts:
        for language in dice.sample(SPOKEN, dice.choice((0, 0, 1, 2))):
            uow.session.add(ShiftLanguage(shift_id=shift.key, language=language))
    people = []
    for number in range(4):
        people.append(new_person(uow, f"P{number}"))
        liked = [activity.number for activity in dice.sample(activities, number)]
        slots = [(day, part) for day in range(7) for part in Part if dice.random() < number / 3]
        if number:
            join(uow, people[-1], Profile("P", dice.sample(SPOKEN, number), liked, slots))
        for shift in dice.sample(shifts, count // 4):
            uow.session.add(_sign_up(uow, shift, people[-1], dice.choice(list(SignUpState))))
    return people


def _shift(uow: UnitOfWork, there: Desk, dice: random.Random, activity: Activity) -> Shift:
    start = uow.now + dice.randrange(-400, 35_000) * QUARTER
    return Shift(
        organisation_id=there.organisation,
        activity_id=activity.number,
        starts_at=start,
        ends_at=start + timedelta(hours=2),
        max_people=3,
        state=dice.choice((ShiftState.OPEN, ShiftState.OPEN, ShiftState.OPEN, ShiftState.DRAFT, ShiftState.CANCELLED)),
        created_at=uow.now,
    )


def _sign_up(uow: UnitOfWork, shift: Shift, person_id: int, state: SignUpState) -> SignUp:
    return SignUp(shift_id=shift.key, person_id=person_id, state=state, created_at=uow.now, changed_at=uow.now)


def account(session: Session, person_id: int, store: Store) -> list[tuple[int, bool, SignUpState | None]]:
    """What a volunteer's list holds, found by looking at everything: shift, whether it fits, her answer."""
    likes, can = activity_ids_of(session, person_id), slots_of(session, person_id)
    speaks = set(languages_of(session, person_id))
    answers = {row.shift_id: row.state for row in session.exec(select(SignUp).where(SignUp.person_id == person_id))}
    found = []
    for shift in session.exec(select(Shift).order_by(col(Shift.starts_at), col(Shift.id))):
        if shift.is_open and shift.starts_at > store.clock.now():
            words = set(queries.shift_languages(session, shift.key))
            fits = shift.activity_id in likes and slot_of(shift.starts_at, BERLIN) in can
            found.append((shift.key, fits and (not words or bool(words & speaks)), answers.get(shift.key)))
    return sorted(found, key=lambda each: (each[2] == SignUpState.DECLINED, not each[1]))


def pages(session: Session, person_id: int, store: Store) -> list[list[tuple[int, bool, SignUpState | None]]]:
    """The pages somebody sees who taps "More" until the first comes again."""
    seen, number = [], 0
    while True:
        page = lists.open_shifts_for(session, person_id, store.clock.now(), BERLIN, number)
        seen.append([(each.shift.key, each.fits, each.sign_up.state if each.sign_up else None) for each in page.items])
        if not page.more:
            return seen
        number = page.more


def test_the_pages_of_the_list_are_what_fits_first_and_what_was_declined_last(store: Store) -> None:
    dice = random.Random(SEED)
    there = new_desk(store)
    with store.unit_of_work() as uow:
        people = fill(uow, there, dice, 160)
    with store.read() as session:
        fitting = 0
        for person_id in people:
            expected = account(session, person_id, store)
            found = pages(session, person_id, store)
            assert [each for page in found for each in page] == expected, f"LOTSE_TEST_SEED={SEED}"
            assert {len(page) for page in found[:-1]} == {lists.PER_PAGE}
            fitting += sum(fits for _, fits, _ in expected)
        assert fitting > 10
        beyond = lists.open_shifts_for(session, people[0], store.clock.now(), BERLIN, 99)
        first = lists.open_shifts_for(session, people[0], store.clock.now(), BERLIN, 0)
        assert (list(beyond.items), beyond.more) == (list(first.items), 1)


def test_an_empty_list_has_one_empty_page(store: Store) -> None:
    with store.read() as session:
        page = lists.open_shifts_for(session, 1, store.clock.now(), BERLIN, 0)
        assert (list(page.items), page.more) == ([], None)
