"""The table: each figure beside its peer, and whether it reaches its target."""

import platform
import re
import statistics
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from tests.benchmarks.figures import Broadcast, Run
from tests.benchmarks.processes import CORES
from tests.benchmarks.rounds import Results
from tests.support.check_source import ROOT

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- table: written by make bench -->", "<!-- end of the table -->"
QUIET_MORE = 33.0  # ms: a token of the limit comes free this often, so an answer may have to wait so long
HEAD = ("figure", "Lotse", "beside", "ratio", "target", "")


@dataclass(frozen=True)
class Line:
    """One figure; ``most`` says that the target is an upper bound."""

    figure: str
    lotse: str
    beside: str
    ratio: float
    target: float
    most: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether the target is reached."""
        return self.ratio <= self.target if self.most else self.ratio >= self.target

    @property
    def cells(self) -> tuple[str, ...]:
        """The line as texts."""
        sign = "≤" if self.most else "≥"
        off = abs(self.ratio / self.target - 1) if self.target else self.ratio
        verdict = "reached" if self.is_reached else f"**missed by {off:.0%}**"
        if self.most and self.target and self.ratio > 2 * self.target:
            verdict = f"**missed {self.ratio / self.target:.0f}-fold**"
        if not self.target and not self.most:
            return self.figure, self.lotse, self.beside, f"{self.ratio:.2f}", "none", ""
        return self.figure, self.lotse, self.beside, f"{self.ratio:.2f}", f"{sign} {self.target:g}", verdict


def lines(results: Results) -> Iterator[Line]:
    """Every figure of the table."""
    runs = results.runs
    for figure, name, target in (
        ("taps a second, SQLite", "tap", 1.5),
        ("taps a second, eight on the same shift", "tap together", 0.0),
        ("taps a second, PostgreSQL", "tap on PostgreSQL", 1.2),
        ("`/help` a second", "help", 3.5),
    ):
        yield Line(figure, _speed(runs[name]), _speed(runs["ptb"]), _ratio(runs, name, "ptb", "rate"), target)
    for field, target in (("p50", 1.5), ("p99", 1.5)):
        ratio = _ratio(runs, "tap steady", "ptb steady", field)
        mine, theirs = (f"{_median(runs[name], field):.1f} ms" for name in ("tap steady", "ptb steady"))
        yield Line(f"wait for a tap at 100/s, {field}", mine, theirs, ratio, target, most=True)
    for name, found in results.broadcasts.items():
        yield from _broadcast(name, found)
    ratio = _ratio(runs, "tap", "ptb", "start")
    mine, theirs = (f"{_median(runs[name], 'start'):.2f} s" for name in ("tap", "ptb"))
    yield Line("start to the first getUpdates", mine, theirs, ratio, 2.5, most=True)
    yield from _memory(results)


def _broadcast(name: str, found: Broadcast) -> Iterator[Line]:
    many, taken = f"broadcast to {found.readers}, {name}", f"{found.last - found.first:.1f} s"
    yield Line(f"{many}: share of the limit", taken, "30/s and 30 at once", found.share, 0.94)
    sad = found.refused + found.lost + found.doubled
    told = f"{found.refused} / {found.lost} / {found.doubled}"
    yield Line(f"{many}: refused / lost / doubled", told, "none", sad, 0, most=True)
    calm = found.quiet + QUIET_MORE
    beside = f"{found.quiet:.0f} + 33 ms"
    yield Line(f"{many}: p95 of taps", f"{found.during:.0f} ms", beside, found.during / calm, 1.5, most=True)


def _memory(results: Results) -> Iterator[Line]:
    runs = results.runs
    held = [_median(runs[f"help {count}"], "memory") for count in results.plan.memory]
    for count, mine in zip(results.plan.memory, held, strict=True):
        theirs = _median(runs[f"ptb {count}"], "memory")
        both = f"{mine:.0f} MiB", f"{theirs:.0f} MiB"
        yield Line(f"memory after {count:,} updates", *both, mine / theirs, 2.0, most=True)
    if len(held) > 1:
        yield Line("growth of memory", f"{held[-1]:.0f} MiB", f"{held[0]:.0f} MiB", held[-1] / held[0], 1.05, most=True)


def _median(runs: list[Run], field: str) -> float:
    return statistics.median(float(getattr(run, field)) for run in runs)


def _speed(runs: list[Run]) -> str:
    return f"{_median(runs, 'rate'):.0f}/s, {_median(runs, 'cpu'):.2f} ms CPU"


def _ratio(runs: dict[str, list[Run]], name: str, peer: str, field: str) -> float:
    """The median of the rounds' ratios: what disturbs a round disturbs both of its runs."""
    pairs = zip(runs[name], runs[peer], strict=True)
    return statistics.median(float(getattr(run, field) / getattr(other, field)) for run, other in pairs)


def circumstances(results: Results) -> str:
    """Say on what it was measured."""
    sniffio = "with" if find_spec("sniffio") else "without"
    names = ("python-telegram-bot", "httpx", "aiohttp", "SQLAlchemy")
    return (
        f"{results.plan.rounds} rounds, {len(CORES)} cores, CPython {platform.python_version()}, "
        f"{', '.join(f'{name} {version(name)}' for name in names)}; the yardstick {sniffio} sniffio in its environment."
    )


def table(results: Results) -> str:
    """The table as Markdown."""
    rows = [HEAD, ("---",) * len(HEAD), *(line.cells for line in lines(results))]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def plain(results: Results) -> str:
    """The table for a terminal."""
    rows = [HEAD, *(tuple(cell.replace("*", "").replace("`", "") for cell in line.cells) for line in lines(results))]
    widths = [max(len(row[n]) for row in rows) for n in range(len(HEAD))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def write(results: Results, page: Path = PAGE) -> None:
    """Put the table into its page; the sentences around it are left as they are."""
    whole = f"{BEGIN}\n\n{table(results)}\n\n{circumstances(results)}\n\n{END}"
    pattern = f"{re.escape(BEGIN)}.*{re.escape(END)}"
    page.write_text(re.sub(pattern, lambda _: whole, page.read_text("utf-8"), flags=re.DOTALL), "utf-8")
