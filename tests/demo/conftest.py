"""What the tests of the demo share."""

from collections.abc import AsyncIterator

import pytest

from tests.demo.hands import Desk, new_desk
from tests.demo.serving import Site, open_site


@pytest.fixture
def desk() -> Desk:
    """A double with three people and a clock set by hand."""
    return new_desk()


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """The same behind a server on a free port of 127.0.0.1."""
    async with open_site() as opened:
        yield opened
