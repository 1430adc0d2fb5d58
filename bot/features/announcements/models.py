"""Tables of broadcasts: what an organisation tells many people at once, in which languages, and how far it got."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint, update
from sqlmodel import Field, Session, SQLModel, col

from bot.core.columns import choice, instant, key_to


class Audience(StrEnum):
    """Whom a broadcast is for."""

    ALL = "all"
    ACTIVITY = "activity"
    LANGUAGE = "language"
    SHIFT = "shift"


class BroadcastState(StrEnum):
    """Where a broadcast stands; only a held one can be recalled."""

    HELD = "held"  # nothing left yet
    LEAVING = "leaving"  # people are being told, or all of them were
    STOPPED = "stopped"
    RECALLED = "recalled"  # nobody got it


class Broadcast(SQLModel, table=True):
    """One text for many people.

    ``audience_value`` is an activity's id, a language's code or a shift's id, as text. ``leaves_at`` is the instant
    (UTC) before which it can be recalled. ``planned`` counts the people at the start; ``queued_until`` is the id of
    the last person whose message was queued: people are queued in the order of their ids.
    """

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(sa_column=key_to("organisation.id"))
    author_id: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    audience: Audience = Field(sa_column=choice(Audience))
    audience_value: str = ""
    original: str  # the locale it was written in
    state: BroadcastState = Field(default=BroadcastState.HELD, sa_column=choice(BroadcastState))
    planned: int = 0
    queued_until: int = 0
    complete: bool = False
    created_at: datetime = Field(sa_column=instant())
    leaves_at: datetime = Field(sa_column=instant())

    @property
    def key(self) -> int:
        """The id of a broadcast that is in the store."""
        assert self.id is not None
        return self.id

    @property
    def topic(self) -> str:
        """What its messages are found by in the outbox."""
        return f"broadcast:{self.key}"

    @property
    def target(self) -> "Target":
        """Whom it is for."""
        return Target(Audience(self.audience), self.audience_value)


def move_state(session: Session, found: Broadcast, old: BroadcastState, new: BroadcastState) -> bool:
    """Change the state of a broadcast; return False if somebody else did first."""
    session.flush()
    change = update(Broadcast).where(col(Broadcast.id) == found.key, col(Broadcast.state) == old)
    moved = session.execute(change.values(state=new).execution_options(synchronize_session=False))
    session.refresh(found)
    return bool(moved.rowcount == 1)  # type: ignore[attr-defined]


class BroadcastText(SQLModel, table=True):
    """The words of a broadcast in one of the house's languages, as the coordinator typed them."""

    __tablename__ = "broadcast_text"
    __table_args__ = (UniqueConstraint("broadcast_id", "locale"),)

    id: int | None = Field(default=None, primary_key=True)
    broadcast_id: int = Field(sa_column=key_to("broadcast.id"))
    locale: str
    text: str


@dataclass(frozen=True, slots=True)
class Target:
    """Whom something is for; ``value`` is as in ``Broadcast.audience_value``."""

    audience: Audience
    value: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A broadcast before it is one: its texts by locale, the original's locale among them."""

    organisation_id: int
    target: Target
    original: str
    texts: dict[str, str]
