"""Measures Lotse beside the yardstick, prints the table and writes it into docs/benchmarks.md."""

import argparse
import asyncio
import gc
import os
import sys
import tempfile
from pathlib import Path
from time import perf_counter

from tests.benchmarks import report
from tests.benchmarks.furnish import postgres
from tests.benchmarks.processes import cores, pin
from tests.benchmarks.rounds import LONG, Plan, measure, open_bench


def main() -> None:
    """Run everything; about four minutes, with --long about half an hour."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--long", action="store_true", help="five rounds, 3,000 readers, 20,000 updates")
    parser.add_argument("--rounds", type=int, help="another number of rounds")
    parser.add_argument("--dry", action="store_true", help="leave the page as it is")
    given = parser.parse_args()
    plan = LONG if given.long else Plan()
    if given.rounds:
        plan = Plan(**{**vars(plan), "rounds": given.rounds})
    begun = perf_counter()
    with tempfile.TemporaryDirectory(prefix="lotse-bench-") as name, postgres(Path(name) / "pg") as server:
        bench = open_bench(Path(name), server)
        pin(os.getpid(), cores()[0])
        gc.collect()
        gc.freeze()  # what was imported for furnishing shall not slow the server
        results = asyncio.run(measure(plan, bench, lambda line: print(line, file=sys.stderr, flush=True)))
    print(report.plain(results))
    print(f"\n{report.circumstances(results)} {perf_counter() - begun:.0f} seconds.")
    if not given.dry:
        report.write(results)


if __name__ == "__main__":
    main()
