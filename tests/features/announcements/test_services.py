"""Who is told of a shift, who may tell, and what its coordinators can count; on both databases."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.core.clock import FixedClock
from bot.core.consent import withdraw_consent
from bot.core.due import DueRow, DueState
from bot.core.outbox import Lane
from bot.core.refusal import NotAllowed
from bot.features.announcements import queries, rules, services
from bot.features.shifts.services import cancel_shift, decline, publish_shift, sign_up, withdraw
from bot.features.volunteers.services import pause
from tests.features.announcements import crowd
from tests.features.announcements.centre import WEDNESDAY, Centre, announce, make_shift


def test_announcing_publishes_the_shift_and_tells_each_whom_it_fits_once(centre: Centre) -> None:
    shift_id = make_shift(centre)
    assert announce(centre, shift_id) == 3
    assert announce(centre, shift_id) == 0
    with centre.store.read() as session:
        rows = crowd.told(session, "announcement.shift")
    assert [row.person_id for row in rows] == list(centre.people)
    assert {(row.lane, row.topic, row.expires_at) for row in rows} == {
        (Lane.BULK, f"announcement:{shift_id}", WEDNESDAY)
    }


def test_who_paused_answered_or_took_back_her_consent_is_not_told(centre: Centre) -> None:
    paused, unwilling, answered = centre.people
    shift_id = make_shift(centre)
    with centre.work() as uow:
        pause(uow, paused)
        withdraw_consent(uow, unwilling, "announcements")
        publish_shift(uow, centre.boss, shift_id)
        sign_up(uow, answered, shift_id)
    assert announce(centre, shift_id) == 0


def test_a_shift_published_silently_can_be_announced_later(centre: Centre) -> None:
    shift_id = make_shift(centre)
    with centre.work() as uow:
        publish_shift(uow, centre.boss, shift_id)
    assert announce(centre, shift_id) == 3


def test_at_night_an_announcement_waits_for_the_morning(centre: Centre, clock: FixedClock) -> None:
    clock.jump(timedelta(hours=12))  # 22:00 on Monday
    announce(centre, make_shift(centre))
    with centre.store.read() as session:
        leaves = {row.not_before for row in crowd.told(session, "announcement.shift")}
        topic = "announcement:1"
        assert queries.standing(session, topic).next_leave == datetime(2026, 2, 3, 7, 0, tzinfo=UTC)
    assert leaves == {datetime(2026, 2, 3, 7, 0, tzinfo=UTC)}


def test_a_cancelled_or_begun_shift_is_not_announced(centre: Centre, clock: FixedClock) -> None:
    cancelled, begun = make_shift(centre), make_shift(centre)
    with centre.work() as uow:
        publish_shift(uow, centre.boss, cancelled)
        cancel_shift(uow, centre.boss, cancelled, "")
        publish_shift(uow, centre.boss, begun)
    with pytest.raises(rules.CannotAnnounce):
        announce(centre, cancelled)
    clock.jump(timedelta(days=3))
    with pytest.raises(rules.CannotAnnounce):
        announce(centre, begun)
    assert centre.told("announcement.shift") == []


def test_only_the_organisations_coordinators_announce_stop_and_continue(centre: Centre) -> None:
    shift_id = make_shift(centre)
    with centre.work() as uow:
        stranger = crowd.coordinator(uow, 901, crowd.organisation(uow, "town")).key
    for act in (
        lambda uow: services.announce_shift(uow, stranger, shift_id),
        lambda uow: services.stop_telling(uow, stranger, "announcement", shift_id),
        lambda uow: services.continue_telling(uow, stranger, "announcement", shift_id),
    ):
        with pytest.raises(NotAllowed), centre.work() as uow:
            act(uow)
    assert centre.told("announcement.shift") == []


def test_the_report_counts_the_answers_of_those_who_were_told(centre: Centre) -> None:
    anna, bilal, _ = centre.people
    shift_id = make_shift(centre)
    announce(centre, shift_id)
    with centre.work() as uow:
        sign_up(uow, anna, shift_id)
        decline(uow, bilal, shift_id)
        sign_up(uow, centre.people[2], shift_id)
        withdraw(uow, centre.people[2], shift_id)
    with centre.store.read() as session:
        assert queries.answers(session, shift_id, f"announcement:{shift_id}") == queries.Answers(yes=1, no=2)


def test_a_look_is_planned_once_and_comes_earlier_when_something_happens(centre: Centre, clock: FixedClock) -> None:
    shift_id = make_shift(centre)
    announce(centre, shift_id)
    with centre.work() as uow:
        services.look_soon(uow, "announcement", shift_id)
    with centre.store.read() as session:
        rows = session.exec(select(DueRow).where(DueRow.kind == "announcement.look")).all()
    assert [(row.at, row.state) for row in rows] == [(clock.now() + rules.LOOK, DueState.WAITING)]
