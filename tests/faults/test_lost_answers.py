"""Faults of a moment: a commit whose answer is lost, a stop that comes with a wake-up, a leader who comes back."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError
from sqlmodel import select

from bot.chat import delivery as delivery_module
from bot.core.inbox import InboxState, Incoming
from bot.core.leadership import Leadership
from bot.core.message import Html, Screen
from bot.core.outbox import Outgoing, State
from bot.core.person import Person
from bot.core.store import Fence, Store, StoreUnavailable
from bot.demo.faults import FaultKind
from tests.support.town import Someone, Town


@contextmanager
def next_answer_lost(store: Store) -> Iterator[None]:
    """Lose the database's answer to the next commit: it is carried out, and nobody hears so."""
    dialect = store.engine.dialect
    commit = dialect.do_commit

    def commit_and_lose(dbapi_connection: Any) -> None:
        dialect.do_commit = commit  # type: ignore[method-assign]
        commit(dbapi_connection)
        raise OperationalError("COMMIT", {}, ConnectionResetError())

    dialect.do_commit = commit_and_lose  # type: ignore[method-assign]
    try:
        yield
    finally:
        dialect.do_commit = commit  # type: ignore[method-assign]


def tell(town: Town, who: Someone, text: str) -> None:
    with town.store.unit_of_work() as uow:
        person = uow.session.exec(select(Person).where(Person.telegram_id == who.id)).one()
        uow.outbox.answer(person, Screen(Html(text)), origin=text)


def rows(town: Town) -> dict[str, str]:
    """The state of what was told, by its words."""
    with town.store.read() as session:
        found = session.exec(select(Outgoing.key, Outgoing.state))
        return {key.split(":")[1]: state for key, state in found if key.startswith("answer:")}


def times(who: Someone, text: str) -> int:
    return sum(message.text == text for message in who.screens)


async def test_a_claim_whose_commit_got_no_answer_is_sent_all_the_same(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    tell(town, anna, "hello")
    with next_answer_lost(town.store), pytest.raises(StoreUnavailable):
        town.bot.delivery.step()
    await town.settle()
    assert (rows(town)["hello"], times(anna, "hello")) == (State.SENT, 1)


async def test_an_outcome_whose_commit_got_no_answer_is_noted_once(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    tell(town, anna, "hello")
    town.bot.delivery.step()
    await called(town)
    with next_answer_lost(town.store), pytest.raises(StoreUnavailable):
        town.bot.delivery.step()
    await town.settle()
    assert (rows(town)["hello"], times(anna, "hello")) == (State.SENT, 1)


async def test_an_update_whose_commit_got_no_answer_is_handled_once(town: Town) -> None:
    anna = await town.someone(101, "Anna", "en")
    before = len(anna.screens)
    town.telegram.say(anna.id, "/help")
    town.bot.ingest.keep(await town.client.updates(None, 0))
    with next_answer_lost(town.store), pytest.raises(StoreUnavailable):
        await town.bot.dispatcher.handle_waiting()
    await town.settle()
    assert len(anna.screens) == before + 1
    with town.store.read() as session:
        assert set(session.exec(select(Incoming.state))) == {InboxState.DONE}


async def called(town: Town) -> None:
    """Wait until the calls under way have ended."""
    while town.bot.delivery._calls:
        await asyncio.sleep(0)


def lead(town: Town) -> Fence:
    """Begin to deliver as a leader does; whoever led before is deposed."""
    leadership = Leadership(town.store, "deliver")
    fence = leadership.acquire()
    leadership.release()
    return fence


async def test_what_a_leader_hears_late_changes_nothing_that_the_next_one_has_done(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery_module, "STOPPING", 0.05)
    anna, delivery = await town.someone(101, "Anna", "en"), town.bot.delivery
    delivery.fence = lead(town)
    tell(town, anna, "hello")
    town.telegram.faults.set(FaultKind.SLOW, count=1, seconds=0.3)
    delivery.step()
    fence = lead(town)
    await delivery.stop()
    with town.store.unit_of_work(fence) as uow:  # the next leader has sent it, as another message
        row = uow.session.exec(select(Outgoing).where(Outgoing.state == State.SENDING)).one()
        row.state, row.message_id = State.SENT, 4711
    delivery.fence = lead(town)
    delivery.recover()
    await asyncio.sleep(0.4)
    await town.settle()
    with town.store.read() as session:
        sent = session.exec(select(Outgoing.state, Outgoing.message_id).where(Outgoing.id == row.id)).one()
        assert tuple(sent) == (State.SENT, 4711)


async def test_a_stop_that_is_interrupted_keeps_nothing_for_later(town: Town) -> None:
    anna, delivery = await town.someone(101, "Anna", "en"), town.bot.delivery
    tell(town, anna, "hello")
    town.telegram.faults.set(FaultKind.SLOW, count=1, seconds=0.3)
    delivery.step()
    stopping = asyncio.ensure_future(delivery.stop())
    await asyncio.sleep(0.05)
    stopping.cancel()  # somebody else leads
    await asyncio.wait({stopping})
    await asyncio.sleep(0.4)
    assert not delivery.busy


Run = Callable[[Town], Awaitable[None]]
WAITING: dict[str, tuple[Run, Callable[[Town], asyncio.Event]]] = {
    "dispatcher": (lambda town: town.bot.dispatcher.run(), lambda town: town.bot.dispatcher.wake),
    "delivery": (lambda town: town.bot.delivery.run(), lambda town: town.bot.delivery.wake),
}


@pytest.mark.parametrize("part", WAITING)
async def test_a_stop_that_comes_with_a_wake_up_is_heard(part: str, town: Town) -> None:
    run, wake = WAITING[part]
    for steps in range(6):  # of the loop between the two
        running = asyncio.ensure_future(run(town))
        await asyncio.sleep(0.02)
        wake(town).set()
        for _ in range(steps):
            await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait({running}, timeout=3)
        assert done, f"it went on after a stop {steps} steps behind a wake-up"
