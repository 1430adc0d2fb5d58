"""The bench: what is furnished once for all runs, and ways to start the bots on copies of it."""

from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, asynccontextmanager
from functools import cached_property
from pathlib import Path

from tests.benchmarks import towns
from tests.benchmarks.databases import Postgres, copied, postgres
from tests.benchmarks.furnish import Furnisher
from tests.benchmarks.limits import Limit
from tests.benchmarks.plan import Plan
from tests.benchmarks.processes import Running, lotse, peer
from tests.benchmarks.server import serving
from tests.benchmarks.towns import Filled, Town

TRIP = 0.05  # seconds to Telegram and back, where many messages leave


class Bench:
    """Where the databases are; each is made when the first run needs it."""

    def __init__(self, plan: Plan, folder: Path, stack: ExitStack) -> None:
        self.plan = plan
        self.folder = folder
        self._stack = stack

    @cached_property
    def town(self) -> Town:
        """Those who tap, among a hundred people, on SQLite."""
        return self._sqlite("town", towns.tapping())

    @cached_property
    def large_town(self) -> Town:
        """The same among a hundred thousand."""
        return self._sqlite("large", towns.tapping(towns.MANY))

    @cached_property
    def reading_town(self) -> Town:
        """Those who tap, and the readers of a broadcast."""
        return self._sqlite("reading", towns.reading(self.plan.readers))

    @cached_property
    def paying_town(self) -> Town:
        """The same with more readers."""
        return self._sqlite("paying", towns.reading(self.plan.paid))

    @cached_property
    def racing_town(self) -> Town:
        """A thousand who want the same shift."""
        return self._sqlite("racing", towns.racing(3 * self.plan.races))

    @cached_property
    def reminding_town(self) -> Town:
        """Ten thousand reminders."""
        return self._sqlite("reminding", towns.reminding)

    @cached_property
    def postgres(self) -> Postgres:
        """The server."""
        return self._stack.enter_context(postgres(self.folder / "pg"))

    @cached_property
    def postgres_town(self) -> Town:
        """Those who tap, on PostgreSQL."""
        return towns.furnish(self.postgres.create(), towns.tapping())

    def _sqlite(self, name: str, fill: Callable[[Furnisher], Filled]) -> Town:
        return towns.furnish(f"sqlite:///{self.folder / f'{name}.db'}", fill)

    @asynccontextmanager
    async def yardstick(self) -> AsyncIterator[Running]:
        """Run the yardstick."""
        async with serving() as server, peer(server) as running:
            yield running

    @asynccontextmanager
    async def on_sqlite(self, town: Town, limit: Limit | None = None, **given: str) -> AsyncIterator[Running]:
        """Run Lotse on a copy of a town; under a limit each call takes as long as to Telegram, and it is day."""
        if limit:
            given = {"rate": str(limit.rate), "timezone": towns.daytime(), **given}
        with copied(town.url, self.folder) as (url, folder):
            async with serving(TRIP if limit else 0.0, limit) as server, lotse(server, url, folder, **given) as running:
                yield running

    @asynccontextmanager
    async def on_postgres(self) -> AsyncIterator[Running]:
        """Run Lotse on a copy of the town on PostgreSQL."""
        with self.postgres.copied(self.postgres_town.url) as url:
            async with serving() as server, lotse(server, url, self.folder / "data") as running:
                yield running
