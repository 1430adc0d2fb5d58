"""Card: a message somebody holds that shows an entity, remembered so that it can be kept true."""

from datetime import datetime, timedelta

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import big, key_to
from bot.core.due import Appointment, Due
from bot.core.outbox import Lane, Outgoing, State, Verb

REFRESH_KIND = "cards.refresh"
# Many taps in a second shall cost each holder one edit, not many.
REFRESH_AFTER = timedelta(seconds=1)


class Card(SQLModel, table=True):
    """One message that shows one entity; ``shown`` is the digest of what it showed last, its notice left aside."""

    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    chat_id: int = Field(sa_column=big())
    message_id: int = Field(sa_column=big())
    kind: str
    entity: int = Field(index=True)
    shown: str = ""


def card_at(session: Session, chat_id: int, message_id: int) -> Card | None:
    """Return what this message shows, if it is a card."""
    return session.exec(select(Card).where(Card.chat_id == chat_id, Card.message_id == message_id)).first()


class Cards:
    """The cards of one unit of work."""

    def __init__(self, session: Session, now: datetime) -> None:
        self.session = session
        self.now = now

    def refresh(self, kind: str, entity: int) -> None:
        """Have every holder's card of this entity edited soon; many calls cost one edit."""
        Due(self.session).soon(
            Appointment(kind=REFRESH_KIND, at=self.now + REFRESH_AFTER, entity=entity, step=kind, args={"kind": kind})
        )


def queue_refreshes(session: Session, kind: str, entity: int, now: datetime) -> int:
    """Queue the edit of each card of an entity; return how many. What is queued already is queued once."""
    cards = session.exec(select(Card).where(Card.kind == kind, Card.entity == entity)).all()
    keys = {f"card:{card.chat_id}:{card.message_id}": card for card in cards}
    waiting = {row.key: row for row in session.exec(select(Outgoing).where(col(Outgoing.key).in_(list(keys))))}
    for key, card in keys.items():
        row = waiting.get(key) or Outgoing(
            key=key,
            chat_id=card.chat_id,
            person_id=card.person_id,
            lane=Lane.BULK,
            verb=Verb.REFRESH,
            message_id=card.message_id,
            created_at=now,
            not_before=now,
        )
        row.kind, row.args = kind, {"id": entity}
        row.revision += 1
        # One that is just being sent may have been rendered before this change: its sender sees the new revision.
        if row.state != State.SENDING:
            row.state, row.tries, row.not_before = State.PENDING, 0, now
        session.add(row)
    session.flush()
    return len(keys)
