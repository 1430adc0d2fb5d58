"""Held messages: shown by kind and age, released or discarded; a coordinator's stop is never touched."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.core.message import Screen, escaped
from bot.core.outbox import Message, Outgoing, State, stop_topic
from bot.core.person import Person
from bot.core.store import Store, UnitOfWork
from bot.features.announcements.models import Audience, Broadcast, BroadcastState
from bot.features.organisations.models import Organisation
from bot.operate.held import What, hold, settle_held
from bot.operate.problem import Problem
from bot.operate.schema import migrate
from bot.settings import Settings
from tests.operate.conftest import open_desk


def broadcast(uow: UnitOfWork, state: BroadcastState) -> str:
    organisation = Organisation(key=f"o{state}", name="Caritas")
    uow.session.add(organisation)
    uow.session.flush()
    sent = Broadcast(
        organisation_id=organisation.number,
        audience=Audience.ALL,
        original="en",
        state=state,
        created_at=uow.now,
        leaves_at=uow.now,
    )
    uow.session.add(sent)
    uow.session.flush()
    return sent.topic


@pytest.fixture
def desk(settings: Settings) -> Store:
    """A restored database: an answer, a message, two broadcasts and an announcement stopped before the backup."""
    store = open_desk(settings)
    migrate(store)
    with store.unit_of_work() as uow:
        anna = Person(telegram_id=5, name="Anna", created_at=uow.now, seen_at=uow.now)
        uow.session.add(anna)
        uow.session.flush()
        uow.outbox.answer(anna, Screen(escaped("Hello")), origin="1")
        uow.outbox.tell(anna, Message(kind="shift.cancelled", key="cancelled"))
        stopped, leaving = broadcast(uow, BroadcastState.STOPPED), broadcast(uow, BroadcastState.LEAVING)
        for name, topic in (("stopped", stopped), ("leaving", leaving), ("announced", "announcement:7")):
            uow.outbox.tell(anna, Message(kind="broadcast.text", key=name, topic=topic))
        uow.session.flush()
        for topic in (stopped, "announcement:7"):
            stop_topic(uow.session, topic)
        uow.session.flush()
        old = uow.session.exec(select(Outgoing).where(Outgoing.kind == "shift.cancelled")).one()
        old.created_at -= timedelta(days=3)
        assert hold(uow) == 3
    store.close()
    return store


def states(store: Store) -> dict[str, str]:
    with store.read() as session:
        return {row.key.split(":")[0]: row.state for row in session.exec(select(Outgoing))}


HELD = dict.fromkeys(("answer", "cancelled", "leaving", "stopped", "announced"), State.HELD)


def test_to_look_shows_kinds_and_ages_and_changes_nothing(settings: Settings, desk: Store) -> None:
    assert settle_held(settings, What.SHOW) == [
        "     1 broadcast.text, written 0 min ago",
        "     1 screen, written 0 min ago",
        "     1 shift.cancelled, written 3 d ago",
        "3 messages are held since a restore.",
    ]
    assert states(desk) == HELD
    desk.close()


def test_what_a_restore_held_is_released_and_what_a_coordinator_stopped_is_not(settings: Settings, desk: Store) -> None:
    assert settle_held(settings, What.RELEASE)[-1].startswith("3 messages are released")
    assert states(desk) == HELD | dict.fromkeys(("answer", "cancelled", "leaving"), State.PENDING)
    assert settle_held(settings, What.RELEASE)[-1].startswith("0 messages")
    desk.close()


def test_what_is_discarded_never_leaves_and_its_text_is_gone(settings: Settings, desk: Store) -> None:
    assert settle_held(settings, What.DISCARD)[-1] == "3 messages are discarded."
    assert states(desk) == HELD | dict.fromkeys(("answer", "cancelled", "leaving"), State.EXPIRED)
    with desk.read() as session:
        assert "Hello" not in str([row.model_dump() for row in session.exec(select(Outgoing))])
    desk.close()


def test_a_broadcast_that_its_coordinator_stopped_after_the_restore_waits_for_her(
    settings: Settings, desk: Store
) -> None:
    with desk.unit_of_work() as uow:
        for sent in uow.session.exec(select(Broadcast)).all():
            sent.state = BroadcastState.STOPPED
    assert settle_held(settings, What.DISCARD)[-1] == "2 messages are discarded."
    assert states(desk)["leaving"] == State.HELD
    desk.close()


def test_a_database_without_tables_holds_nothing(settings: Settings) -> None:
    with pytest.raises(Problem, match="lotse migrate"):
        settle_held(settings, What.SHOW)
