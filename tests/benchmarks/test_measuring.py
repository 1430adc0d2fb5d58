"""The instruments themselves: limits refuse what they should, a run that fails leaves a gap, and a table its page."""

import statistics
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.benchmarks.bench import Bench
from tests.benchmarks.limits import PAID, Bucket, Limit, Window
from tests.benchmarks.parts import RUNS, Run, chosen, parts, rows
from tests.benchmarks.plan import LONG, Plan
from tests.benchmarks.processes import Running
from tests.benchmarks.profiling import summary
from tests.benchmarks.report import BEGIN, END, plain, write
from tests.benchmarks.results import Figures, Missing, Results, Skipped
from tests.benchmarks.rounds import measure
from tests.benchmarks.rows import Goal, Row, at_least, at_most
from tests.benchmarks.sending import Telling
from tests.benchmarks.server import Server

ROW = Row("tap", "taps a second", "tap", "rate", "{rate:.0f}/s", at_least(1.5, 2.0), "ptb")


def passed(limit: Limit, instants: list[float]) -> int:
    return sum(limit.refuse(at) == 0 for at in instants)


def test_a_bucket_gives_thirty_at_once_and_thirty_a_second() -> None:
    limit = Bucket()
    assert passed(limit, [100.0] * 40) == 30
    assert passed(limit, [101.0] * 40) == 30
    assert limit.refused == 20


def test_a_window_never_holds_more_than_thirty() -> None:
    limit = Window()
    assert passed(limit, [100.9] * 40) == 30
    assert passed(limit, [101.1] * 40) == 0
    assert passed(limit, [101.9] * 40) == 30
    assert limit.share(100.9, 101.9) == pytest.approx(1.0)


@pytest.mark.parametrize("kind", [Bucket, Window])
def test_the_paid_limit_is_the_same_with_a_thousand(kind: type[Limit]) -> None:
    limit = kind(PAID)
    assert passed(limit, [100.0] * 1200) == 1000
    assert passed(limit, [101.0] * 1200) == 1000
    assert limit.share(100.0, 101.0) == pytest.approx(1.0)


def test_a_broadcast_knows_whom_it_missed_and_whom_it_told_twice() -> None:
    others: list[str] = []
    telling = Telling(Running(Server(), (), 0.0), 3, lambda method, params: others.append(params["chat_id"]))
    for reader in ("10000000", "10000000", "10000001", "1000"):
        telling.hear("sendMessage", {"chat_id": reader})
    assert (telling.lost, telling.doubled, others) == (1, 1, ["1000"])


@pytest.mark.parametrize(
    ("goal", "ratio", "verdict"),
    [
        (at_least(1.5, 2.0), 1.2, "**missed by 20%**"),
        (at_least(1.5, 2.0), 1.5, "reached"),
        (at_least(1.5, 2.0), 2.0, "stretch"),
        (at_most(1.5), 1.5, "reached"),
        (at_most(1.5), 1.8, "**missed by 20%**"),
        (at_most(1.5), 15.0, "**missed 10-fold**"),
        (at_most(0), 0.0, "reached"),
        (at_most(0), 1.0, "**missed**"),
    ],
)
def test_a_goal_is_a_bound_on_the_right_side(goal: Goal, ratio: float, verdict: str) -> None:
    assert goal.verdict(ratio) == verdict


def test_a_ratio_is_that_of_the_rounds_in_which_both_ran() -> None:
    results = Results(Plan())
    results.runs["tap"] = [{"rate": 30.0}, None, {"rate": 10.0}]
    results.runs["ptb"] = [{"rate": 10.0}, {"rate": 1.0}, {"rate": 10.0}]
    assert results.ratio("tap", "ptb", "rate") == statistics.median([3.0, 1.0])
    assert ROW.cells(results)[1:] == ("20/s", "10/s", "2.00", "≥ 1.5", "≥ 2", "stretch")


def test_a_run_that_is_missing_says_why_in_its_row() -> None:
    results = Results(Plan())
    results.runs["ptb"], results.runs["tap"] = [{"rate": 10.0}], [None]
    results.reasons["tap"] = "it is broken\nand more"
    with pytest.raises(Missing):
        results.value("tap", "rate")
    assert ROW.cells(results)[1:] == ("not measured: it is broken", "", "", "≥ 1.5", "≥ 2", "**missing**")


async def test_a_run_that_fails_is_told_and_the_others_go_on(tmp_path: Path) -> None:
    async def fails(_bench: Bench) -> Figures:
        raise RuntimeError("no bot today")

    async def skips(_bench: Bench) -> Figures:
        raise Skipped("no such option")

    async def works(_bench: Bench) -> Figures:
        return {"rate": 2.0}

    said: list[str] = []
    runs = [Run("broken", fails), Run("absent", skips), Run("whole", works), Run("brief", works, once=True)]
    with ExitStack() as stack:
        results = await measure(Bench(Plan(rounds=2), tmp_path, stack), runs, said.append)
    assert results.reasons == {"broken": "RuntimeError: no bot today", "absent": "no such option"}
    assert results.runs["whole"] == [{"rate": 2.0}] * 2
    assert results.runs["brief"] == [{"rate": 2.0}]
    assert any("no bot today" in line for line in said)


@pytest.mark.parametrize("plan", [Plan(), LONG])
def test_every_row_is_made_of_runs_that_are_there(plan: Plan) -> None:
    assert {name for row in rows(plan) for name in row.needs} == {run.name for run in RUNS}
    wanted, runs = chosen(plan, ["help"])
    assert {row.part for row in wanted} == {"help"}
    assert [run.name for run in runs] == ["ptb", "help"]
    assert "help" in parts(plan)


def test_a_new_table_leaves_the_sentences_around_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    results = Results(Plan())
    results.runs["tap"] = results.runs["ptb"] = [{"rate": 10.0}]
    write([ROW], results, page)
    text = page.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| taps a second | 10/s | 10/s | 1.00 | ≥ 1.5 | ≥ 2 | **missed by 33%** |" in text
    assert "old" not in text
    assert "taps a second  10/s" in plain([ROW], results)


def test_a_profile_counts_a_function_once_however_deep_it_calls_itself(tmp_path: Path) -> None:
    stacks = tmp_path / "stacks.txt"
    stacks.write_text("main (a.py:1);walk (a.py:5);walk (a.py:6) 3\nmain (a.py:1) 1\n", "utf-8")
    assert "75.0%   75.0%  walk (a.py)" in summary(stacks)
