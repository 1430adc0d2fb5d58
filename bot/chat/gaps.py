"""Gaps: Telegram keeps a tap for minutes only, so after a longer silence of ours people are asked to tap again."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlmodel import col, or_, select

from bot.chat.feature import Awaiting, Feature, RenderContext
from bot.core.card import Card
from bot.core.due import Appointment, DueRow, DueState
from bot.core.message import Screen
from bot.core.night import after_the_night
from bot.core.outbox import Lane, Message
from bot.core.person import Person
from bot.core.store import Fence, Store, StoreUnavailable, UnitOfWork

log = structlog.get_logger()
# Telegram's own server drops a tap that was not fetched for so long (tdlib/telegram-bot-api, Client.cpp).
TAPS_KEPT = timedelta(seconds=150)
NOTED_EACH = 30.0  # seconds
USEFUL = timedelta(hours=3)  # afterwards nobody waits for the answer to a tap any more
CHUNK = 100  # people told in one unit of work, so that nobody's tap waits for a long list
HEARD, GAP = "telegram.heard", "gap"


class Listening:
    """Notes in the store that Telegram can reach us, and has a gap told as soon as it is over.

    ``pace`` is a clock of seconds that nobody sets: a jump of the machine's clock while we listen is no gap.
    """

    def __init__(self, store: Store, pace: Callable[[], float] = time.monotonic) -> None:
        self.store = store
        self.fence: Fence | None = None
        self._pace = pace
        self._heard: float | None = None
        self._noted = 0.0

    def heard(self) -> None:
        """Say that Telegram's updates are here up to this moment; to be called after each fetch."""
        now = self._pace()
        listened = self._heard is not None and now - self._heard <= TAPS_KEPT.total_seconds()
        if not listened or now - self._noted >= NOTED_EACH:
            with self.store.unit_of_work(self.fence) as uow:
                note_heard(uow, listened=listened)
            self._noted = now
        self._heard = now

    async def run(self) -> None:
        """Say so for ever: with a webhook Telegram reaches us as long as we run."""
        while True:
            try:
                self.heard()
            except StoreUnavailable as error:
                log.warning("store_unavailable", error=type(error).__name__)
            await asyncio.sleep(NOTED_EACH)


def note_heard(uow: UnitOfWork, *, listened: bool) -> None:
    """Note that Telegram reaches us now; plan to tell of the gap before, unless we ``listened`` all the time."""
    row = uow.session.exec(select(DueRow).where(DueRow.key == HEARD)).first()
    if row is None:
        row = DueRow(key=HEARD, kind=HEARD, at=uow.now, state=DueState.DONE)
    elif not listened and uow.now - row.at > TAPS_KEPT:
        until = after_the_night(uow.now, uow.zone) + USEFUL
        gap = {"since": row.at.isoformat(), "until": uow.now.isoformat()}
        uow.due.plan(Appointment(GAP, uow.now, step=gap["since"], args=gap, expires_at=until))
    row.at = uow.now
    uow.session.add(row)


def forget_heard(uow: UnitOfWork) -> None:
    """Begin anew, as if Telegram had never reached us; only a restore does this."""
    row = uow.session.exec(select(DueRow).where(DueRow.key == HEARD)).first()
    if row:
        uow.session.delete(row)


def tell_about_gap(awaiting: Mapping[str, Awaiting], uow: UnitOfWork, row: DueRow) -> None:
    """Ask the next people who hold a live card to tap again; plans itself anew until all are told.

    At night it waits for the morning, because nobody must be woken for it.
    """
    message = Message(
        kind=GAP,
        key=f"gap:{row.args['since']}",
        args={"since": row.args["since"], "until": row.args["until"]},
        lane=Lane.BULK,
        not_before=after_the_night(uow.now, uow.zone),
        expires_at=row.expires_at,
    )
    people = _holders(uow, awaiting, row.args.get("told", 0))
    for person in people:
        uow.outbox.tell(person, message)
    if len(people) == CHUNK:
        uow.due.soon(Appointment(GAP, uow.now, step=row.args["since"], args={**row.args, "told": people[-1].key}))


def _holders(uow: UnitOfWork, awaiting: Mapping[str, Awaiting], after: int) -> Sequence[Person]:
    """Return the next people (by id) who hold a card with a tap still to make."""
    live = [(col(Card.kind) == kind) & col(Card.entity).in_(of(uow.now)) for kind, of in awaiting.items()]
    held = select(Card.person_id).where(or_(*live))
    query = select(Person).where(col(Person.id).in_(held), col(Person.reachable), col(Person.id) > after)
    return uow.session.exec(query.order_by(col(Person.id)).limit(CHUNK)).all()


def render_gap(r: RenderContext) -> Screen:
    """Say when we were away, and ask to tap again."""
    since, until = (datetime.fromisoformat(r.args[name]) for name in ("since", "until"))
    is_one_day = r.t.local(since).date() == r.t.local(until).date()
    text = r.t(
        "We were away from {since} to {until}. If you tapped a button in that time, please tap it again.",
        since=r.t.when(since),
        until=r.t.time(until) if is_one_day else r.t.when(until),
    )
    return Screen(text)


def feature(features: Sequence[Feature]) -> Feature:
    """Return the feature that tells of gaps, to those who hold live cards of these features."""
    awaiting = {kind: entities for each in features for kind, entities in each.awaiting.items()}
    return Feature(name="gaps", renderers={GAP: render_gap}, jobs={GAP: partial(tell_about_gap, awaiting)})
