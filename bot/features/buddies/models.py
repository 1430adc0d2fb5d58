"""Buddy requests, buddy offers, and the matches between them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index, text
from sqlmodel import Field, SQLModel, col, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.columns import UtcDateTime, instant, key_to


class German(StrEnum):
    """A newcomer's German, in her own plain words."""

    FEW = "few"
    SIMPLE = "simple"
    DAILY = "daily"
    WELL = "well"


class Topic(StrEnum):
    """What a buddy is wanted for."""

    TALK = "talk"
    WORK = "work"
    OFFICES = "offices"
    SCHOOL = "school"
    LEISURE = "leisure"


class Time(StrEnum):
    """When people can meet: roughly, so that it is said in few taps."""

    WEEK_MORNING = "week.morning"
    WEEK_AFTERNOON = "week.afternoon"
    WEEK_EVENING = "week.evening"
    WEEKEND_MORNING = "weekend.morning"
    WEEKEND_AFTERNOON = "weekend.afternoon"
    WEEKEND_EVENING = "weekend.evening"


class Comfort(StrEnum):
    """Whom a person would feel comfortable with: a hard limit, shown to nobody."""

    WOMEN = "women"
    MEN = "men"
    ALL = "all"


class Self(StrEnum):
    """What a person says she is, for the comfort of others only; shown to nobody."""

    WOMAN = "woman"
    MAN = "man"
    OTHER = "other"  # or she would rather not say


class MatchState(StrEnum):
    """Where a match stands."""

    PROPOSED = "proposed"
    ACTIVE = "active"  # both said yes
    DECLINED = "declined"
    LAPSED = "lapsed"  # nobody answered in time, which is no refusal
    ENDED = "ended"


OPEN = (MatchState.PROPOSED, MatchState.ACTIVE)
# A pair that came to one of these is never proposed again.
APART = (MatchState.DECLINED, MatchState.ENDED)


class Side(StrEnum):
    """Who of a match."""

    NEWCOMER = "newcomer"
    VOLUNTEER = "volunteer"
    DESK = "desk"  # the coordinators


@dataclass(frozen=True, slots=True)
class Answers:
    """What a person answered in the form; ``german`` is for requests, ``capacity`` for offers."""

    name: str
    languages: Sequence[str]
    topics: Sequence[str]
    times: Sequence[str]
    comfort: str
    i_am: str
    german: str = ""
    capacity: int = 1


class Wish(SQLModel):
    """What requests and offers have in common; one of each kind a person."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(foreign_key="person.id", unique=True)
    languages: list[str] = Field(default_factory=list, sa_type=JSON)  # besides German
    topics: list[str] = Field(default_factory=list, sa_type=JSON)
    times: list[str] = Field(default_factory=list, sa_type=JSON)
    comfort: str
    i_am: str
    since: datetime = Field(sa_type=UtcDateTime)
    capacity: int = 1  # buddies at once; a newcomer has one
    taken: int = 0  # open matches
    paused: bool = False  # no new proposals

    @property
    def number(self) -> int:
        """The id of a wish that is in the store."""
        assert self.id is not None
        return self.id


class BuddyRequest(Wish, table=True):
    """A newcomer's wish for a buddy; ending it deletes it."""

    __tablename__ = "buddy_request"

    german: str = ""


class BuddyOffer(Wish, table=True):
    """A volunteer's offer to be a buddy; ending it deletes it."""

    __tablename__ = "buddy_offer"


class BuddyMatch(SQLModel, table=True):
    """A pair, from the proposal to the end; a side whose data was erased is empty."""

    __tablename__ = "buddy_match"
    __table_args__ = (
        Index(
            "buddy_match_open",
            "newcomer_id",
            unique=True,
            sqlite_where=text("state IN ('proposed', 'active')"),
            postgresql_where=text("state IN ('proposed', 'active')"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    newcomer_id: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    volunteer_id: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    organisation_id: int = Field(sa_column=key_to("organisation.id"))
    proposed_by: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    state: str = MatchState.PROPOSED
    newcomer_yes: bool = False
    volunteer_yes: bool = False
    closed_by: str = ""  # a Side; empty when it lapsed
    proposed_at: datetime = Field(sa_column=instant())
    lapses_at: datetime = Field(sa_column=instant())
    changed_at: datetime = Field(sa_column=instant())

    @property
    def number(self) -> int:
        """The id of a match that is in the store."""
        assert self.id is not None
        return self.id

    def side_of(self, person_id: int) -> Side | None:
        """Say which side a person is, if any."""
        sides = {self.newcomer_id: Side.NEWCOMER, self.volunteer_id: Side.VOLUNTEER}
        return sides.get(person_id)


def proposed(now: datetime) -> SelectOfScalar[Any]:
    """Select the ids of the matches whose two sides are still asked."""
    return select(col(BuddyMatch.id)).where(BuddyMatch.state == MatchState.PROPOSED, col(BuddyMatch.lapses_at) > now)


class BuddyApart(SQLModel, table=True):
    """A pair that shall not meet again although one of them was erased: a keyed hash, and nothing else."""

    __tablename__ = "buddy_apart"

    mark: str = Field(primary_key=True)
