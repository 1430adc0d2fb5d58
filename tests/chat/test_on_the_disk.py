"""On the disk: what a power failure may undo is done again from the inbox, and nobody was told of it yet."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from bot.core.store import Store
from tests.support.town import Town


@pytest.fixture
def events(town: Town, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What happens, in its order: commits that wait for the disk, commits that do not, and calls of Telegram."""
    seen: list[str] = []
    unit_of_work, call = Store.unit_of_work, town.client.call

    @contextmanager
    def noted(store: Store, fence: Any = None, *, synced: bool = True) -> Iterator[Any]:
        with unit_of_work(store, fence, synced=synced) as uow:
            yield uow
        seen.append("on the disk" if synced else "committed")

    async def called(method: str, *parameters: Any) -> Any:
        seen.append(method)
        return await call(method, *parameters)

    monkeypatch.setattr(Store, "unit_of_work", noted)
    monkeypatch.setattr(town.client, "call", called)
    return seen


async def test_an_update_is_on_the_disk_before_it_is_handled_and_an_answer_before_it_leaves(
    town: Town, events: list[str]
) -> None:
    town.telegram.user(101, "Anna", "en")
    town.telegram.say(101, "/start")
    await town.settle()
    assert events[: events.index("sendMessage") + 1] == ["on the disk", "committed", "on the disk", "sendMessage"]
