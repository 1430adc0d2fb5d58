"""Measures Lotse beside the yardstick, prints the table and writes it into docs/benchmarks.md."""

import argparse
import asyncio
import dataclasses
import os
import sys
import tempfile
from collections.abc import Sequence
from compileall import compile_dir
from contextlib import ExitStack
from pathlib import Path
from time import perf_counter

from tests.benchmarks import profiling, report
from tests.benchmarks.bench import Bench
from tests.benchmarks.parts import RUNS, Run, chosen, parts
from tests.benchmarks.plan import LONG, Plan
from tests.benchmarks.processes import cores, pin
from tests.benchmarks.results import Results
from tests.benchmarks.rounds import measure

BOT = Path(__file__).parents[2] / "bot"


def main() -> None:
    """Run everything, or the parts that are named, or look into one run."""
    given = _parser().parse_args()
    plan = LONG if given.long else Plan()
    if given.rounds:
        plan = dataclasses.replace(plan, rounds=given.rounds)
    if given.profile:
        _profile(dataclasses.replace(plan, rounds=1, seconds=8.0), given.profile)
        return
    only = [name for name in given.only.split(",") if name]
    if wrong := set(only) - set(parts(plan)):
        sys.exit(f"no such part: {', '.join(sorted(wrong))}; there are {', '.join(parts(plan))}")
    begun = perf_counter()
    rows, runs = chosen(plan, only)
    results = _measured(plan, runs)
    print(report.plain(rows, results))
    print(f"\n{report.circumstances(results)} {perf_counter() - begun:.0f} seconds.")
    if not given.dry and not only:
        report.write(rows, results)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--long", action="store_true", help="five longer rounds, 100 races, 20,000 updates")
    parser.add_argument("--rounds", type=int, help="another number of rounds")
    parser.add_argument("--only", default="", help=f"some parts, with commas between: {', '.join(parts(LONG))}")
    parser.add_argument("--dry", action="store_true", help="leave the page as it is (as with --only)")
    names = ", ".join(run.name for run in RUNS)
    parser.add_argument("--profile", help=f"show with py-spy where the time of one run goes: {names}")
    return parser


def _measured(plan: Plan, runs: Sequence[Run], profiles: Path | None = None) -> Results:
    compile_dir(BOT, quiet=1)  # an installed package is compiled, and so is the yardstick
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as name, ExitStack() as stack:
        pin(os.getpid(), cores()[0])
        return asyncio.run(measure(Bench(plan, Path(name), stack), runs, _say, profiles))


def _profile(plan: Plan, name: str) -> None:
    runs = [run for run in RUNS if run.name == name]
    if not runs:
        sys.exit(f"no such run: {name}; there are {', '.join(run.name for run in RUNS)}")
    folder = Path(tempfile.mkdtemp(prefix="lotse-profile-"))
    _measured(plan, runs, folder)
    for path in sorted(folder.iterdir()):
        print(profiling.summary(path))


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
