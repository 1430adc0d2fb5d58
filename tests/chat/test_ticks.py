"""The tick does what is due, sets aside what keeps failing, and sweeps once an hour."""

from datetime import timedelta

from sqlmodel import select

from bot.chat.feature import Registry
from bot.chat.ticks import TRIES, Ticker
from bot.core.clock import FixedClock
from bot.core.due import Appointment, DueRow, DueState
from bot.core.inbox import InboxState, Incoming, keep_updates
from bot.core.store import Store


def states(store: Store) -> dict[str, str]:
    with store.read() as session:
        return {row.kind: row.state for row in session.exec(select(DueRow))}


async def test_the_hourly_sweep_drops_what_is_kept_no_longer(store: Store, clock: FixedClock) -> None:
    with store.unit_of_work() as uow:
        keep_updates(uow.session, [{"update_id": 1}], uow.now)
        row = uow.session.exec(select(Incoming)).one()
        row.state = InboxState.DONE
        uow.due.plan(Appointment("old", uow.now))
        uow.session.exec(select(DueRow)).one().state = DueState.DONE
    ticker = Ticker(store, Registry(()))
    await ticker.tick()
    clock.jump(timedelta(days=31))
    await ticker.tick()
    with store.read() as session:
        assert session.exec(select(Incoming)).first() is None
        assert session.exec(select(DueRow)).first() is None


async def test_a_job_that_keeps_failing_is_set_aside_and_holds_up_nothing(store: Store, clock: FixedClock) -> None:
    with store.unit_of_work() as uow:
        uow.due.plan(Appointment("no.such.job", uow.now))
        uow.due.plan(Appointment("late", uow.now, expires_at=uow.now))
    ticker = Ticker(store, Registry(()))
    await ticker.tick()
    assert states(store) == {"no.such.job": DueState.WAITING, "late": DueState.EXPIRED}
    for _ in range(TRIES):
        clock.jump(timedelta(minutes=10))
        await ticker.tick()
    assert states(store)["no.such.job"] == DueState.DEAD
