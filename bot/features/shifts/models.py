"""Tables of shifts and sign-ups, with the few statements that keep their counts exact under any number of writers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, update
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import instant, key_to


class ShiftState(StrEnum):
    """A draft is seen by its organisation's coordinators only; an open one by everybody."""

    DRAFT = "draft"
    OPEN = "open"
    CANCELLED = "cancelled"


class SignUpState(StrEnum):
    """What a volunteer answered; only ``confirmed`` holds a place."""

    CONFIRMED = "confirmed"
    WAITLISTED = "waitlisted"
    WITHDRAWN = "withdrawn"
    DECLINED = "declined"


class Shift(SQLModel, table=True):
    """People needed at a place from one instant (UTC) to another.

    ``taken`` counts the confirmed sign-ups. ``revision`` grows whenever the shift becomes something else for those on
    it. ``next_in_line`` was the last number drawn for the waitlist; ``shortage`` numbers the times it lacks people.
    """

    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= max_people", name="shift_capacity"),
        CheckConstraint("min_people >= 1 AND min_people <= max_people", name="shift_people"),
        Index("shift_by_start", "state", "starts_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(sa_column=key_to("organisation.id"))
    activity_id: int = Field(sa_column=key_to("activity.id"))
    place_id: int | None = Field(default=None, sa_column=key_to("place.id", nullable=True))
    place_name: str = ""
    starts_at: datetime = Field(sa_column=instant())
    ends_at: datetime = Field(sa_column=instant(index=True))
    min_people: int = 1
    max_people: int
    taken: int = 0
    note: str = ""
    note_locale: str = ""
    state: ShiftState = ShiftState.DRAFT
    cancel_reason: str = ""  # a msgid of rules.REASONS, or what the coordinator typed
    cancel_locale: str = ""  # the language of a typed reason
    revision: int = 0
    next_in_line: int = 0
    shortage: int = 0
    created_by: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    created_at: datetime = Field(sa_column=instant())
    published_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))

    @property
    def key(self) -> int:
        """The id of a shift that is in the store."""
        assert self.id is not None
        return self.id

    @property
    def is_open(self) -> bool:
        """Whether it is published and stands."""
        return self.state == ShiftState.OPEN

    @property
    def is_full(self) -> bool:
        """Whether no place is free."""
        return self.taken >= self.max_people

    @property
    def is_short(self) -> bool:
        """Whether it has fewer people than it needs."""
        return self.taken < self.min_people


class ShiftLanguage(SQLModel, table=True):
    """A language of which a volunteer should speak at least one (a code of ``translation.SPOKEN``)."""

    __table_args__ = (UniqueConstraint("shift_id", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    shift_id: int = Field(sa_column=key_to("shift.id"))
    language: str


class SignUp(SQLModel, table=True):
    """One volunteer's answer to one shift; ``line`` is her number in the waitlist, lower goes first.

    ``must_reconfirm``: the shift was moved and she has not said yet whether it still suits. ``coming_at``: when she
    last said that she is coming.
    """

    __tablename__ = "sign_up"
    __table_args__ = (UniqueConstraint("shift_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    shift_id: int = Field(sa_column=key_to("shift.id"))
    person_id: int = Field(sa_column=key_to("person.id"))
    state: SignUpState
    line: int = 0
    must_reconfirm: bool = False
    coming_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    created_at: datetime = Field(sa_column=instant())
    changed_at: datetime = Field(sa_column=instant())

    @property
    def is_on(self) -> bool:
        """Whether she holds a place or waits for one."""
        return self.state in {SignUpState.CONFIRMED, SignUpState.WAITLISTED}


def locked_shift(session: Session, shift_id: int) -> Shift | None:
    """Return the shift as it is now; on PostgreSQL nobody else changes it or its list until the commit."""
    query = select(Shift).where(Shift.id == shift_id).with_for_update(key_share=True)
    return session.exec(query.execution_options(populate_existing=True)).first()


def claim_place(session: Session, shift: Shift) -> bool:
    """Take a free place of an open shift; return False if there is none, whoever else is claiming right now."""
    free = (col(Shift.taken) < col(Shift.max_people), col(Shift.state) == ShiftState.OPEN)
    claim = update(Shift).where(col(Shift.id) == shift.key, *free).values(taken=Shift.taken + 1)
    return _changes_one(session, shift, claim)


def free_place(session: Session, shift: Shift) -> None:
    """Give a place back."""
    free = update(Shift).where(col(Shift.id) == shift.key, col(Shift.taken) > 0)
    _changes_one(session, shift, free.values(taken=Shift.taken - 1))


def draw_number(session: Session, shift: Shift) -> int:
    """Draw the next number of the waitlist; nobody else gets the same one."""
    draw = update(Shift).where(col(Shift.id) == shift.key).values(next_in_line=Shift.next_in_line + 1)
    _changes_one(session, shift, draw)
    return shift.next_in_line


def _changes_one(session: Session, shift: Shift, statement: object) -> bool:
    session.flush()
    result = session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[attr-defined]
    session.refresh(shift)
    return bool(result.rowcount == 1)
