"""Reads about shifts and who is on them; the number of statements never grows with the number of people."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Integer, and_, bindparam, literal_column, true
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.columns import UtcDateTime
from bot.core.condition import PERSON
from bot.core.consent import Consent, Purpose
from bot.core.person import Person
from bot.core.prepared import Prepared
from bot.features.organisations.models import Organisation, Place
from bot.features.shifts.models import LONGEST, Need, Shift, ShiftLanguage, ShiftState, SignUp, SignUpState
from bot.features.volunteers.models import Activity, Volunteer
from bot.features.volunteers.queries import Wanted, slot_of, whom_fits

ON = (SignUpState.CONFIRMED, SignUpState.WAITLISTED)


@dataclass(frozen=True, slots=True)
class Facts:
    """A shift with the names around it, as its card shows them."""

    shift: Shift
    activity: str
    organisation: str
    address: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A shift in a volunteer's list: whether it fits what she told us, and what she answered."""

    shift: Shift
    activity: Activity
    fits: bool = False
    sign_up: SignUp | None = None


def to_come(now: datetime) -> SelectOfScalar[Any]:
    """Select the ids of the shifts that are still to come, drafts too."""
    return select(col(Shift.id)).where(Shift.state != ShiftState.CANCELLED, col(Shift.starts_at) > now)


_space: Any = literal_column("' '")  # as a value it would be written in anew at each execution
_languages = select(func.aggregate_strings(col(ShiftLanguage.language), _space))
NAMES = Prepared(
    select(
        select(Activity.name).where(Activity.id == bindparam("activity")).scalar_subquery(),
        select(Organisation.name).where(Organisation.id == bindparam("organisation")).scalar_subquery(),
        select(Place.address).where(Place.id == bindparam("place", type_=Integer)).scalar_subquery(),
        _languages.where(ShiftLanguage.shift_id == bindparam("shift", type_=Integer)).scalar_subquery(),
    )
)
LANGUAGES = select(ShiftLanguage.language).where(ShiftLanguage.shift_id == bindparam("shift"))
BOTH = Prepared(
    select(Volunteer, SignUp)
    .select_from(Person)
    .outerjoin(Volunteer, col(Volunteer.person_id) == col(Person.id))
    .outerjoin(SignUp, and_(col(SignUp.person_id) == col(Person.id), col(SignUp.shift_id) == bindparam("shift")))
    .where(Person.id == bindparam("person"))
)
_in_line = (col(SignUp.state) == SignUpState.WAITLISTED, col(SignUp.line) <= bindparam("line"))
WAITING_BEFORE = Prepared(select(func.count()).where(SignUp.shift_id == bindparam("shift"), *_in_line))
_confirmed = col(SignUp.state) == SignUpState.CONFIRMED
# From the shifts at that time to people's places: of those they may have had hundreds.
_begins = and_(col(Shift.starts_at) < bindparam("ends"), col(Shift.starts_at) > bindparam("earliest"))
AROUND = select(Shift.id).where(Shift.state == ShiftState.OPEN, Shift.id != bindparam("shift"), _begins)
AROUND = AROUND.where(col(Shift.ends_at) > bindparam("starts"))
BUSY = select(SignUp.person_id, SignUp.shift_id).where(
    _confirmed, col(SignUp.shift_id).in_(AROUND), col(SignUp.person_id).in_(bindparam("people", expanding=True))
)
BUSY_ONE = Prepared(
    select(SignUp.shift_id).where(_confirmed, col(SignUp.shift_id).in_(AROUND), SignUp.person_id == bindparam("person"))
)
AGREED = select(Consent.person_id).where(Consent.purpose == Purpose.ANNOUNCEMENTS, col(Consent.withdrawn_at).is_(None))


def shift(session: Session, shift_id: int) -> Shift | None:
    """Return a shift."""
    return session.get(Shift, shift_id)


def facts(session: Session, shift_id: int) -> Facts | None:
    """Return a shift with the names around it."""
    found = shift(session, shift_id)
    return _with_names(session, found) if found else None


def _with_names(session: Session, found: Shift) -> Facts:
    wanted = {"activity": found.activity_id, "organisation": found.organisation_id, "place": found.place_id}
    names = NAMES.first(session, {**wanted, "shift": found.id})
    assert names
    activity, organisation, address, languages = names
    return Facts(found, activity, organisation, address or "", tuple(sorted((languages or "").split())))


def planned(session: Session, need: Need) -> Facts:
    """Return what a need would be as a shift, with the names around it; nothing is written."""
    return replace(_with_names(session, Shift(**need.columns())), languages=need.languages)


def shift_languages(session: Session, shift_id: int) -> list[str]:
    """Return the languages of which a volunteer should speak one; none means any."""
    return list(session.exec(LANGUAGES.order_by(col(ShiftLanguage.id)), params={"shift": shift_id}))


