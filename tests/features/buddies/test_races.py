"""Two people act at the same instant: whoever comes second finds what is true, and the counts stay right."""

import threading
from collections.abc import Callable

import pytest
from sqlmodel import select

from bot.core.refusal import Refusal
from bot.core.store import Store, StoreUnavailable, UnitOfWork
from bot.features.buddies import services
from bot.features.buddies.models import BuddyMatch, MatchState, Side
from tests.features.buddies import pairs
from tests.features.buddies.pairs import match_of, new_desk, propose, told

Act = Callable[[UnitOfWork], object]
ROUNDS = 5


def at_once(store: Store, *acts: Act) -> list[str]:
    """Do all acts in threads of their own, released together; how each ended."""
    gate = threading.Barrier(len(acts))
    ended = [""] * len(acts)

    def run(number: int) -> None:
        gate.wait()
        for _ in range(5):  # what a busy or deadlocked store refuses is tried again, as dispatch does
            try:
                with store.unit_of_work() as uow:
                    acts[number](uow)
                ended[number] = "done"
                return
            except Refusal as refusal:
                ended[number] = type(refusal).__name__
                return
            except StoreUnavailable:
                continue

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ended


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_two_yes_at_once_make_exactly_one_pair(store: Store, attempt: int) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    ended = at_once(
        store,
        lambda uow: services.accept_match(uow, desk.newcomer, match_id),
        lambda uow: services.accept_match(uow, desk.volunteer, match_id),
    )
    assert ended == ["done", "done"]
    with store.read() as session:
        assert match_of(session, match_id).state == MatchState.ACTIVE
    assert told(store, desk.coordinator, "buddy.news") == [MatchState.ACTIVE]


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_yes_no_and_lapse_at_once_end_in_one_of_them_only(store: Store, attempt: int) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    with store.unit_of_work() as uow:
        services.accept_match(uow, desk.newcomer, match_id)
    at_once(
        store,
        lambda uow: services.accept_match(uow, desk.volunteer, match_id),
        lambda uow: services.decline_match(uow, desk.newcomer, match_id),
        lambda uow: services.lapse_match(uow, match_id),
    )
    with store.read() as session:
        state = match_of(session, match_id).state
    assert told(store, desk.coordinator, "buddy.news") == [state]
    taken = 1 if state == MatchState.ACTIVE else 0
    assert pairs.places(store) == ([taken], [taken])


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_two_coordinators_at_once_propose_one_match(store: Store, attempt: int) -> None:
    desk = new_desk(store)
    with store.unit_of_work() as uow:
        other, _ = pairs.coordinator(uow, 301, "malteser")
        _, offer = pairs.volunteer(uow, 302)
    ended = at_once(
        store,
        lambda uow: services.propose_match(uow, desk.coordinator, desk.request, desk.offer),
        lambda uow: services.propose_match(uow, other, desk.request, offer),
    )
    assert sorted(ended) == ["Taken", "done"]
    with store.read() as session:
        assert len(session.exec(select(BuddyMatch)).all()) == 1
    requests, offers = pairs.places(store)
    assert (requests, sum(offers)) == ([1], 1)


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_the_last_place_of_a_volunteer_is_given_once(store: Store, attempt: int) -> None:
    desk = new_desk(store)
    with store.unit_of_work() as uow:
        _, second = pairs.newcomer(uow, 201)
    ended = at_once(
        store,
        lambda uow: services.propose_match(uow, desk.coordinator, desk.request, desk.offer),
        lambda uow: services.propose_match(uow, desk.coordinator, second, desk.offer),
    )
    assert sorted(ended) == ["NoLongerFits", "done"]
    requests, offers = pairs.places(store)
    assert (sorted(requests), offers) == ([0, 1], [1])


@pytest.mark.parametrize("attempt", range(ROUNDS))
def test_a_stop_and_a_proposal_at_once_leave_no_open_match_without_an_offer(store: Store, attempt: int) -> None:
    desk = new_desk(store)
    at_once(
        store,
        lambda uow: services.propose_match(uow, desk.coordinator, desk.request, desk.offer),
        lambda uow: services.end_wish(uow, desk.volunteer, Side.VOLUNTEER),
    )
    with store.read() as session:
        states = list(session.exec(select(BuddyMatch.state)))
    assert states in ([], [MatchState.LAPSED])
    assert pairs.places(store) == ([0], [])
