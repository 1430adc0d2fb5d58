"""What is planned when a shift changes, who is asked, and what a reminder that came too late leaves behind."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.core.clock import FixedClock
from bot.core.due import DueRow, DueState
from bot.core.outbox import Lane, Outgoing, State
from bot.core.store import Store
from bot.features.reminders import queries, services
from bot.features.shifts.models import Shift, Venue
from bot.features.shifts.services import cancel_shift, move_shift, publish_shift, sign_up, withdraw
from tests.features.announcements import crowd

WEDNESDAY = datetime(2026, 2, 4, 16, 0, tzinfo=UTC)  # 17:00 in the town
THURSDAY = WEDNESDAY + timedelta(days=1)


@dataclass(frozen=True)
class Open:
    """An open shift on Wednesday with two people on it, seen on Monday."""

    store: Store
    boss: int
    shift: int
    people: tuple[int, ...]

    def plan(self) -> int:
        with self.store.unit_of_work() as uow:
            return services.plan_reminders(uow, self.shift)

    def rows(self) -> list[DueRow]:
        query = select(DueRow).where(DueRow.kind == queries.DUE).order_by(DueRow.at)  # type: ignore[arg-type]
        with self.store.read() as session:
            return list(session.exec(query))

    def remind(self, number: int) -> int:
        with self.store.unit_of_work() as uow:
            row = uow.session.get_one(DueRow, self.rows()[number].id)
            row.state = DueState.DONE  # as the tick does before it calls the job
            uow.session.add(row)
            return services.remind(uow, row)

    def told(self) -> list[Outgoing]:
        with self.store.read() as session:
            return crowd.told(session, queries.MESSAGE)

    def move(self, starts_at: datetime) -> None:
        with self.store.unit_of_work() as uow:
            move_shift(uow, self.boss, self.shift, Venue(starts_at, starts_at + timedelta(hours=2), "Library"))


@pytest.fixture
def shift(store: Store) -> Open:
    """An open shift."""
    with store.unit_of_work() as uow:
        organisation = crowd.organisation(uow)
        activity = crowd.activity(uow)
        boss = crowd.coordinator(uow, 900, organisation)
        made = crowd.draft(uow, boss, organisation, activity, WEDNESDAY)
        publish_shift(uow, boss.key, made.key)
        people = tuple(crowd.volunteer(uow, number, activity).key for number in (1, 2))
        for person_id in people:
            sign_up(uow, person_id, made.key)
        return Open(store, boss.key, made.key, people)


def test_two_steps_are_planned_once_with_their_wall_time_and_their_end(shift: Open) -> None:
    assert shift.plan() == 2
    assert shift.plan() == 0
    first, second = shift.rows()
    assert (first.at, second.at) == (WEDNESDAY - timedelta(days=1), WEDNESDAY - timedelta(hours=3))
    assert (first.expires_at, second.expires_at) == (second.at, WEDNESDAY)
    assert second.wall == "2026-02-04 14:00 Europe/Berlin"


def test_everybody_who_has_a_place_is_asked_once_before_the_shift(shift: Open, clock: FixedClock) -> None:
    shift.plan()
    clock.at = WEDNESDAY - timedelta(hours=3)
    assert shift.remind(1) == 2
    assert shift.remind(1) == 0
    rows = shift.told()
    assert [row.person_id for row in rows] == list(shift.people)
    assert {(row.lane, row.expires_at) for row in rows} == {(Lane.REMINDER, WEDNESDAY)}


def test_the_waitlist_and_those_who_gave_their_place_back_are_not_asked(shift: Open) -> None:
    shift.plan()
    with shift.store.unit_of_work() as uow:
        withdraw(uow, shift.people[0], shift.shift)
    assert shift.remind(1) == 1
    assert [row.person_id for row in shift.told()] == [shift.people[1]]


def test_a_moved_shift_is_planned_anew_and_its_old_time_reminds_nobody(shift: Open) -> None:
    shift.plan()
    shift.move(THURSDAY)
    assert shift.remind(0) == 0  # the old row was due before the new plan was made
    assert shift.plan() == 2
    waiting = [row for row in shift.rows() if row.state == DueState.WAITING]
    assert [row.at for row in waiting] == [THURSDAY - timedelta(days=1), THURSDAY - timedelta(hours=3)]
    assert {row.revision for row in waiting} == {1}


def test_a_cancelled_shift_reminds_nobody(shift: Open) -> None:
    shift.plan()
    with shift.store.unit_of_work() as uow:
        cancel_shift(uow, shift.boss, shift.shift, "")
    assert shift.plan() == 0
    assert [row for row in shift.rows() if row.state == DueState.WAITING] == []


def test_a_reminder_of_the_evening_that_comes_at_night_waits_for_the_morning(shift: Open, clock: FixedClock) -> None:
    early = datetime(2026, 2, 5, 9, 0, tzinfo=UTC)  # 10:00: three hours before is night, so 20:00 the evening before
    shift.move(early)
    shift.plan()
    clock.at = datetime(2026, 2, 4, 22, 0, tzinfo=UTC)
    shift.remind(-1)
    assert {row.not_before for row in shift.told()} == {datetime(2026, 2, 5, 7, 0, tzinfo=UTC)}


def test_a_reminder_that_could_only_come_after_the_night_leaves_a_note(shift: Open, clock: FixedClock) -> None:
    early = datetime(2026, 2, 5, 6, 30, tzinfo=UTC)  # 7:30
    shift.move(early)
    shift.plan()
    clock.at = datetime(2026, 2, 4, 22, 0, tzinfo=UTC)
    assert shift.remind(-1) == 0
    with shift.store.read() as session:
        note = queries.reminder_notes(session, shift.shift)[-1]
    assert (note.missed, note.sent) == (True, 0)


def test_whoever_is_just_asked_whether_the_new_time_suits_her_is_not_asked_twice(
    shift: Open, clock: FixedClock
) -> None:
    soon = clock.now() + timedelta(hours=2)
    shift.move(soon)
    assert shift.plan() == 1
    assert shift.remind(0) == 0


def test_the_notes_tell_whom_a_reminder_did_not_reach(shift: Open) -> None:
    shift.plan()
    shift.remind(1)
    with shift.store.unit_of_work() as uow:
        lost, sent = crowd.told(uow.session, queries.MESSAGE)
        lost.state, sent.state = State.EXPIRED, State.SENT
    with shift.store.read() as session:
        first, second = queries.reminder_notes(session, shift.shift)
        assert session.get_one(Shift, shift.shift).revision == 0
    assert (first.waits, first.sent) == (True, 0)
    assert (second.waits, second.missed, second.sent) == (False, False, 1)
    assert [person.key for person in second.not_reached] == [shift.people[0]]


def test_whoever_gave_her_place_back_meanwhile_is_no_one_who_was_missed(shift: Open) -> None:
    shift.plan()
    shift.remind(1)
    with shift.store.unit_of_work() as uow:
        for row in crowd.told(uow.session, queries.MESSAGE):
            row.state, row.error = State.DEAD, "pointless"
    with shift.store.read() as session:
        assert queries.reminder_notes(session, shift.shift)[1].not_reached == ()
