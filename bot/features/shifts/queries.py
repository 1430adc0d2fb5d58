"""Reads about shifts and who is on them; the number of statements never grows with the number of people."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlmodel import Session, col, select

from bot.core.consent import Consent, Purpose
from bot.core.person import Person
from bot.features.organisations.models import Organisation, Place
from bot.features.shifts.models import Need, Shift, ShiftLanguage, ShiftState, SignUp, SignUpState
from bot.features.volunteers.models import Activity
from bot.features.volunteers.queries import (
    Wanted,
    activity_ids_of,
    fitting_volunteers,
    languages_of,
    slot_of,
    slots_of,
)

ON = (SignUpState.CONFIRMED, SignUpState.WAITLISTED)


@dataclass(frozen=True, slots=True)
class Facts:
    """A shift with the names around it, as its card shows them."""

    shift: Shift
    activity: Activity
    organisation: Organisation
    address: str = ""
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Offered:
    """A shift in a volunteer's list: whether it fits what she told us, and what she answered."""

    shift: Shift
    activity: Activity
    fits: bool = False
    sign_up: SignUp | None = None


def shift(session: Session, shift_id: int) -> Shift | None:
    """Return a shift."""
    return session.get(Shift, shift_id)


def facts(session: Session, shift_id: int) -> Facts | None:
    """Return a shift with the names around it."""
    query = (
        select(Shift, Activity, Organisation, Place)
        .join(Activity, col(Activity.id) == col(Shift.activity_id))
        .join(Organisation, col(Organisation.id) == col(Shift.organisation_id))
        .outerjoin(Place, col(Place.id) == col(Shift.place_id))
        .where(Shift.id == shift_id)
    )
    row = session.exec(query).first()
    if row is None:
        return None
    found, activity, organisation, place = row
    # An outer join: where no saved place is named there is none.
    address = getattr(place, "address", "")
    return Facts(found, activity, organisation, address, tuple(shift_languages(session, shift_id)))


def planned(session: Session, need: Need) -> Facts:
    """Return what a need would be as a shift, with the names around it; nothing is written."""
    place = session.get(Place, need.venue.place_id) if need.venue.place_id else None
    return Facts(
        Shift(**need.columns()),
        session.get_one(Activity, need.activity_id),
        session.get_one(Organisation, need.organisation_id),
        place.address if place else "",
        need.languages,
    )


def shift_languages(session: Session, shift_id: int) -> list[str]:
    """Return the languages of which a volunteer should speak one; none means any."""
    query = select(ShiftLanguage.language).where(ShiftLanguage.shift_id == shift_id)
    return list(session.exec(query.order_by(col(ShiftLanguage.id))))


def sign_up_of(session: Session, shift_id: int, person_id: int) -> SignUp | None:
    """Return what somebody answered to a shift."""
    return session.exec(select(SignUp).where(SignUp.shift_id == shift_id, SignUp.person_id == person_id)).first()


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
    query = select(SignUp.id).where(SignUp.shift_id == sign_up.shift_id, SignUp.state == SignUpState.WAITLISTED)
    return len(session.exec(query.where(col(SignUp.line) <= sign_up.line)).all())


def overlapping(session: Session, shift: Shift, person_ids: Collection[int]) -> dict[int, Shift]:
    """Return, of these people, who has a place in another standing shift at the same time, and in which."""
    query = (
        select(SignUp.person_id, Shift)
        .join(Shift, col(Shift.id) == col(SignUp.shift_id))
        .where(SignUp.state == SignUpState.CONFIRMED, Shift.state == ShiftState.OPEN, Shift.id != shift.id)
        .where(col(Shift.starts_at) < shift.ends_at, col(Shift.ends_at) > shift.starts_at)
        .where(col(SignUp.person_id).in_(person_ids))
    )
    return {person_id: other for person_id, other in session.exec(query)}


def overlap(session: Session, shift: Shift, person_id: int) -> Offered | None:
    """Return the standing shift at the same time in which somebody has a place."""
    other = overlapping(session, shift, [person_id]).get(person_id)
    return Offered(other, session.get_one(Activity, other.activity_id)) if other else None


def fitting(session: Session, shift: Shift, zone: ZoneInfo) -> list[Person]:
    """Return whom a shift fits: who wants such a thing, did not answer yet and has no place elsewhere then."""
    wanted = Wanted(
        activity_id=shift.activity_id,
        languages=frozenset(shift_languages(session, shift.key)),
        slot=slot_of(shift.starts_at, zone),
    )
    answered = set(session.exec(select(SignUp.person_id).where(SignUp.shift_id == shift.id)))
    people = fitting_volunteers(session, wanted, without=answered)
    busy = overlapping(session, shift, [person.key for person in people])
    return [person for person in people if person.key not in busy]


