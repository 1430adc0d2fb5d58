"""Requests, offers and proposals on a real database."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.clock import FixedClock
from bot.core.consent import consent_of, text_version, withdraw_consent
from bot.core.person import Person
from bot.core.refusal import Gone, NotAllowed
from bot.core.store import Store
from bot.features.buddies import rules, services
from bot.features.buddies.models import BuddyRequest, MatchState, Side
from tests.features.buddies import pairs
from tests.features.buddies.pairs import AMAL, fitting, match_of, new_desk, propose, told, waiting


def test_a_request_is_kept_with_the_name_and_the_consent(store: Store) -> None:
    desk = new_desk(store)
    with store.read() as session:
        consent = consent_of(session, desk.newcomer, "buddies")
        assert consent is not None
        assert (consent.text_version, consent.language) == (text_version("buddies"), "en")
        assert session.get_one(Person, desk.newcomer).name == "Amal"
        request = session.get_one(BuddyRequest, desk.request)
        assert (request.languages, request.german, request.comfort) == (["ar"], "simple", "all")


def test_a_second_request_replaces_the_answers_and_keeps_the_place_in_line(store: Store) -> None:
    desk = new_desk(store)
    assert isinstance(store.clock, FixedClock)
    store.clock.jump(timedelta(days=3))
    with store.unit_of_work() as uow:
        services.save_wish(uow, desk.newcomer, Side.NEWCOMER, replace(AMAL, topics=["school"]))
    with store.read() as session:
        (request,) = session.exec(select(BuddyRequest)).all()
        assert request.topics == ["school"]
        assert store.clock.now() - request.since == timedelta(days=3)


def test_the_longest_waiting_comes_first_and_a_paused_one_not_at_all(store: Store) -> None:
    desk = new_desk(store)
    assert isinstance(store.clock, FixedClock)
    store.clock.jump(timedelta(hours=1))
    with store.unit_of_work() as uow:
        second, _ = pairs.newcomer(uow, 201)
    assert waiting(store) == [desk.newcomer, second]
    with store.unit_of_work() as uow:
        services.pause_wish(uow, desk.newcomer, Side.NEWCOMER)
    assert waiting(store) == [second]
    with store.unit_of_work() as uow:
        services.pause_wish(uow, desk.newcomer, Side.NEWCOMER, paused=False)
    assert waiting(store) == [desk.newcomer, second]


def test_nothing_can_be_paused_that_is_not_there(store: Store) -> None:
    desk = new_desk(store)
    with pytest.raises(Gone), store.unit_of_work() as uow:
        services.pause_wish(uow, desk.coordinator, Side.VOLUNTEER)


@pytest.mark.parametrize("why", ["paused", "unreachable", "consent", "ended"])
def test_who_is_away_is_neither_listed_nor_can_be_proposed(store: Store, why: str) -> None:
    desk = new_desk(store)
    assert fitting(store, desk.request) == [desk.volunteer]
    with store.unit_of_work() as uow:
        if why == "paused":
            services.pause_wish(uow, desk.volunteer, Side.VOLUNTEER)
        elif why == "unreachable":
            uow.session.get_one(Person, desk.volunteer).reachable = False
        elif why == "consent":
            withdraw_consent(uow, desk.volunteer, "buddies")
        else:
            services.end_wish(uow, desk.volunteer, Side.VOLUNTEER)
    assert fitting(store, desk.request) == []
    with pytest.raises(rules.NoLongerFits):
        propose(store, desk)
    assert pairs.places(store)[0] == [0]


def test_a_proposal_takes_a_place_on_both_sides_and_asks_both(store: Store) -> None:
    desk = new_desk(store)
    match_id = propose(store, desk)
    assert pairs.places(store) == ([1], [1])
    assert waiting(store) == []
    for person in (desk.newcomer, desk.volunteer):
        assert told(store, person) == [MatchState.PROPOSED]
    with store.read() as session:
        match = match_of(session, match_id)
        assert (match.organisation_id, match.proposed_by) == (desk.organisation, desk.coordinator)


def test_only_coordinators_propose_and_nobody_proposes_a_taken_one(store: Store) -> None:
    desk = new_desk(store)
    with pytest.raises(NotAllowed):
        propose(store, replace(desk, coordinator=desk.volunteer))
    propose(store, desk)
    with pytest.raises(rules.Taken):
        propose(store, desk)
    assert pairs.places(store) == ([1], [1])


def test_a_volunteer_gets_no_more_people_than_she_said(store: Store) -> None:
    desk = new_desk(store)
    with store.unit_of_work() as uow:
        _, more = pairs.newcomer(uow, 201)
        services.save_wish(uow, desk.volunteer, Side.VOLUNTEER, replace(pairs.OLENA, capacity=2))
    propose(store, desk)
    propose(store, replace(desk, request=more))
    with store.unit_of_work() as uow:
        _, last = pairs.newcomer(uow, 202)
    assert fitting(store, last) == []
    with pytest.raises(rules.NoLongerFits):
        propose(store, replace(desk, request=last))
    assert pairs.places(store) == ([1, 1, 0], [2])
