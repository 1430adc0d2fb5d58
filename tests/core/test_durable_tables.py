"""Inbox, outbox and due: kept once, in order, and nothing outside its transaction."""

from datetime import timedelta

import pytest
from sqlmodel import col, select

from bot.core.clock import FixedClock
from bot.core.due import Appointment, DueRow, DueState, due_rows, forget_old_appointments, take_due
from bot.core.inbox import Incoming, claim_update, forget_old_updates, keep_updates, waiting_updates
from bot.core.message import Html, Screen
from bot.core.outbox import Message, Outgoing, State, continue_topic, forget_old_messages, progress, stop_topic
from bot.core.person import Person
from bot.core.store import Store, UnitOfWork


def a_person(uow: UnitOfWork, telegram_id: int = 7, reachable: bool = True) -> Person:
    person = Person(telegram_id=telegram_id, reachable=reachable, created_at=uow.now, seen_at=uow.now)
    uow.session.add(person)
    uow.session.flush()
    return person


def keep(store: Store, *numbers: int) -> int:
    with store.unit_of_work() as uow:
        return keep_updates(uow.session, [{"update_id": number} for number in numbers], uow.now)


def test_an_update_that_comes_twice_is_kept_once(store: Store) -> None:
    assert keep(store, 10, 11, 11) == 2
    assert keep(store, 11, 12) == 1
    with store.read() as session:
        assert [update.origin for update in waiting_updates(session, 9)] == ["0.10", "0.11", "0.12"]


def test_numbers_that_begin_anew_after_a_quiet_week_are_not_taken_for_repeats(store: Store, clock: FixedClock) -> None:
    keep(store, 500)
    clock.jump(timedelta(days=7))
    assert keep(store, 500, 3) == 2


def test_old_updates_go_and_dead_letters_stay_a_week(store: Store, clock: FixedClock) -> None:
    keep(store, 1, 2, 3)
    with store.unit_of_work() as uow:
        rows = uow.session.exec(select(Incoming).order_by(col(Incoming.id)))
        for row, state in zip(rows, ("done", "dead", "new"), strict=True):
            row.state = state
            uow.session.add(row)
    for days, left in ((6, {"done", "dead", "new"}), (3, {"new"})):
        clock.jump(timedelta(days=days))
        with store.unit_of_work() as uow:
            forget_old_updates(uow.session, uow.now)
        with store.read() as session:
            assert set(session.exec(select(Incoming.state))) == left


