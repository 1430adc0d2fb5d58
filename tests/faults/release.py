"""Release: a recorded town brought back, with the tables that its version had and its instants brought up to now."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.core.store import Store
from bot.demo.double.world import BOT_ID, Message
from bot.demo.telegram import FakeTelegram
from bot.operate.schema import migrate

FOLDER = Path(__file__).with_name("recorded")
REVISIONS = sorted(path.stem for path in FOLDER.glob("*.json"))
# What belongs to people and nobody but them changes.
KEPT = (
    *("activity", "availability", "broadcast_text", "buddy_match", "buddy_offer", "buddy_request", "consent", "grant"),
    *("organisation", "place", "secret", "spokenlanguage", "volunteer", "volunteeractivity"),
)


@dataclass(frozen=True)
class Release:
    """What was recorded of a version; the recording's last moment is moved to five minutes before ``now``."""

    revision: str
    now: datetime

    @property
    def recorded(self) -> dict[str, Any]:
        """The whole recording."""
        return dict(json.loads((FOLDER / f"{self.revision}.json").read_text("utf-8")))

    def rows(self, table: str) -> list[dict[str, Any]]:
        """A table's rows as they were recorded."""
        return list(self.recorded["tables"][table])

    def enter(self, store: Store) -> None:
        """Make the version's tables in an empty database and fill them."""
        migrate(store, self.revision)
        recorded = self.recorded
        moved = self.now - timedelta(minutes=5) - datetime.fromisoformat(recorded["at"])
        tables = sa.MetaData()
        tables.reflect(store.engine)
        with store.engine.begin() as connection:
            for table in tables.sorted_tables:
                rows = [
                    dict(_values(table, row, moved, store.is_sqlite)) for row in recorded["tables"].get(table.name, [])
                ]
                if rows:
                    connection.execute(table.insert(), rows)
                if rows and not store.is_sqlite and "id" in table.c:
                    name = f'"{table.name}"'
                    connection.exec_driver_sql(
                        f"SELECT setval(pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name}))"  # noqa: S608
                    )

    def furnish(self, telegram: FakeTelegram) -> None:
        """Give the people their phones, with the chats as they were."""
        recorded = self.recorded
        for number, name, language in recorded["people"]:
            telegram.user(number, name, language)
            telegram.world.users[number].started = True
        for message_id, chat_id, from_bot, text, entities, markup in recorded["messages"]:
            sender = BOT_ID if from_bot else chat_id
            telegram.world.add_message(
                Message(message_id, chat_id, sender, telegram.world.clock(), "text", text, entities, markup)
            )
        while telegram.world.next_message_id() < max(message[0] for message in recorded["messages"]):
            pass
        telegram.restart_update_ids(recorded["next_update"])

    def kept(self, store: Store) -> dict[str, list[tuple[Any, ...]]]:
        """What a database has of what was recorded and must not change, by table, without columns that came later."""
        recorded, found = self.recorded["tables"], {}
        tables = sa.MetaData()
        tables.reflect(store.engine, only=KEPT)
        with store.engine.connect() as connection:
            for name in KEPT:
                columns = [tables.tables[name].c[column] for column in recorded[name][0]]
                ordered = sa.select(*columns).order_by(columns[0]).limit(len(recorded[name]))
                found[name] = [tuple(map(str, row)) for row in connection.execute(ordered)]
        return found


def _values(table: sa.Table, row: dict[str, Any], moved: timedelta, naive: bool) -> Iterator[tuple[str, Any]]:
    for name, value in row.items():
        if value is not None and isinstance(table.c[name].type, sa.DateTime):
            at = datetime.fromisoformat(value).astimezone(UTC) + moved
            yield name, at.replace(tzinfo=None) if naive else at
        else:
            yield name, value
