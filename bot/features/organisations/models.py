"""The organisations behind the desk: their places, their offers, the invitations to coordinate."""

from datetime import date, datetime

from sqlmodel import Field, SQLModel

from bot.core.columns import instant, json_column, key_to


class Organisation(SQLModel, table=True):
    """A carrier or partner; ``regime`` is the data-protection law it is under (GDPR, KDG, DSG-EKD)."""

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    kind: str = ""
    name: str
    regime: str = "GDPR"
    contact: str = ""  # how to reach it without Telegram, in one line
    office_hours: str = ""  # e.g. "mon 09:00-12:00,14:00-17:00; tue 09:00-12:00"

    @property
    def number(self) -> int:
        """The id of an organisation that is in the store."""
        assert self.id is not None
        return self.id


class Place(SQLModel, table=True):
    """Where something happens; without an organisation it is shared by all.

    ``key`` is there for places of the centre's file alone.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str | None = Field(default=None, unique=True)
    organisation_id: int | None = Field(default=None, sa_column=key_to("organisation.id", nullable=True))
    name: str
    address: str = ""

    @property
    def number(self) -> int:
        """The id of a place that is in the store."""
        assert self.id is not None
        return self.id


class Invitation(SQLModel, table=True):
    """A link that gives one role once; only its keyed hash is kept. Admins are invited to no organisation."""

    id: int | None = Field(default=None, primary_key=True)
    token_hash: str = Field(unique=True)
    role: str  # a value of Role
    organisation_id: int | None = Field(default=None, sa_column=key_to("organisation.id", nullable=True))
    created_by: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))
    created_at: datetime = Field(sa_column=instant())
    expires_at: datetime = Field(sa_column=instant())
    used_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))
    used_by: int | None = Field(default=None, sa_column=key_to("person.id", nullable=True))


class WrongTry(SQLModel, table=True):
    """One invitation link that was not good, so that nobody can try many."""

    __tablename__ = "wrong_try"

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    at: datetime = Field(sa_column=instant())


class Offer(SQLModel, table=True):
    """A door to knock at: counselling, an open meeting, a town-hall department.

    ``checked`` says how old the facts are.
    """

    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    organisation_id: int = Field(sa_column=key_to("organisation.id"))
    kind: str  # counselling, encounter or department
    name: str
    topics: list[str] = Field(default_factory=list, sa_column=json_column())
    audience: str = ""  # English; translated through the catalogue where the catalogue has it
    checked: date

    @property
    def number(self) -> int:
        """The id of an offer that is in the store."""
        assert self.id is not None
        return self.id
