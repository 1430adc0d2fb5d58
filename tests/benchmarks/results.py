"""What the runs gave, round by round; a run that failed leaves a gap and its reason."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from tests.benchmarks.plan import Plan

Figures = Mapping[str, float]
Fold = Callable[[list[float]], float]


class Missing(Exception):
    """There is no such figure, because the run failed, was skipped or was not asked for."""


class Skipped(Exception):
    """Something cannot be measured here; the text says why."""


@dataclass
class Results:
    """All runs by name in the order of the rounds."""

    plan: Plan
    runs: dict[str, list[Figures | None]] = field(default_factory=lambda: defaultdict(list))
    reasons: dict[str, str] = field(default_factory=dict)

    def figures(self, name: str, fold: Fold = statistics.median) -> dict[str, float]:
        """Return what a run gave, over all its rounds.

        :raises Missing:
        """
        found = [run for run in self.runs.get(name, []) if run is not None]
        if not found:
            raise Missing(self.reasons.get(name, f"{name} was not measured"))
        return {key: fold([run[key] for run in found]) for key in found[0]}

    def value(self, name: str, key: str, fold: Fold = statistics.median) -> float:
        """Return one figure of a run, over all its rounds.

        :raises Missing:
        """
        return self.figures(name, fold)[key]

    def ratio(self, name: str, peer: str, key: str) -> float:
        """Return the median of the rounds' ratios: what disturbs a round disturbs both of its runs.

        :raises Missing:
        """
        mine, theirs = self.runs.get(name, []), self.runs.get(peer, [])
        pairs = [(one[key], other[key]) for one, other in zip(mine, theirs, strict=False) if one and other]
        if not pairs:
            raise Missing(self.reasons.get(name) or self.reasons.get(peer) or f"{name} was not measured")
        return statistics.median(one / other for one, other in pairs)
