"""What one instance must do is done by one, and whoever was deposed cannot write any more."""

import pytest
from sqlmodel import select

from bot.core.due import Appointment, DueRow
from bot.core.leadership import AlreadyLed, Leadership, Lock, StaleLeader
from bot.core.store import Store


def test_a_deposed_leader_writes_nothing_any_more(store: Store) -> None:
    first, second = Leadership(store, "tick"), Leadership(store, "tick")
    old = first.acquire()
    first.release()  # its connection was lost, and it does not know yet
    new = second.acquire()
    with pytest.raises(StaleLeader), store.unit_of_work(old) as uow:
        uow.due.plan(Appointment("old", uow.now))
    with store.unit_of_work(new) as uow:
        uow.due.plan(Appointment("new", uow.now))
    second.release()
    with store.read() as session:
        assert session.exec(select(DueRow.kind)).all() == ["new"]


def test_roles_are_led_apart(store: Store) -> None:
    ticking, delivering = Leadership(store, "tick"), Leadership(store, "deliver")
    fence = ticking.acquire()
    delivering.acquire()
    with store.unit_of_work(fence) as uow:
        uow.due.plan(Appointment("x", uow.now))
    ticking.release()
    delivering.release()


def test_of_two_instances_one_holds_the_database_until_it_ends(store: Store) -> None:
    other_store = Store(store.url, store.clock)
    one, other = Lock(store), Lock(other_store)
    one.hold()
    with pytest.raises(AlreadyLed):
        other.hold()
    one.release()
    other.hold()
    other.release()
    other_store.close()
