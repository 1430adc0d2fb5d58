"""A small centre in the store: a coordinator, three volunteers, and what tests do with them."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.core.outbox import State
from bot.core.store import Store, UnitOfWork
from bot.features.announcements import jobs, queries, services
from bot.features.announcements.models import Audience, Broadcast, Draft, Target
from bot.features.shifts.models import Need, Venue
from bot.features.shifts.services import create_shift
from tests.features.announcements import crowd

WEDNESDAY = datetime(2026, 2, 4, 16, 0, tzinfo=UTC)  # 17:00 in the town


@dataclass(frozen=True)
class Centre:
    """An organisation with a coordinator, an activity, and three volunteers."""

    store: Store
    organisation: int
    boss: int
    activity: int
    people: tuple[int, ...]

    @contextmanager
    def work(self) -> Iterator[UnitOfWork]:
        with self.store.unit_of_work() as uow:
            yield uow

    def draft(self, target: Target | None = None, **texts: str) -> Draft:
        return Draft(self.organisation, target or Target(Audience.ALL), "de", texts or {"de": "Hallo"})

    def send(self, target: Target | None = None) -> int:
        with self.work() as uow:
            return services.send_broadcast(uow, self.boss, self.draft(target)).key

    def leave(self, broadcast_id: int, chunk: int = jobs.CHUNK) -> None:
        with self.work() as uow:
            jobs.let_leave(uow, broadcast_id, chunk)

    def get(self, broadcast_id: int) -> Broadcast:
        with self.store.read() as session:
            return session.get_one(Broadcast, broadcast_id)

    def told(self, kind: str = queries.MESSAGE, *states: State) -> list[int]:
        with self.store.read() as session:
            return [row.person_id or 0 for row in crowd.told(session, kind, *states)]


def make_shift(centre: Centre, starts_at: datetime = WEDNESDAY) -> int:
    """A draft of the centre."""
    with centre.work() as uow:
        venue = Venue(starts_at, starts_at + timedelta(hours=2), "Library")
        need = Need(centre.organisation, centre.activity, venue, max_people=2)
        return create_shift(uow, centre.boss, need).key


def announce(centre: Centre, shift_id: int) -> int:
    """Announce a shift; return how many are told."""
    with centre.work() as uow:
        return services.announce_shift(uow, centre.boss, shift_id)
