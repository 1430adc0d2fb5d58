"""What we know of volunteers: what they like to do, when they usually can, which languages they speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.core.columns import choice, instant, key_to


class Part(StrEnum):
    """Part of a day, in the town's wall time: until 12, until 17, after that."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


PART_ENDS = {Part.MORNING: 12, Part.AFTERNOON: 17}  # hours


class Activity(SQLModel, table=True):
    """Something volunteers do; the centre's file names them. ``requires`` are keys of proofs, shown as a hint."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    name: str  # English; translated through the catalogue where the catalogue has it
    requires: str = ""

    @property
    def number(self) -> int:
        """The id of an activity that is in the store."""
        assert self.id is not None
        return self.id


class Volunteer(SQLModel, table=True):
    """A person who wants to help."""

    person_id: int = Field(sa_column=key_to("person.id", primary=True))
    paused: bool = False
    district: str = ""
    joined_at: datetime = Field(sa_column=instant())


class VolunteerActivity(SQLModel, table=True):
    """What a volunteer likes to do."""

    __table_args__ = (UniqueConstraint("person_id", "activity_id"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    activity_id: int = Field(sa_column=key_to("activity.id"))


class Availability(SQLModel, table=True):
    """When a volunteer usually can: a weekday (Monday is 0) and a part of the day."""

    __table_args__ = (UniqueConstraint("person_id", "weekday", "part"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    weekday: int
    part: Part = Field(sa_column=choice(Part))


class SpokenLanguage(SQLModel, table=True):
    """A language a person speaks (a code of ``translation.SPOKEN``)."""

    __table_args__ = (UniqueConstraint("person_id", "language"),)

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    language: str


@dataclass(frozen=True, slots=True)
class Profile:
    """What a volunteer says of herself; ``slots`` are pairs of weekday (Monday is 0) and part of the day."""

    name: str
    languages: Sequence[str]
    activity_ids: Sequence[int]
    slots: Sequence[tuple[int, Part]]
    district: str = ""
