"""Fixtures every test may use."""

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


@pytest.fixture
def clock() -> FixedClock:
    """A clock that stands on a Monday morning."""
    return FixedClock(MONDAY)