def sign_up_of(session: Session, shift_id: int, person_id: int) -> SignUp | None:
    """Return what somebody answered to a shift."""
    return volunteer_and_answer(session, shift_id, person_id)[1]


def volunteer_and_answer(session: Session, shift_id: int, person_id: int) -> tuple[Volunteer | None, SignUp | None]:
    """Return somebody's entry as a volunteer and what she answered to a shift, in one statement."""
    volunteer, row = BOTH.entities(session, {"shift": shift_id, "person": person_id}, Volunteer, SignUp)
    return volunteer, row


def signed_up(session: Session, shift_id: int, *states: SignUpState) -> list[tuple[SignUp, Person]]:
    """Return who answered (in these states, if any are named): the waitlist in its order, the others as they came."""
    query = (
        select(SignUp, Person)
        .join(Person, col(Person.id) == col(SignUp.person_id))
        .where(SignUp.shift_id == shift_id)
        .order_by(col(SignUp.line), col(SignUp.changed_at), col(SignUp.id))
    )
    if states:
        query = query.where(col(SignUp.state).in_(states))
    return [(sign_up, person) for sign_up, person in session.exec(query)]


def place_in_line(session: Session, sign_up: SignUp) -> int:
    """Return somebody's place in the waitlist; 1 goes first."""
    found = WAITING_BEFORE.first(session, {"shift": sign_up.shift_id, "line": sign_up.line})
    return int(found[0]) if found else 0


def _around(shift: Shift) -> dict[str, Any]:
    earliest = shift.starts_at - LONGEST
    return {"shift": shift.id, "starts": shift.starts_at, "ends": shift.ends_at, "earliest": earliest}


def overlapping(session: Session, shift: Shift, person_ids: Collection[int]) -> dict[int, Shift]:
    """Return, of these people, who has a place in another standing shift at the same time, and in which."""
    found = session.execute(BUSY, {**_around(shift), "people": list(person_ids)})
    return {person_id: session.get_one(Shift, shift_id) for person_id, shift_id in found}


def overlap(session: Session, shift: Shift, person_id: int) -> Offered | None:
    """Return the standing shift at the same time in which somebody has a place."""
    found = BUSY_ONE.first(session, {**_around(shift), "person": person_id})
    if found is None:
        return None
    other = session.get_one(Shift, found[0])
    return Offered(other, session.get_one(Activity, other.activity_id))


def fitting(session: Session, shift: Shift, zone: ZoneInfo) -> SelectOfScalar[Person]:
    """Return the statement for whom a shift fits: who wants such a thing, did not answer and has no place then."""
    languages = frozenset(shift_languages(session, shift.key))
    wanted = Wanted(shift.activity_id, languages, slot_of(shift.starts_at, zone))
    answered = select(SignUp.person_id).where(SignUp.shift_id == shift.id)
    busy = select(SignUp.person_id).where(_confirmed, col(SignUp.shift_id).in_(AROUND.params(**_around(shift))))
    return whom_fits(wanted).where(col(Person.id).not_in(answered), col(Person.id).not_in(busy))


def people_to_tell(session: Session, shift: Shift, zone: ZoneInfo) -> int:
    """Count whom an announcement of a shift would reach: whom it fits and who agreed to be told."""
    found = fitting(session, shift, zone).where(col(Person.id).in_(AGREED)).order_by(None).subquery()
    return session.exec(select(func.count()).select_from(found)).one()


SHIFTS: Any = select(Shift, Activity).join(Activity, col(Activity.id) == col(Shift.activity_id))
STARTS, BY_START = col(Shift.starts_at), (col(Shift.starts_at), col(Shift.id))
NOW = bindparam("now", type_=UtcDateTime)
OPEN = col(Shift.state) == ShiftState.OPEN
HER_ANSWER = and_(col(SignUp.shift_id) == col(Shift.id), col(SignUp.person_id) == PERSON)
HERS = (
    SHIFTS.add_columns(true(), SignUp)
    .join(SignUp, HER_ANSWER)
    .where(col(SignUp.state).in_(ON), OPEN, col(Shift.ends_at) > NOW)
    .order_by(*BY_START)
)


def shifts_of(session: Session, person_id: int, now: datetime) -> list[Offered]:
    """Return the standing shifts somebody has a place in or waits for that are not over, by their start."""
    return [Offered(*row) for row in session.execute(HERS, {"person": person_id, "now": now})]


def waiting_elsewhere(session: Session, person_ids: Collection[int], now: datetime) -> list[int]:
    """Return open shifts with a free place for which one of these people waits: she may have become free for it."""
    waits = (SignUp.state == SignUpState.WAITLISTED, col(SignUp.person_id).in_(person_ids))
    free = (Shift.state == ShiftState.OPEN, col(Shift.taken) < col(Shift.max_people), col(Shift.starts_at) > now)
    query = select(Shift.id).join(SignUp, col(SignUp.shift_id) == col(Shift.id)).where(*waits, *free)
    return sorted({shift_id for shift_id in session.exec(query) if shift_id is not None})
