"""Locks that end with their connections: what two processes on one PostgreSQL make of that."""

import threading

import pytest
from sqlmodel import select

from bot.core.due import Appointment, DueRow
from bot.core.leadership import AlreadyLed, Lock, StaleLeader
from bot.core.store import Fence, Store
from tests.core.leaders import ON_POSTGRES, Candidate, ask, candidate, cut_locks, other

__all__ = ["candidate", "other"]


def write(store: Store, fence: Fence, kind: str) -> None:
    with store.unit_of_work(fence) as uow:
        uow.due.plan(Appointment(kind, uow.now))


def written(store: Store) -> set[str]:
    with store.read() as session:
        return set(session.exec(select(DueRow.kind)))


@ON_POSTGRES
def test_one_leads_and_the_next_follows_when_it_lets_go(store: Store, other: Store, candidate: Candidate) -> None:
    first, second = candidate(store), candidate(other)
    old = first.acquire()
    with pytest.raises(AlreadyLed):
        second.acquire()
    write(store, old, "first")
    first.release()
    new = second.acquire()
    write(other, new, "second")
    with pytest.raises(StaleLeader):
        write(store, old, "late")
    assert written(store) == {"first", "second"}


@ON_POSTGRES
def test_a_lock_lost_with_its_connection_is_taken_anew_and_the_number_stays(
    store: Store, other: Store, candidate: Candidate
) -> None:
    leader = candidate(store)
    fence = leader.acquire()
    cut_locks(other)
    leader.keep()
    leader.keep()
    with pytest.raises(AlreadyLed):
        candidate(other).acquire()
    write(store, fence, "still")
    leader.release()
    candidate(other).acquire()


@ON_POSTGRES
def test_a_lost_lock_that_somebody_else_has_taken_is_noticed_without_a_write(
    store: Store, other: Store, candidate: Candidate
) -> None:
    first, second = candidate(store), candidate(other)
    old = first.acquire()
    cut_locks(other)
    new = second.acquire()
    with pytest.raises(AlreadyLed):
        first.keep()
    with pytest.raises(StaleLeader):
        write(store, old, "late")
    write(other, new, "new")


@ON_POSTGRES
def test_the_next_leader_waits_for_the_write_under_way(store: Store, other: Store, candidate: Candidate) -> None:
    first, second = candidate(store), candidate(other)
    old = first.acquire()
    led = threading.Event()
    fences: list[Fence] = []

    def follow() -> None:
        fences.append(second.acquire())
        led.set()

    follower = threading.Thread(target=follow)
    with store.unit_of_work(old) as uow:
        cut_locks(other)
        follower.start()
        assert not led.wait(0.3)
        uow.due.plan(Appointment("under way", uow.now))
    assert led.wait(10)
    follower.join()
    with pytest.raises(StaleLeader):
        write(store, old, "late")
    write(other, fences[0], "new")
    assert written(store) == {"under way", "new"}


@ON_POSTGRES
def test_leading_and_standing_by_leak_no_connections(store: Store, other: Store, candidate: Candidate) -> None:
    leader, standby = candidate(store), candidate(other)
    leader.acquire()
    for _ in range(20):
        with pytest.raises(AlreadyLed):
            standby.acquire()
        cut_locks(other)
        leader.keep()
    held = [database.engine.pool.checkedout() for database in (store, other)]  # type: ignore[attr-defined]
    assert held == [1, 0]
    leader.release()
    assert store.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
    mine = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    other.close()
    assert ask(store, mine) <= 2


@ON_POSTGRES
def test_many_hold_the_database_together_and_one_alone_waits(store: Store, other: Store) -> None:
    locks = [Lock(store), Lock(other)]
    for lock in locks:
        lock.hold(shared=True)
    alone = Lock(store)
    for lock in locks:
        with pytest.raises(AlreadyLed):
            alone.hold()
        lock.release()
    alone.hold()
    with pytest.raises(AlreadyLed):
        locks[0].hold(shared=True)
    alone.release()
