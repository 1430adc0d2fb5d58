"""A crowd of processes and threads that all sign up at the same moment."""

import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from multiprocessing.synchronize import Barrier

from bot.core.clock import Clock, FixedClock
from bot.core.refusal import Refusal
from bot.core.store import Store, StoreUnavailable
from bot.features.shifts import services

PROCESSES, THREADS, PATIENCE = 3, 4, 100


def rush(store: Store, shift_id: int, people: list[int]) -> None:
    """Let all these people (each as often as she is named) sign up at once, from several processes."""
    context = multiprocessing.get_context("spawn")
    gate = context.Barrier(PROCESSES)
    parts = [people[number::PROCESSES] for number in range(PROCESSES)]
    now = store.clock.now()
    workers = [context.Process(target=_work, args=(store.url, FixedClock(now), shift_id, part, gate)) for part in parts]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(timeout=PATIENCE)
    assert [worker.exitcode for worker in workers] == [0] * PROCESSES


def _work(*given: object) -> None:
    url, clock, shift_id, people, gate = given
    assert isinstance(url, str) and isinstance(clock, Clock) and isinstance(people, list) and isinstance(gate, Barrier)
    store = Store(url, clock)
    gate.wait(PATIENCE)
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda person_id: _sign_up(store, person_id, shift_id), people))
    store.close()


def _sign_up(store: Store, person_id: int, shift_id: object) -> None:
    assert isinstance(shift_id, int)
    while True:
        try:
            with store.unit_of_work() as uow:
                services.sign_up(uow, person_id, shift_id, or_wait=True)
            return
        except Refusal:  # her second tap
            return
        except StoreUnavailable:  # the store is busy: dispatch waits and tries again, too
            continue
