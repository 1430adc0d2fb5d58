"""Card: a message somebody holds that shows an entity, remembered so that it can be kept true."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import UniqueConstraint, bindparam
from sqlalchemy import select as select_columns
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import big, key_to
from bot.core.due import Appointment, Due
from bot.core.outbox import Outbox
from bot.core.prepared import Prepared

REFRESH_KIND = "cards.refresh"
# Many taps in a second shall cost each holder one edit, not many.
REFRESH_AFTER = timedelta(seconds=1)


class Card(SQLModel, table=True):
    """One message that shows one entity.

    ``shown`` is the digest of what it showed last, its notice left aside; ``stamp`` names the unit of work that
    rendered it, where that was the one which acted.
    """

    __table_args__ = (UniqueConstraint("chat_id", "message_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    chat_id: int = Field(sa_column=big())
    message_id: int = Field(sa_column=big())
    kind: str
    entity: int = Field(index=True)
    shown: str = ""
    stamp: str = ""


CARD_AT = Prepared(select(Card).where(Card.chat_id == bindparam("chat"), Card.message_id == bindparam("message")))


def card_at(session: Session, chat_id: int, message_id: int) -> Card | None:
    """Return what this message shows, if it is a card."""
    return CARD_AT.entity(session, {"chat": chat_id, "message": message_id}, Card)


class Cards:
    """The cards of one unit of work."""

    def __init__(self, session: Session, now: datetime, outbox: Outbox) -> None:
        self.session = session
        self.now = now
        self.outbox = outbox

    def refresh(self, kinds: str | tuple[str, ...], entity: int) -> None:
        """Have every holder's card of this entity edited soon; many calls cost one edit.

        What this unit of work shows afterwards is true already; what it showed before is not.
        """
        kinds = (kinds,) if isinstance(kinds, str) else kinds
        stamp = "" if self.outbox.answered else self.outbox.stamp
        wish = Appointment(
            kind=REFRESH_KIND,
            at=self.now + REFRESH_AFTER,
            entity=entity,
            step="+".join(kinds),
            args={"kinds": kinds, "stamp": stamp},
        )
        Due(self.session).soon(wish)


HELD = select_columns(
    *map(col, (Card.chat_id, Card.message_id, Card.person_id, Card.kind, Card.entity, Card.stamp))
).where(col(Card.entity).in_(bindparam("entities", expanding=True)))


def queue_refreshes(session: Session, outbox: Outbox, wishes: Iterable[tuple[int, Mapping[str, Any]]]) -> int:
    """Queue the edit of each card that may be outdated; return how many. A wish is an entity with a refresh's args."""
    stamps = {(kind, entity): args["stamp"] for entity, args in wishes for kind in args["kinds"]}
    if not stamps:
        return 0
    rows = []
    for held in session.execute(HELD, {"entities": list({entity for _, entity in stamps})}):
        wanted = stamps.get((held.kind, held.entity))
        if wanted is None or (wanted and held.stamp == wanted):
            continue
        where = {"chat_id": held.chat_id, "message_id": held.message_id, "person_id": held.person_id}
        key = f"card:{held.chat_id}:{held.message_id}"
        rows.append({"key": key, "kind": held.kind, "args": {"id": held.entity}, **where})
    outbox.refresh(rows)
    return len(rows)
