"""Everything that is measured: the runs that take turns in every round, and the rows made of them."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from tests.benchmarks import loops, sending, statements, towns, workers
from tests.benchmarks.bench import Bench
from tests.benchmarks.crowd import says
from tests.benchmarks.plan import Plan
from tests.benchmarks.races import races
from tests.benchmarks.results import Figures
from tests.benchmarks.rows import Row, at_least, at_most


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one bot; ``once`` says that a second one would tell nothing new, or take too long."""

    name: str
    take: Callable[[Bench], Awaitable[Figures]]
    once: bool = False


async def _peer(bench: Bench) -> Figures:
    async with bench.yardstick() as running:
        return await loops.closed_loop(running, says("hi"), bench.plan)


async def _taps(bench: Bench) -> Figures:
    async with bench.on_sqlite(bench.town) as running:
        return await loops.closed_loop(running, towns.taps(bench.town), bench.plan)


async def _taps_together(bench: Bench) -> Figures:
    async with bench.on_sqlite(bench.town) as running:
        return await loops.closed_loop(running, towns.taps_together(bench.town), bench.plan)


async def _taps_among_many(bench: Bench) -> Figures:
    async with bench.on_sqlite(bench.large_town) as running:
        return await loops.closed_loop(running, towns.taps(bench.large_town), bench.plan)


async def _taps_on_postgres(bench: Bench) -> Figures:
    async with bench.on_postgres() as running:
        return await loops.closed_loop(running, towns.taps(bench.postgres_town), bench.plan)


async def _help(bench: Bench) -> Figures:
    async with bench.on_sqlite(bench.town) as running:
        return await loops.closed_loop(running, says("/help"), bench.plan)


async def _home(bench: Bench) -> Figures:
    async with bench.on_sqlite(bench.town) as running:
        return await loops.closed_loop(running, towns.homes(bench.town), bench.plan)


async def _peer_steady(bench: Bench) -> Figures:
    async with bench.yardstick() as running:
        return await loops.open_loop(running, says("hi"), bench.plan)


async def _taps_steady(bench: Bench) -> Figures:
    async with bench.on_sqlite(bench.town) as running:
        return await loops.open_loop(running, towns.taps(bench.town), bench.plan)


async def _peer_memory(bench: Bench) -> Figures:
    async with bench.yardstick() as running:
        return await loops.memory(running, says("hi"), bench.plan)


async def _help_memory(bench: Bench) -> Figures:
    async with bench.on_sqlite(bench.town) as running:
        return await loops.memory(running, says("/help"), bench.plan)


RUNS = (
    Run("ptb", _peer),
    Run("tap", _taps),
    Run("tap together", _taps_together),
    Run("tap on PostgreSQL", _taps_on_postgres),
    Run("help", _help),
    Run("home", _home),
    Run("tap among 100,000", _taps_among_many),
    Run("ptb steady", _peer_steady),
    Run("tap steady", _taps_steady),
    Run("races", races),
    Run("paid broadcast", sending.paid_broadcast),
    Run("paid rows", sending.paid_rows),
    Run("one worker", workers.one_worker),
    Run("two workers", workers.two_workers),
    Run("broadcast, bucket", sending.through_bucket, once=True),
    Run("broadcast, window", sending.through_window, once=True),
    Run("reminders", sending.reminders, once=True),
    Run("statements among 10", statements.among_few, once=True),
    Run("statements among 1,000", statements.among_many, once=True),
    Run("page", statements.page, once=True),
    Run("ptb memory", _peer_memory, once=True),
    Run("help memory", _help_memory, once=True),
)

SPEED = "{rate:.0f}/s, {cpu:.2f} ms CPU"
WRONG = "{refused:.0f} / {lost:.0f} / {doubled:.0f}"
LIMIT = "30/s and 30 at once"


def rows(plan: Plan) -> tuple[Row, ...]:
    """Every row of the table, in its order."""
    return (*_updates(), *_broadcasts(), *_much_at_once(), *_sign_ups(), *_growth(), *_machine(plan))


def parts(plan: Plan) -> tuple[str, ...]:
    """The names by which rows can be chosen."""
    return tuple(dict.fromkeys(row.part for row in rows(plan)))


def chosen(plan: Plan, only: Sequence[str]) -> tuple[tuple[Row, ...], tuple[Run, ...]]:
    """Return these parts' rows with the runs they need; all, if none are named."""
    wanted = tuple(row for row in rows(plan) if not only or row.part in only)
    needed = {name for row in wanted for name in row.needs}
    return wanted, tuple(run for run in RUNS if run.name in needed)


def _updates() -> tuple[Row, ...]:
    wait = "wait for a tap at 100/s"
    return (
        Row("tap", "taps a second, SQLite", "tap", "rate", SPEED, at_least(1.5, 2.1), "ptb"),
        Row("tap", "the same, eight on each shift", "tap together", "rate", SPEED, peer="ptb"),
        Row("postgres", "taps a second, PostgreSQL", "tap on PostgreSQL", "rate", SPEED, at_least(1.0, 2.0), "ptb"),
        Row("help", "`/help` a second", "help", "rate", SPEED, at_least(2), "ptb"),
        Row("home", "home screens a second", "home", "rate", SPEED, at_least(2), "ptb"),
        Row("open", f"{wait}, p50", "tap steady", "p50", "{p50:.1f} ms", peer="ptb steady"),
        Row("open", f"{wait}, p99", "tap steady", "p99", "{p99:.1f} ms", at_most(1.5, 1.0), "ptb steady"),
    )


