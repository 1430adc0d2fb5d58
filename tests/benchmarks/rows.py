"""A row of the table: one figure beside its peer, what is to be reached, and whether it is."""

import statistics
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from tests.benchmarks.results import Fold, Missing, Results

HEAD = ("figure", "Lotse", "beside", "ratio", "reach", "stretch", "")


@dataclass(frozen=True, slots=True)
class Goal:
    """What is to be reached; ``most`` says that it is an upper bound. Without one there is nothing to reach."""

    reach: float | None = None
    stretch: float | None = None
    most: bool = False

    def is_met(self, ratio: float, bound: float | None) -> bool:
        """Whether a bound is kept."""
        if bound is None:
            return False
        return ratio <= bound if self.most else ratio >= bound

    def verdict(self, ratio: float) -> str:
        """Say in a word or two what came of it."""
        if self.reach is None:
            return ""
        if self.is_met(ratio, self.stretch):
            return "stretch"
        if self.is_met(ratio, self.reach):
            return "reached"
        if not self.reach:
            return "**missed**"
        if self.most and ratio > 2 * self.reach:
            return f"**missed {ratio / self.reach:.0f}-fold**"
        return f"**missed by {abs(ratio / self.reach - 1):.0%}**"

    @property
    def bounds(self) -> tuple[str, str]:
        """What is to be reached, and more than that, as texts."""
        sign = "≤" if self.most else "≥"
        reach, stretch = ("–" if bound is None else f"{sign} {bound:g}" for bound in (self.reach, self.stretch))
        return reach, stretch


def at_least(reach: float, stretch: float | None = None) -> Goal:
    """A lower bound."""
    return Goal(reach, stretch)


def at_most(reach: float, stretch: float | None = None) -> Goal:
    """An upper bound."""
    return Goal(reach, stretch, most=True)


@dataclass(frozen=True, slots=True)
class Row:
    """Compares the figure ``key`` of a run with the same of ``peer``, or where there is none, takes it as it is.

    ``figure``, ``lotse`` and ``beside`` are filled with the run's figures (the peer's, where there is one).
    """

    part: str
    figure: str
    run: str
    key: str
    lotse: str
    goal: Goal = Goal()
    peer: str = ""
    beside: str = ""
    fold: Fold = statistics.median

    @property
    def needs(self) -> tuple[str, ...]:
        """The runs it is made of."""
        return (self.run, self.peer) if self.peer else (self.run,)

    def cells(self, results: Results) -> tuple[str, ...]:
        """The row as texts; if a run is missing, why."""
        given: Mapping[str, Any] = asdict(results.plan)
        try:
            mine = results.figures(self.run, self.fold)
            theirs = results.figures(self.peer, self.fold) if self.peer else mine
            ratio = results.ratio(self.run, self.peer, self.key) if self.peer else mine[self.key]
        except Missing as missing:
            reason = str(missing).splitlines()[0][:100].replace("|", "/")  # one cell of Markdown
            return self.figure.format(**given), f"not measured: {reason}", "", "", *self.goal.bounds, "**missing**"
        return (
            self.figure.format(**given),
            self.lotse.format(**mine),
            (self.beside or self.lotse if self.peer else self.beside).format(**theirs),
            f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}",
            *self.goal.bounds,
            self.goal.verdict(ratio),
        )
