"""The whole measurement: rounds in which every run has its turn; one that fails says why, and the others go on."""

import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter

from tests.benchmarks.bench import Bench
from tests.benchmarks.parts import Run
from tests.benchmarks.profiling import ASKED
from tests.benchmarks.results import Figures, Results, Skipped

Say = Callable[[str], None]


async def measure(bench: Bench, runs: Sequence[Run], say: Say, profiles: Path | None = None) -> Results:
    """Measure these runs; with a folder for ``profiles`` each is sampled in its first round."""
    results = Results(bench.plan)
    for number in range(bench.plan.rounds):
        for run in runs:
            if number and (run.once or run.name in results.reasons):
                continue
            ASKED.set(profiles / f"{run.name.replace(' ', '-')}.txt" if profiles and not number else None)
            begun = perf_counter()
            results.runs[run.name].append(found := await _taken(bench, run, results))
            what = _told(found) if found else results.reasons[run.name]
            say(f"round {number + 1}: {run.name}: {what} ({perf_counter() - begun:.0f} s)")
    return results


async def _taken(bench: Bench, run: Run, results: Results) -> Figures | None:
    # What was furnished for other runs shall not slow the server of this one.
    gc.collect()
    gc.freeze()
    try:
        return await run.take(bench)
    except Skipped as skipped:
        results.reasons[run.name] = str(skipped)
    except Exception as error:
        results.reasons[run.name] = f"{type(error).__name__}: {error}"
    return None


def _told(found: Figures) -> str:
    return ", ".join(f"{key} {value:.2f}" if value < 10 else f"{key} {value:.0f}" for key, value in found.items())
