"""Tables of shifts and sign-ups, with the few statements that keep their counts exact under any number of writers."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, bindparam, case, delete, insert, update
from sqlalchemy.orm.attributes import set_committed_value
from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import choice, instant, key_to
from bot.core.outbox import Message
from bot.core.prepared import Prepared
from bot.core.refusal import Gone

LONGEST = timedelta(hours=12)  # of a shift


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


@dataclass(frozen=True, slots=True)
class Venue:
    """When (UTC) and where a shift is; ``place_id`` names a saved place, ``place_name`` is what people read."""

    starts_at: datetime
    ends_at: datetime
    place_name: str
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What an organisation needs: the contents of a shift. ``note_locale`` is the language the note was typed in."""

    organisation_id: int
    activity_id: int
    venue: Venue
    max_people: int
    min_people: int = 1
    languages: tuple[str, ...] = ()
    note: str = ""
    note_locale: str = ""

    def columns(self) -> dict[str, Any]:
        """Return it as columns of a shift; the languages have a table of their own."""
        everything = asdict(self)
        everything.pop("languages")
        return {**everything.pop("venue"), **everything}


class Shift(SQLModel, table=True):
    """People needed at a place from one instant (UTC) to another.

    ``taken`` counts the confirmed sign-ups. ``revision`` grows whenever the shift becomes something else for those on
    it. ``next_in_line`` is the last number drawn for the waitlist; ``shortage`` grows whenever enough people are found,
    so that it numbers the times there were too few.
    """

    __table_args__ = (
        CheckConstraint("taken >= 0 AND taken <= max_people", name="shift_capacity"),
        CheckConstraint("min_people >= 1 AND min_people <= max_people", name="shift_people"),
        Index("shift_by_start", "state", "starts_at"),
        {"sqlite_autoincrement": True},  # a deleted draft's number must not come again on old buttons
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
    state: ShiftState = Field(default=ShiftState.DRAFT, sa_column=choice(ShiftState))
    cancel_reason: str = ""  # a msgid of rules.REASONS, or what the coordinator typed
    cancel_locale: str = ""  # the language of a typed reason
    revision: int = 0
    next_in_line: int = 0
    shortage: int = 0
    created_by: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    created_at: datetime = Field(sa_column=instant())
    moved_from: datetime | None = Field(default=None, sa_column=instant(nullable=True))  # its start before that
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

    def need(self, starts_at: datetime, languages: tuple[str, ...]) -> Need:
        """Return what it asks for, beginning at another instant."""
        venue = Venue(starts_at, starts_at + (self.ends_at - self.starts_at), self.place_name, self.place_id)
        people = (self.max_people, self.min_people)
        return Need(self.organisation_id, self.activity_id, venue, *people, languages, self.note, self.note_locale)

    def message(self, kind: str, step: str, args: Mapping[str, Any] | None = None) -> Message:
        """Return a message about it that each person gets once per ``step``, pointless when it is over."""
        return Message(kind, f"{kind}:{self.key}:{step}", {"id": self.key, **(args or {})}, expires_at=self.ends_at)

    def put(self, venue: Venue) -> None:
        """Set time and place."""
        self.sqlmodel_update(asdict(venue))


class ShiftLanguage(SQLModel, table=True):
    """A language of which a volunteer should speak at least one (a code of ``translation.SPOKEN``)."""

    __table_args__ = (UniqueConstraint("shift_id", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    shift_id: int = Field(sa_column=key_to("shift.id"))
    language: str


class SignUp(SQLModel, table=True):
    """One volunteer's answer to one shift.

    ``line`` is her number in the waitlist, lower goes first; who moved up keeps it. ``must_reconfirm``: the shift was
    moved and she has not said yet whether it still suits. ``coming_at``: when she last said that she is coming.
    """

    __tablename__ = "sign_up"
    __table_args__ = (UniqueConstraint("shift_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    shift_id: int = Field(sa_column=key_to("shift.id"))
    person_id: int = Field(sa_column=key_to("person.id"))
    state: SignUpState = Field(sa_column=choice(SignUpState))
    line: int = 0
    must_reconfirm: bool = False
    coming_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    created_at: datetime = Field(sa_column=instant())
    changed_at: datetime = Field(sa_column=instant())

    @property
    def is_on(self) -> bool:
        """Whether she holds a place or waits for one."""
        return self.state in {SignUpState.CONFIRMED, SignUpState.WAITLISTED}


_shift = Shift.__table__.c  # type: ignore[attr-defined]
FIRST = Prepared(insert(SignUp.__table__).inline())  # type: ignore[attr-defined]
WRITTEN = [column.key for column in SignUp.__table__.c if not column.primary_key]  # type: ignore[attr-defined]
_this = update(Shift.__table__).where(_shift.id == bindparam("shift"))  # type: ignore[attr-defined]
# When the last of those who are needed comes, a later shortage is another one.
_enough = case((_shift.taken + 1 == _shift.min_people, _shift.shortage + 1), else_=_shift.shortage)
_free = _this.where(_shift.state == ShiftState.OPEN, _shift.taken < _shift.max_people)
CLAIM = Prepared(_free.values(taken=_shift.taken + 1, shortage=_enough).returning(_shift.taken, _shift.shortage))
FREE = Prepared(_this.where(_shift.taken > 0).values(taken=_shift.taken - 1).returning(_shift.taken))
DRAW = Prepared(_this.values(next_in_line=_shift.next_in_line + 1).returning(_shift.next_in_line))
LOCKED = Prepared(select(Shift).where(Shift.id == bindparam("shift")).with_for_update(key_share=True))


def locked_shift(session: Session, shift_id: int) -> Shift:
    """Return the shift as it is now; on PostgreSQL nobody else changes it or its list until the commit.

    :raises Gone: it was deleted.
    """
    locked: dict[int, Shift] = session.info.setdefault("locked_shifts", {})
    if shift_id not in locked:  # after that it is as we have it
        found = LOCKED.entity(session, {"shift": shift_id}, Shift)
        if found is None:
            raise Gone
        locked[shift_id] = found
    return locked[shift_id]


def answer(session: Session, shift: Shift, who: SignUp | int, state: SignUpState, now: datetime) -> SignUp:
    """Note an answer in place of an earlier one, or a person's first; who waits anew goes to the end of the line."""
    line = draw_number(session, shift) if state == SignUpState.WAITLISTED else 0
    if isinstance(who, int):  # most answers are first ones: written the short way
        row = SignUp(shift_id=shift.key, person_id=who, state=state, line=line, created_at=now, changed_at=now)
        FIRST.run(session, {name: getattr(row, name) for name in WRITTEN})
        return row
    if (who.state, state) != (SignUpState.WAITLISTED, SignUpState.CONFIRMED):  # who moves up keeps her number
        who.line = line
    who.state, who.changed_at, who.must_reconfirm, who.coming_at = state, now, False, None
    return who


def claim_place(session: Session, shift: Shift) -> bool:
    """Take a free place of an open shift; return False if there is none, whoever else is claiming right now."""
    found = CLAIM.first(session, {"shift": shift.key})
    if found:
        set_committed_value(shift, "taken", found[0])
        set_committed_value(shift, "shortage", found[1])
    return found is not None


def free_place(session: Session, shift: Shift) -> None:
    """Give a place back."""
    found = FREE.first(session, {"shift": shift.key})
    if found:
        set_committed_value(shift, "taken", found[0])


def draw_number(session: Session, shift: Shift) -> int:
    """Draw the next number of the waitlist; nobody else gets the same one."""
    found = DRAW.first(session, {"shift": shift.key})
    assert found
    set_committed_value(shift, "next_in_line", found[0])
    return shift.next_in_line


def set_languages(session: Session, shift_id: int, languages: Sequence[str]) -> None:
    """Replace the languages of a shift; none removes them."""
    session.execute(delete(ShiftLanguage).where(col(ShiftLanguage.shift_id) == shift_id))
    session.add_all([ShiftLanguage(shift_id=shift_id, language=code) for code in dict.fromkeys(languages)])
    session.flush()