def test_what_is_raised_in_a_unit_of_work_leaves_no_trace(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.unit_of_work() as uow:
        person = a_person(uow)
        uow.outbox.tell(person, Message("x", "x"))
        uow.due.plan(Appointment("x", uow.now))
        raise ZeroDivisionError
    with store.read() as session:
        for table in (Person, Outgoing, DueRow):
            assert session.exec(select(table)).first() is None


def test_a_message_is_queued_once_per_key_and_person(store: Store) -> None:
    with store.unit_of_work() as uow:
        anna, olena = a_person(uow, 7), a_person(uow, 8)
        assert uow.outbox.tell(anna, Message("k", "shift:1"))
        assert not uow.outbox.tell(anna, Message("k", "shift:1"))
        assert uow.outbox.tell(olena, Message("k", "shift:1"))


def test_somebody_who_cannot_be_reached_is_not_written_to(store: Store) -> None:
    with store.unit_of_work() as uow:
        assert not uow.outbox.tell(a_person(uow, reachable=False), Message("k", "shift:1"))


def test_a_topic_can_be_held_and_let_go(store: Store) -> None:
    with store.unit_of_work() as uow:
        for number in range(3):
            uow.outbox.tell(a_person(uow, number), Message("k", "b", topic="broadcast:1"))
        uow.session.flush()
        assert stop_topic(uow.session, "broadcast:1") == 3
        assert progress(uow.session, "broadcast:1") == {State.HELD: 3}
        assert continue_topic(uow.session, "broadcast:1") == 3
        assert progress(uow.session, "broadcast:1") == {State.PENDING: 3}


def test_what_was_settled_a_month_ago_is_forgotten_and_what_waits_stays(store: Store, clock: FixedClock) -> None:
    with store.unit_of_work() as uow:
        person = a_person(uow)
        for number, state in enumerate((State.SENT, State.DEAD, State.PENDING, State.HELD, State.UNKNOWN)):
            uow.outbox.tell(person, Message("k", f"m:{number}"))
            uow.session.flush()
            row = uow.session.exec(select(Outgoing).where(Outgoing.key == f"m:{number}:{person.key}")).one()
            row.state = state
        for step, due_state in (("a", DueState.DONE), ("b", DueState.EXPIRED), ("c", DueState.WAITING)):
            uow.due.plan(Appointment("x", uow.now, step=step))
            uow.session.exec(select(DueRow).where(DueRow.key == f"x:0:0:0:{step}")).one().state = due_state
    for days, messages, appointments in ((29, 5, 3), (2, 3, 1)):
        clock.jump(timedelta(days=days))
        with store.unit_of_work() as uow:
            forget_old_messages(uow.session, uow.now)
            forget_old_appointments(uow.session, uow.now)
            assert len(uow.session.exec(select(Outgoing)).all()) == messages
            assert len(uow.session.exec(select(DueRow)).all()) == appointments


def test_a_commit_that_filled_the_outbox_is_announced_to_delivery(store: Store) -> None:
    heard: list[bool] = []
    store.on_commit.append(lambda uow: heard.append(uow.outbox.touched))
    with store.unit_of_work() as uow:
        a_person(uow)
    with store.unit_of_work() as uow:
        person = uow.session.exec(select(Person)).one()
        uow.outbox.answer(person, Screen(Html("hello")), origin="1")
    assert heard == [False, True]


def test_an_appointment_is_planned_once_and_found_when_it_is_due(store: Store, clock: FixedClock) -> None:
    with store.unit_of_work() as uow:
        later = uow.now + timedelta(hours=1)
        assert uow.due.plan(Appointment("reminder", later, entity=4, step="24h"))
        assert not uow.due.plan(Appointment("reminder", later, entity=4, step="24h"))
        assert uow.due.plan(Appointment("reminder", later, entity=4, step="3h"))
    with store.read() as session:
        assert due_rows(session, clock.now(), 9) == []
        assert len(due_rows(session, later, 9)) == 2


def test_a_recurring_appointment_waits_anew_once_it_is_done(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.due.soon(Appointment("cards", uow.now, entity=4))
        uow.due.soon(Appointment("cards", uow.now, entity=4))
        row = uow.session.exec(select(DueRow)).one()
        row.state = DueState.DONE
        uow.session.add(row)
    with store.unit_of_work() as uow:
        uow.due.soon(Appointment("cards", uow.now, entity=4))
        assert uow.session.exec(select(DueRow)).one().state == DueState.WAITING


def test_sqlite_writes_every_commit_to_the_disk_before_it_goes_on(store: Store) -> None:
    if not store.is_sqlite:
        pytest.skip("a setting of SQLite")
    with store.unit_of_work() as uow:
        connection = uow.session.connection()
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1


def test_an_update_is_taken_once_and_after_the_earlier_ones_of_the_same_person(store: Store) -> None:
    with store.unit_of_work() as uow:
        keep_updates(uow.session, [{"update_id": n, "message": {"from": {"id": 7}}} for n in (1, 2)], uow.now)
    with store.unit_of_work() as uow:
        first, second = waiting_updates(uow.session, 9)
        tries = (second, first, first, second, second)
        taken = [claim_update(uow.session, update.id) for update in tries]
    assert taken == [False, True, False, True, False]


def test_an_appointment_is_taken_once(store: Store) -> None:
    with store.unit_of_work() as uow:
        uow.due.plan(Appointment("x", uow.now))
    with store.read() as session:
        ((number, _),) = due_rows(session, store.clock.now(), 9)
    for count in (1, 0):  # the second is another instance, which found the row due at the same moment
        with store.unit_of_work() as uow:
            assert len(take_due(uow.session, [number], uow.now)) == count
