"""Processes that start at the same moment on a new database have the same secret."""

import threading

from bot.core.keyring import all_keyrings, open_keyring
from bot.core.store import Store
from tests.core.leaders import ON_POSTGRES, other

__all__ = ["other"]


@ON_POSTGRES
def test_two_that_start_at_once_share_one_secret(store: Store, other: Store) -> None:
    found: list[str] = []

    def start() -> None:
        with other.unit_of_work() as uow:
            found.append(open_keyring(uow.session).hash("test", "value"))

    second = threading.Thread(target=start)
    with store.unit_of_work() as uow:
        mine = open_keyring(uow.session).hash("test", "value")
        second.start()
        second.join(0.3)  # it may have to wait for us
    second.join(10)
    assert found == [mine]
    with store.read() as session:
        assert len(all_keyrings(session)) == 1
