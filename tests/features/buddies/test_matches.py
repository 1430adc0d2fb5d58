"""Answers, ends and erasure of matches on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlmodel import select

from bot.core.due import due_rows
from bot.core.person import Person, Role, grant
from bot.core.refusal import NotAllowed
from bot.core.store import Store
from bot.features.buddies import jobs, queries, rules, services
from bot.features.buddies.models import BuddyMatch, BuddyOffer, MatchState, Side
from tests.features.buddies import pairs
from tests.features.buddies.pairs import fitting, match_of, new_desk, propose, together, told, waiting


def test_one_yes_is_not_enough_and_a_second_yes_of_the_same_side_changes_nothing(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    for _ in range(2):
        with store.unit_of_work() as uow:
            services.accept_match(uow, desk.newcomer, match_id)
    with store.read() as session:
        match = match_of(session, match_id)
        assert (match.state, match.newcomer_yes, match.volunteer_yes) == (MatchState.PROPOSED, True, False)
    with store.unit_of_work() as uow:
        services.accept_match(uow, desk.volunteer, match_id)
    with store.read() as session:
        assert match_of(session, match_id).state == MatchState.ACTIVE
        planned = due_rows(session, store.clock.now() + timedelta(days=9), 10)
        assert "buddy.lapse" not in {kind for _, kind in planned}
    assert told(store, desk.newcomer) == [MatchState.PROPOSED, MatchState.ACTIVE]
    assert told(store, desk.coordinator, "buddy.news") == [MatchState.ACTIVE]


def test_a_stranger_can_do_nothing_to_a_match(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    with store.unit_of_work() as uow:
        foreign, _ = pairs.coordinator(uow, 301, "malteser")
    for act in (services.accept_match, services.decline_match, services.end_match):
        with pytest.raises(NotAllowed), store.unit_of_work() as uow:
            act(uow, foreign, match_id)


def test_a_decline_frees_both_and_parts_the_two_for_good(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    with store.unit_of_work() as uow:
        services.decline_match(uow, desk.newcomer, match_id)
    assert pairs.places(store) == ([0], [0])
    assert waiting(store) == [desk.newcomer]
    assert fitting(store, desk.request) == []
    assert told(store, desk.newcomer) == [MatchState.PROPOSED]
    assert told(store, desk.volunteer) == [MatchState.PROPOSED, MatchState.DECLINED]
    with pytest.raises(rules.NoLongerOpen), store.unit_of_work() as uow:
        services.accept_match(uow, desk.volunteer, match_id)


def test_a_lapse_is_no_refusal(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    with store.unit_of_work() as uow:
        services.lapse_match(uow, match_id)
        services.lapse_match(uow, match_id)
    assert pairs.places(store) == ([0], [0])
    assert fitting(store, desk.request) == [desk.volunteer]
    assert told(store, desk.coordinator, "buddy.news") == [MatchState.LAPSED]
    assert propose(store, desk) != match_id


def test_a_pair_that_is_together_does_not_lapse(store: Store) -> None:
    desk = new_desk(store)
    match_id = together(store, desk)
    with store.unit_of_work() as uow:
        services.lapse_match(uow, match_id)
    with store.read() as session:
        assert match_of(session, match_id).state == MatchState.ACTIVE


@pytest.mark.parametrize("who", ["newcomer", "volunteer", "coordinator"])
def test_an_end_frees_both_but_a_newcomer_is_asked_before_the_search_goes_on(store: Store, who: str) -> None:
    desk = new_desk(store)
    match_id = together(store, desk)
    with store.unit_of_work() as uow:
        services.end_match(uow, getattr(desk, who), match_id)
    assert pairs.places(store) == ([0], [0])
    assert waiting(store) == []
    for side in ("newcomer", "volunteer"):
        heard = MatchState.ENDED in told(store, getattr(desk, side))
        assert heard is (side != who)
    assert MatchState.ENDED in told(store, desk.coordinator, "buddy.news")
    with store.unit_of_work() as uow:
        services.pause_wish(uow, desk.newcomer, Side.NEWCOMER, paused=False)
    assert fitting(store, desk.request) == []
    with pytest.raises(rules.NoLongerOpen), store.unit_of_work() as uow:
        services.end_match(uow, getattr(desk, who), match_id)


@pytest.mark.parametrize("side", [Side.NEWCOMER, Side.VOLUNTEER])
@pytest.mark.parametrize("active", [False, True])
def test_whoever_stops_ends_her_matches_kindly(store: Store, side: Side, active: bool) -> None:
    desk = new_desk(store)
    match_id = together(store, desk) if active else propose(store, desk)
    leaves, stays = desk.newcomer, desk.volunteer
    if side == Side.VOLUNTEER:
        leaves, stays = stays, leaves
    with store.unit_of_work() as uow:
        services.end_wish(uow, leaves, side)
    with store.read() as session:
        state = match_of(session, match_id).state
        assert queries.wish_of(session, leaves, side) is None
    assert state == (MatchState.ENDED if active else MatchState.LAPSED)
    assert told(store, stays)[-1] == state
    requests, offers = pairs.places(store)
    assert requests + offers == [0]


def test_an_admin_who_proposed_hears_of_it_although_she_coordinates_nothing(store: Store) -> None:
    desk = new_desk(store)
    with store.unit_of_work() as uow:
        admin = pairs.person(uow, 400)
        grant(uow.session, admin, Role.ADMIN, 0, uow.now)
    match_id = propose(store, replace(desk, coordinator=admin))
    with store.unit_of_work() as uow:
        services.decline_match(uow, desk.volunteer, match_id)
    for heard in (admin, desk.coordinator):
        assert told(store, heard, "buddy.news") == [MatchState.DECLINED]


def test_a_side_that_cannot_be_reached_is_shown_to_the_coordinator(store: Store) -> None:
    desk = new_desk(store)
    together(store, desk)
    with store.unit_of_work() as uow:
        services.flag_unreachable(uow, uow.session.get_one(Person, desk.volunteer))
    assert told(store, desk.coordinator, "buddy.news") == [MatchState.ACTIVE, "unreachable"]


def test_erasing_leaves_no_trace_but_the_other_one_hears_kindly(store: Store) -> None:
    desk = new_desk(store)
    match_id = together(store, desk)
    with store.unit_of_work() as uow:
        services.forget_matches(uow, desk.newcomer)
    with store.read() as session:
        match = match_of(session, match_id)
        assert (match.state, match.newcomer_id, match.volunteer_id) == (MatchState.ENDED, None, desk.volunteer)
    assert told(store, desk.volunteer)[-1] == MatchState.ENDED
    assert pairs.places(store)[1] == [0]
    with store.unit_of_work() as uow:
        services.forget_matches(uow, desk.volunteer)
    with store.read() as session:
        (match,) = session.exec(select(BuddyMatch)).all()
        assert (match.newcomer_id, match.volunteer_id) == (None, None)


def test_a_pair_stays_apart_even_if_one_was_erased_and_came_back(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    with store.unit_of_work() as uow:
        services.decline_match(uow, desk.volunteer, match_id)
        services.forget_matches(uow, desk.newcomer)
        services.end_wish(uow, desk.newcomer, Side.NEWCOMER)
        # The account comes back as a new person; here the old entry makes room for it.
        uow.session.get_one(Person, desk.newcomer).telegram_id = 999
    with store.unit_of_work() as uow:
        _, request = pairs.newcomer(uow, 101)
        stranger, _ = pairs.volunteer(uow, 501)
    assert fitting(store, request) == [stranger]


def test_what_the_other_one_answered_is_not_in_my_data(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    with store.unit_of_work() as uow:
        services.accept_match(uow, desk.newcomer, match_id)
        services.decline_match(uow, desk.volunteer, match_id)
    with store.read() as session:
        (hers,) = jobs.matches_shown(session, desk.newcomer)
        (his,) = jobs.matches_shown(session, desk.volunteer)
    assert (hers["state"], hers["you_said_yes"], hers["you_ended_it"]) == ("over", True, False)
    assert (his["state"], his["you_said_yes"], his["you_ended_it"]) == ("over", False, True)


def test_the_database_itself_refuses_a_second_open_match(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        first = match_of(uow.session, match_id)
        uow.session.add(BuddyMatch(**first.model_dump(exclude={"id"})))
        uow.session.flush()
    with pytest.raises(IntegrityError), store.unit_of_work() as uow:
        offer = uow.session.get_one(BuddyOffer, desk.offer)
        uow.session.add(BuddyOffer(**offer.model_dump(exclude={"id"})))
        uow.session.flush()