def _broadcasts() -> tuple[Row, ...]:
    found: list[Row] = []
    for kind in ("bucket", "window"):
        run, what = f"broadcast, {kind}", f"broadcast to {{readers:,}}, {kind}"
        share, quiet = "{seconds:.1f} s", "{quiet:.0f} + 33 ms"
        found += (
            Row("broadcast", f"{what}: share of the limit", run, "share", share, at_least(0.94, 0.97), beside=LIMIT),
            Row("broadcast", f"{what}: refused / lost / doubled", run, "wrong", WRONG, at_most(0), beside="none"),
            Row("broadcast", f"{what}: p95 of taps", run, "slower", "{during:.0f} ms", at_most(1.5, 1), beside=quiet),
        )
    return tuple(found)


def _much_at_once() -> tuple[Row, ...]:
    found: list[Row] = []
    for run, what in (("paid broadcast", "a broadcast to {paid:,}"), ("paid rows", "{paid:,} rows")):
        taken = "{seconds:.1f} s, {cpu:.2f} ms CPU"
        limit = "1,000/s"
        found += (
            Row("paid", f"{what} at 1,000/s: share of it", run, "share", taken, at_least(0.9, 1.0), beside=limit),
            Row("paid", f"{what}: refused / lost / doubled", run, "wrong", WRONG, at_most(0), beside="none"),
        )
    what, last, limit = "1,000 reminders due at once", "{seconds:.1f} s", "33.3 s at 30/s"
    return (
        *found,
        Row("reminders", f"{what}: the last one", "reminders", "slower", last, at_most(1.1, 1.06), beside=limit),
        Row("reminders", f"{what}: refused / lost / doubled", "reminders", "wrong", WRONG, at_most(0), beside="none"),
    )


def _sign_ups() -> tuple[Row, ...]:
    races, wrong = "races of 1,000 for 200 places", "{wrong:.0f} of {races:.0f}"
    held = "{held_rate:.0f}/s, {held_cpu:.2f} ms CPU"
    return (
        Row("signup", "sign-ups a second, 1,000 at once", "races", "rate", "{rate:.0f}/s", at_least(630, 1130)),
        Row("signup", "the same: the last answer, seconds", "races", "slowest", "{slowest:.2f} s", at_most(1)),
        Row("signup", "the same, all of them holding its card", "races", "held_rate", held),
        Row("signup", "CPU of a sign-up, ms", "races", "cpu", "{cpu:.2f} ms", at_most(1.5)),
        Row("signup", "p95 with 32 waiting, ms", "races", "p95", "{p95:.0f} ms", at_most(45)),
        Row("signup", f"{races}: not exactly 200 on it", "races", "wrong", wrong, at_most(0), fold=sum),
        Row(
            "signup",
            "people without answer, reason, next step",
            "races",
            "untold",
            "{untold:.0f}",
            at_most(0),
            fold=sum,
        ),
    )


def _growth() -> tuple[Row, ...]:
    few, many = "statements among 10", "statements among 1,000"
    counted = (
        Row("statements", f"statements, {name}: 1,000 beside 10", many, name, f"{{{name}:.0f}}", at_most(1.0), few)
        for name in statements.SCREENS
    )
    tap = "CPU of a tap, 100,000 people beside 100"
    page = "a page of `/shifts` among 10,000"
    return (
        *counted,
        Row("store", tap, "tap among 100,000", "cpu", "{cpu:.2f} ms", at_most(1.2, 1.0), "tap"),
        Row("store", f"{page}, ms", "page", "ms", "{ms:.1f} ms", at_most(20)),
        Row("store", f"{page}, statements", "page", "statements", "{statements:.0f}", at_most(4)),
    )


def _machine(plan: Plan) -> tuple[Row, ...]:
    found: list[Row] = []
    for count in plan.memory:
        key = f"after_{count}"
        shown = f"{{{key}:.0f}} MiB"
        found.append(
            Row("memory", f"memory after {count:,} updates", "help memory", key, shown, at_most(2.2, 1.7), "ptb memory")
        )
    if len(plan.memory) > 1:
        first, *_, last = plan.memory
        grown, before = f"{{after_{last}:.0f}} MiB", f"{{after_{first}:.0f}} MiB"
        found.append(
            Row("memory", "growth of memory", "help memory", "growth", grown, at_most(1.05, 1.02), beside=before)
        )
    start = Row(
        "start",
        "start to the first getUpdates, 100,000 people",
        "tap among 100,000",
        "start",
        "{start:.2f} s",
        at_most(2.5, 1.8),
        "ptb",
    )
    two = Row("workers", "two workers on PostgreSQL", "two workers", "rate", SPEED, at_least(1.5), "one worker")
    return (*found, start, two)
