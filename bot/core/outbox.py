"""Outbox: messages waiting to leave, written in the same transaction as what they tell of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum
from typing import Any

from sqlalchemy import Index, case, delete, func, insert
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import big, instant, json_column, key_to
from bot.core.message import Screen, to_json
from bot.core.person import Person
from bot.core.prepared import Prepared
from bot.core.upsert import insert_new, upsert


class Lane(IntEnum):
    """Who goes first: a lower lane passes a higher one."""

    ANSWER = 0
    REMINDER = 1
    BULK = 2


class Verb(StrEnum):
    """What delivery does with a row."""

    SEND = "send"  # a new message
    SHOW = "show"  # edit the message in place; where it cannot be edited any more, send it anew
    REFRESH = "refresh"  # edit a card somebody holds; where it is gone, forget the card
    STRIP = "strip"  # take the keyboard off an older screen
    COMMANDS = "commands"  # her command menu, by language and role


class State(StrEnum):
    """Where a row stands."""

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    UNKNOWN = "unknown"  # may have arrived; only for at-most-once kinds, a human decides
    DEAD = "dead"  # cannot be delivered
    EXPIRED = "expired"  # came too late, never sent
    HELD = "held"  # waits for a human's release (after a restore, or while a broadcast is stopped)


class Outgoing(SQLModel, table=True):
    """One message on its way; ``body`` is there for direct answers only and is erased once sent."""

    __tablename__ = "outbox"
    __table_args__ = (Index("outbox_waiting", "state", "lane", "id"),)

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    chat_id: int = Field(sa_column=big(index=True))
    person_id: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    lane: int = Lane.ANSWER
    verb: str = Verb.SEND
    kind: str = ""
    args: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    body: dict[str, Any] | None = Field(default=None, sa_column=json_column(nullable=True))
    message_id: int | None = Field(default=None, sa_column=big(nullable=True))
    topic: str | None = Field(default=None, index=True)
    once: bool = False
    revision: int = 0
    state: str = State.PENDING
    tries: int = 0
    error: str = ""
    created_at: datetime = Field(sa_column=instant())
    not_before: datetime = Field(sa_column=instant())
    expires_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    sent_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


@dataclass(frozen=True, slots=True)
class Message:
    """What another person must hear: rendered from ids only when it leaves, in her language of that moment.

    ``key`` is the business key (kind, entity, revision, recipient): a second message with it is not queued.
    ``once`` picks at-most-once delivery; the default is at-least-once. Instants are UTC.
    """

    kind: str
    key: str
    args: Mapping[str, Any] = field(default_factory=dict)
    lane: Lane = Lane.ANSWER
    topic: str | None = None
    not_before: datetime | None = None
    expires_at: datetime | None = None
    once: bool = False
    verb: Verb = Verb.SEND


TELL = insert_new(Outgoing, "key")
ANSWER = Prepared(insert(Outgoing.__table__).inline())  # type: ignore[attr-defined]


def _again(insert: Any) -> Any:
    """Let a row leave anew; one that is just being sent is found changed by its revision."""
    sending = case((col(Outgoing.state) == State.SENDING, State.SENDING), else_=State.PENDING)
    changed = {name: insert.excluded[name] for name in ("kind", "args", "lane", "not_before")}
    changed |= {"revision": col(Outgoing.revision) + 1, "state": sending, "tries": 0}
    return insert.on_conflict_do_update(index_elements=["key"], set_=changed)


AGAIN = upsert(Outgoing, _again)


class Outbox:
    """The outbox of one unit of work; ``stamp`` is its mark on the screens it renders."""

    def __init__(self, session: Session, now: datetime, stamp: str) -> None:
        self.session = session
        self.now = now
        self.stamp = stamp
        self.touched = False
        self.answered = 0

    def tell(self, person: Person, message: Message) -> bool:
        """Queue a message to somebody; return False if its key was queued before or she cannot be reached."""
        if not person.reachable:
            return False
        key = f"{message.key}:{person.key}"
        row = self._row(
            key=key,
            chat_id=person.telegram_id,
            person_id=person.id,
            lane=message.lane,
            verb=message.verb,
            kind=message.kind,
            args=dict(message.args),
            topic=message.topic,
            once=message.once,
            not_before=message.not_before or self.now,
            expires_at=message.expires_at,
        )
        return TELL.run(self.session, row) == 1

    def answer(self, person: Person, screen: Screen, *, origin: str, message_id: int | None = None) -> None:
        """Queue the direct answer to somebody; ``origin`` names the update, so a repeat cannot answer twice."""
        verb = Verb.SEND if message_id is None else Verb.SHOW
        body = {**to_json(screen), "stamp": self.stamp}
        self._answer(
            origin, chat_id=person.telegram_id, person_id=person.id, verb=verb, body=body, message_id=message_id
        )

    def answer_chat(self, chat_id: int, screen: Screen, *, origin: str) -> None:
        """Queue an answer to a chat behind which no person is kept: a group, or somebody who was just erased."""
        self._answer(origin, chat_id=chat_id, body=to_json(screen))

    def strip(self, chat_id: int, message_id: int, *, origin: str) -> None:
        """Queue the removal of an older screen's keyboard, so that one keyboard lives."""
        self._answer(origin, chat_id=chat_id, verb=Verb.STRIP, kind="", message_id=message_id)

    def commands(self, person: Person) -> None:
        """Have a person's command menu set anew, after her language or her roles changed."""
        key, chat_id = f"commands:{person.key}", person.telegram_id
        row = self._row(key=key, chat_id=chat_id, person_id=person.id, lane=Lane.BULK, verb=Verb.COMMANDS)
        AGAIN.run(self.session, row)

    def refresh(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Queue edits of cards; one that is queued already is queued once."""
        if rows:
            AGAIN.run_many(self.session, [self._row(lane=Lane.BULK, verb=Verb.REFRESH, **row) for row in rows])

    def _answer(self, origin: str, **values: Any) -> None:
        self.answered += 1
        ANSWER.run(self.session, self._row(key=f"answer:{origin}:{self.answered}", **{"kind": "screen"} | values))

    def _row(self, **values: Any) -> dict[str, Any]:
        self.touched = True
        return {"args": {}, "created_at": self.now, "not_before": self.now, **values}


# Reports on what was sent are looked at for days, and the weekly cap of broadcasts counts them; after that nobody asks.
KEPT = timedelta(days=30)
SETTLED = (State.SENT, State.DEAD, State.EXPIRED)


def forget_old_messages(session: Session, now: datetime) -> None:
    """Drop the rows of messages that were settled long ago; what waits or needs a human stays."""
    old = delete(Outgoing).where(col(Outgoing.state).in_(SETTLED), col(Outgoing.not_before) < now - KEPT)
    session.execute(old)


def progress(session: Session, topic: str) -> dict[str, int]:
    """Count the messages of a topic by state."""
    query = select(Outgoing.state, func.count()).where(Outgoing.topic == topic).group_by(Outgoing.state)
    return {state: count for state, count in session.exec(query)}


def recipients(session: Session, topic: str) -> set[int]:
    """Return the ids of the people whom a topic was queued for."""
    query = select(Outgoing.person_id).where(Outgoing.topic == topic, col(Outgoing.person_id).is_not(None))
    return {person_id for person_id in session.exec(query) if person_id is not None}


def stop_topic(session: Session, topic: str) -> int:
    """Hold back what of a topic has not left yet; return how many."""
    return _move(session, topic, State.PENDING, State.HELD)


def continue_topic(session: Session, topic: str) -> int:
    """Let go what of a topic was held back; return how many."""
    return _move(session, topic, State.HELD, State.PENDING)


def _move(session: Session, topic: str, old: State, new: State) -> int:
    rows = session.exec(select(Outgoing).where(Outgoing.topic == topic, Outgoing.state == old)).all()
    for row in rows:
        row.state, row.error = new, ""
        session.add(row)
    session.flush()
    return len(rows)
