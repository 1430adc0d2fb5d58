"""The instruments themselves: limits refuse what they should, and a new table leaves its page's sentences alone."""

from pathlib import Path

import pytest

from tests.benchmarks.figures import Broadcast, Run
from tests.benchmarks.limits import Bucket, Limit, Window
from tests.benchmarks.report import BEGIN, END, Line, write
from tests.benchmarks.rounds import Plan, Results


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


def test_a_broadcast_knows_whom_it_missed_and_whom_it_told_twice() -> None:
    found = Broadcast(3)
    for reader in ("100000", "100000", "100001", "1000"):
        found.hear("sendMessage", {"chat_id": reader})
    assert (found.lost, found.doubled) == (1, 1)


@pytest.mark.parametrize(("ratio", "most", "reached"), [(1.4, False, False), (1.5, False, True), (1.6, True, False)])
def test_a_target_is_a_bound_on_the_right_side(ratio: float, most: bool, reached: bool) -> None:
    assert Line("x", "", "", ratio, 1.5, most).is_reached is reached


def test_a_new_table_leaves_the_sentences_around_it(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", "utf-8")
    run = Run(rate=10, cpu=1, p50=1, p99=1, start=1, memory=1)
    names = ("ptb", "tap", "tap together", "tap on PostgreSQL", "help", "ptb steady", "tap steady", "help 1", "ptb 1")
    write(Results(Plan(memory=(1,)), {name: [run] for name in names}), page)
    text = page.read_text("utf-8")
    assert text.startswith("before\n")
    assert text.endswith("after\n")
    assert "| `/help` a second | 10/s" in text
    assert "old" not in text
