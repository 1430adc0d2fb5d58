"""Conversations: the draft of what a person is filling in, kept in the store and never lost to a restart."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Field, Session, SQLModel

from bot.core.columns import instant, json_column, key_to

# After this long "continue or start again?" is asked first: people forget what they were doing.
STALE_AFTER = timedelta(hours=24)


class Conversation(SQLModel, table=True):
    """One person's open form: where she is and what she answered; at most one at a time.

    ``serial`` is written into its buttons, so those of an earlier form or step do nothing to this one.
    """

    person_id: int = Field(sa_column=key_to("person.id", primary=True))
    form: str
    step: str = ""
    serial: int = 0
    page: int = 0
    data: dict[str, Any] = Field(default_factory=dict, sa_column=json_column())
    options: list[str] = Field(default_factory=list, sa_column=json_column())
    returns: bool = False  # a single answer is being changed: go back to the summary after it
    updated_at: datetime = Field(sa_column=instant())

    def is_stale(self, now: datetime) -> bool:
        """Whether the person should be asked if she wants to go on."""
        return now - self.updated_at > STALE_AFTER


def conversation_of(session: Session, person_id: int) -> Conversation | None:
    """Return the person's open form."""
    return session.get(Conversation, person_id)