def people_to_tell(session: Session, shift: Shift, zone: ZoneInfo) -> int:
    """Count whom an announcement of a shift would reach: whom it fits and who agreed to be told."""
    query = select(Consent.person_id).where(Consent.purpose == Purpose.ANNOUNCEMENTS)
    agreed = set(session.exec(query.where(col(Consent.withdrawn_at).is_(None))))
    return sum(person.key in agreed for person in fitting(session, shift, zone))


def open_shifts_for(session: Session, person_id: int, now: datetime, zone: ZoneInfo) -> list[Offered]:
    """Return all open shifts to come: what fits this person first, what she declined last, each by its start."""
    rows = session.exec(
        select(Shift, Activity)
        .join(Activity, col(Activity.id) == col(Shift.activity_id))
        .where(Shift.state == ShiftState.OPEN, col(Shift.starts_at) > now)
        .order_by(col(Shift.starts_at), col(Shift.id))
    ).all()
    answers = _answers(session, person_id)
    needed = _languages(session, (found.key for found, _ in rows))
    likes, speaks = set(activity_ids_of(session, person_id)), set(languages_of(session, person_id))
    can = set(slots_of(session, person_id))

    def fits(found: Shift) -> bool:
        words = needed.get(found.key, set())
        return (
            found.activity_id in likes and slot_of(found.starts_at, zone) in can and not (words and not words & speaks)
        )

    offered = [Offered(found, activity, fits(found), answers.get(found.key)) for found, activity in rows]
    return sorted(offered, key=_by_interest)


def _by_interest(offered: Offered) -> tuple[bool, bool]:
    declined = offered.sign_up is not None and offered.sign_up.state == SignUpState.DECLINED
    return declined, not offered.fits


def _answers(session: Session, person_id: int) -> dict[int, SignUp]:
    return {row.shift_id: row for row in session.exec(select(SignUp).where(SignUp.person_id == person_id))}


def _languages(session: Session, shift_ids: Iterable[int]) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    for row in session.exec(select(ShiftLanguage).where(col(ShiftLanguage.shift_id).in_(list(shift_ids)))):
        found.setdefault(row.shift_id, set()).add(row.language)
    return found


def shifts_of(session: Session, person_id: int, now: datetime) -> list[Offered]:
    """Return the standing shifts somebody has a place in or waits for that are not over, by their start."""
    query = (
        select(Shift, Activity, SignUp)
        .join(Activity, col(Activity.id) == col(Shift.activity_id))
        .join(SignUp, col(SignUp.shift_id) == col(Shift.id))
        .where(SignUp.person_id == person_id, col(SignUp.state).in_(ON))
        .where(Shift.state == ShiftState.OPEN, col(Shift.ends_at) > now)
        .order_by(col(Shift.starts_at), col(Shift.id))
    )
    return [Offered(found, activity, True, sign_up) for found, activity, sign_up in session.exec(query)]


def organisation_shifts(
    session: Session, organisation_ids: Collection[int], now: datetime, back: timedelta = timedelta(0)
) -> list[Offered]:
    """Return these organisations' shifts to come, drafts too and cancelled ones not, by their start.

    With ``back``, return those that began within that time before ``now`` instead, the latest first.
    """
    query = (
        select(Shift, Activity)
        .join(Activity, col(Activity.id) == col(Shift.activity_id))
        .where(col(Shift.organisation_id).in_(organisation_ids), Shift.state != ShiftState.CANCELLED)
    )
    if back:
        query = query.where(col(Shift.starts_at) <= now, col(Shift.starts_at) > now - back)
        query = query.order_by(col(Shift.starts_at).desc(), col(Shift.id))
    else:
        query = query.where(col(Shift.starts_at) > now).order_by(col(Shift.starts_at), col(Shift.id))
    return [Offered(found, activity) for found, activity in session.exec(query)]


def waiting_elsewhere(session: Session, person_ids: Collection[int], now: datetime) -> list[int]:
    """Return open shifts with a free place for which one of these people waits: she may have become free for it."""
    query = (
        select(Shift.id)
        .join(SignUp, col(SignUp.shift_id) == col(Shift.id))
        .where(SignUp.state == SignUpState.WAITLISTED, col(SignUp.person_id).in_(person_ids))
        .where(Shift.state == ShiftState.OPEN, col(Shift.taken) < col(Shift.max_people))
        .where(col(Shift.starts_at) > now)
    )
    return sorted({shift_id for shift_id in session.exec(query) if shift_id is not None})
