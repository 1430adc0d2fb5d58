"""Who gets a broadcast, who may send one, and what stops it; on both databases."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import select

from bot.core.clock import FixedClock
from bot.core.consent import withdraw_consent
from bot.core.due import DueRow
from bot.core.outbox import Outgoing, State
from bot.core.person import Grant
from bot.core.refusal import NotAllowed
from bot.features.announcements import queries, rules, services
from bot.features.announcements.models import Audience, BroadcastState, Target
from bot.features.organisations.models import Organisation
from bot.features.shifts.services import publish_shift, sign_up
from bot.features.volunteers.models import Activity
from tests.features.announcements import crowd
from tests.features.announcements.centre import Centre, make_shift


def test_nothing_of_a_broadcast_is_queued_before_its_hold_is_over(centre: Centre, clock: FixedClock) -> None:
    sent = centre.send()
    assert centre.told() == []
    with centre.store.read() as session:
        row = session.exec(select(DueRow).where(DueRow.kind == services.LEAVE)).one()
    assert row.at == clock.now() + timedelta(seconds=60)
    clock.jump(timedelta(seconds=60))
    centre.leave(sent)
    assert centre.told() == list(centre.people)


def test_a_broadcast_can_be_taken_back_within_its_hold_and_not_later(centre: Centre) -> None:
    recalled, left = centre.send(), centre.send()
    with centre.work() as uow:
        services.recall_broadcast(uow, centre.boss, recalled)
    centre.leave(recalled)
    assert (centre.get(recalled).state, centre.told()) == (BroadcastState.RECALLED, [])
    centre.leave(left)
    with pytest.raises(rules.TooLateToRecall), centre.work() as uow:
        services.recall_broadcast(uow, centre.boss, left)
    assert len(centre.told()) == 3


def test_whoever_lost_the_right_within_the_hold_sends_nothing(centre: Centre) -> None:
    sent = centre.send()
    with centre.work() as uow:
        for held in uow.session.exec(select(Grant).where(Grant.person_id == centre.boss)).all():
            uow.session.delete(held)
    centre.leave(sent)
    assert (centre.get(sent).state, centre.told()) == (BroadcastState.RECALLED, [])


def test_a_broadcast_goes_only_to_whom_it_is_for(centre: Centre) -> None:
    shift_id = make_shift(centre)
    with centre.work() as uow:
        other = crowd.activity(uow, "sewing")
        cook = crowd.volunteer(uow, 10, other, locale="uk", speaks=("uk", "so")).key
        publish_shift(uow, centre.boss, shift_id)
        sign_up(uow, centre.people[0], shift_id)
    reached = {
        target: [person.key for person in found.people]
        for target, found in (
            (target, _reach(centre, target))
            for target in (
                Target(Audience.ALL),
                Target(Audience.ACTIVITY, str(other.number)),
                Target(Audience.LANGUAGE, "so"),
                Target(Audience.SHIFT, str(shift_id)),
            )
        )
    }
    assert list(reached.values()) == [[*centre.people, cook], [cook], [cook], [centre.people[0]]]


def _reach(centre: Centre, target: Target) -> queries.Reach:
    with centre.work() as uow:
        return queries.reach(uow.session, target, uow.now)


def test_without_a_recorded_consent_nobody_gets_a_broadcast(centre: Centre) -> None:
    with centre.work() as uow:
        withdraw_consent(uow, centre.people[0], "announcements")
    found = _reach(centre, Target(Audience.ALL))
    assert ([person.key for person in found.people], found.unwilling) == (list(centre.people[1:]), 1)


def test_nobody_gets_more_than_three_broadcasts_in_seven_days(centre: Centre, clock: FixedClock) -> None:
    for _ in range(3):
        centre.leave(centre.send())
    with centre.work() as uow:
        late = crowd.volunteer(uow, 10, uow.session.get_one(Activity, centre.activity)).key
    found = _reach(centre, Target(Audience.ALL))
    assert ([person.key for person in found.people], found.capped) == ([late], 3)
    clock.jump(timedelta(days=7, seconds=1))
    assert len(_reach(centre, Target(Audience.ALL)).people) == 4


def test_a_message_that_never_arrived_does_not_count_against_the_cap(centre: Centre) -> None:
    for _ in range(3):
        centre.leave(centre.send())
    with centre.work() as uow:
        mine = select(Outgoing).where(Outgoing.person_id == centre.people[0])
        row = next(row for row in uow.session.exec(mine) if row.kind == queries.MESSAGE)
        row.state = State.DEAD
        uow.session.add(row)
    assert [person.key for person in _reach(centre, Target(Audience.ALL)).people] == [centre.people[0]]


def test_a_broadcast_to_nobody_is_refused_with_the_reason(centre: Centre) -> None:
    for _ in range(3):
        centre.leave(centre.send())
    with pytest.raises(rules.NobodyToTell) as refused:
        centre.send()
    assert (refused.value.capped, refused.value.unwilling) == (3, 0)


def test_a_coordinator_writes_only_for_her_organisation_and_its_shifts(centre: Centre) -> None:
    shift_id = make_shift(centre)
    with centre.work() as uow:
        town = crowd.organisation(uow, "town")
        other = crowd.coordinator(uow, 901, town).key
        publish_shift(uow, centre.boss, shift_id)
        sign_up(uow, centre.people[0], shift_id)
    with pytest.raises(NotAllowed), centre.work() as uow:
        services.send_broadcast(uow, other, centre.draft())
    foreign = replace(centre.draft(Target(Audience.SHIFT, str(shift_id))), organisation_id=town.number)
    with pytest.raises(NotAllowed), centre.work() as uow:
        services.send_broadcast(uow, other, foreign)
    sent = centre.send()
    for act in (services.recall_broadcast, services.managed_broadcast):
        with pytest.raises(NotAllowed), centre.work() as uow:
            act(uow, other, sent)
    with pytest.raises(NotAllowed), centre.work() as uow:
        services.stop_telling(uow, other, "broadcast", sent)


def test_many_people_are_told_in_parts_and_each_once(centre: Centre) -> None:
    sent = centre.send()
    centre.leave(sent, 2)
    assert centre.told() == list(centre.people[:2])
    with centre.store.read() as session:
        assert queries.broadcast_standing(session, centre.get(sent)).waiting == 3
    centre.leave(sent, 2)
    centre.leave(sent, 2)
    assert centre.told() == list(centre.people)
    assert centre.get(sent).complete


def test_stopping_holds_back_the_queued_and_the_unqueued_until_it_goes_on(centre: Centre) -> None:
    sent = centre.send()
    centre.leave(sent, 2)
    with centre.work() as uow:
        services.stop_telling(uow, centre.boss, "broadcast", sent)
    centre.leave(sent, 2)
    with centre.store.read() as session:
        assert queries.broadcast_standing(session, centre.get(sent)).stopped == 3
    assert centre.told(queries.MESSAGE, State.PENDING) == []
    with centre.work() as uow:
        services.continue_telling(uow, centre.boss, "broadcast", sent)
    centre.leave(sent, 2)
    assert centre.told(queries.MESSAGE, State.PENDING) == list(centre.people)


def test_a_broadcast_of_the_night_leaves_in_the_morning(centre: Centre, clock: FixedClock) -> None:
    clock.jump(timedelta(hours=12))
    assert centre.get(centre.send()).leaves_at == datetime(2026, 2, 3, 7, 0, tzinfo=UTC)


def test_the_organisations_other_coordinators_see_a_broadcast_too(centre: Centre) -> None:
    with centre.work() as uow:
        organisation = uow.session.get_one(Organisation, centre.organisation)
        colleague = crowd.coordinator(uow, 902, organisation).key
    centre.send()
    assert centre.told("broadcast") == [colleague]


def test_fewer_messages_can_be_undone(centre: Centre) -> None:
    anna = centre.people[0]
    for willing in (False, True, True):
        with centre.work() as uow:
            services.want_messages(uow, anna, willing)
        with centre.store.read() as session:
            assert queries.is_willing(session, anna) is willing
            assert (anna in queries.willing(session)) is willing


def test_what_somebody_wrote_stays_her_organisations_without_her_name(centre: Centre) -> None:
    sent = centre.send()
    with centre.store.read() as session:
        assert queries.written_by(session, centre.boss)[0]["texts"] == {"de": "Hallo"}
    with centre.work() as uow:
        services.forget_author(uow, centre.boss)
    assert centre.get(sent).author_id is None
    centre.leave(sent)
    assert len(centre.told()) == 3


def test_a_broadcast_whose_hold_ended_while_the_bot_was_away_is_not_sent_at_night(
    centre: Centre, clock: FixedClock
) -> None:
    sent = centre.send()
    clock.jump(timedelta(hours=13))  # 23:00
    centre.leave(sent)
    assert centre.told() == []
    assert centre.get(sent).leaves_at == datetime(2026, 2, 3, 7, 0, tzinfo=UTC)
    clock.at = centre.get(sent).leaves_at
    centre.leave(sent)
    assert len(centre.told()) == 3
