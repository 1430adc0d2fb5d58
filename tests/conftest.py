"""Fixtures every test may use."""

import re
from datetime import UTC, datetime

import pytest

from bot.core.clock import FixedClock
from tests.support.stores import (
    postgres_server,
    postgres_template,
    postgres_url,
    sqlite_template,
    store,
    store_url,
)
from tests.support.town import town

__all__ = [
    "postgres_server",
    "postgres_template",
    "postgres_url",
    "sqlite_template",
    "store",
    "store_url",
    "town",
]

# A Monday morning in winter, 10:00 in Weingarten.
MONDAY = datetime(2026, 2, 2, 9, 0, tzinfo=UTC)


LOGGED = re.compile(r"\d{4}-\d\d-\d\d ")  # how a line of the log begins


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands on a Monday morning."""
    return FixedClock(MONDAY)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what the fault tests counted, with the seed of each: a run that passed says how much it tried."""
    reports = [report for report in terminalreporter.stats.get("passed", []) if "tests/faults/" in report.nodeid]
    told = [report for report in reports if report.capstdout.strip()]
    if told:
        terminalreporter.section("counts")
    for report in told:
        counts = " | ".join(line for line in report.capstdout.splitlines() if line and not LOGGED.match(line))
        terminalreporter.line(f"{report.nodeid.rpartition('::')[2]}: {counts}")
