"""A store that hurries, for tests that commit without end."""

from sqlalchemy import event

from bot.core.store import Store


def without_waiting_for_the_disk(store: Store) -> Store:
    """Let commits return before they are on the disk: nothing crashes in these tests."""
    statement = "PRAGMA synchronous=OFF" if store.is_sqlite else "SET synchronous_commit = off"

    def hurry(connection: object, _record: object) -> None:
        connection.execute(statement)  # type: ignore[attr-defined]
        connection.commit()  # type: ignore[attr-defined]

    event.listen(store.engine, "connect", hurry)
    store.engine.dispose()
    return store
