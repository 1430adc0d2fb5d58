"""Reads about buddies; what two people said is compared by the rules, not here."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, or_, select

from bot.core.consent import Consent, Purpose
from bot.core.keyring import Keyring, Secret
from bot.core.person import Person
from bot.features.buddies.models import (
    APART,
    OPEN,
    BuddyApart,
    BuddyMatch,
    BuddyOffer,
    BuddyRequest,
    Comfort,
    MatchState,
    RequestState,
    Self,
    Wish,
)
from bot.features.buddies.rules import Fit, Profile, fit_of, rank
from bot.features.organisations.queries import offers_about, organisation, places_for


class Pair(NamedTuple):
    """A match with the two people, as far as they are not erased."""

    match: BuddyMatch
    newcomer: Person | None
    volunteer: Person | None


class Meeting(NamedTuple):
    """Where a first meeting can be: the responsible organisation, its hours and contact, the shared place."""

    organisation: str
    office_hours: str
    contact: str
    place: str


def request_of(session: Session, person_id: int) -> BuddyRequest | None:
    """Return a person's request."""
    return session.exec(select(BuddyRequest).where(BuddyRequest.person_id == person_id)).first()


def offer_of(session: Session, person_id: int) -> BuddyOffer | None:
    """Return a person's offer."""
    return session.exec(select(BuddyOffer).where(BuddyOffer.person_id == person_id)).first()


def has_request(session: Session, person: Person) -> bool:
    """Say whether somebody looks for a buddy."""
    return request_of(session, person.key) is not None


def agrees(person_column: ColumnElement[int]) -> ColumnElement[bool]:
    """The condition that a person can be written to and her consent to buddies holds at this moment."""
    agreed = select(Consent.person_id).where(
        Consent.purpose == Purpose.BUDDIES, col(Consent.withdrawn_at).is_(None)
    )
    reachable = select(Person.id).where(col(Person.reachable).is_(True))
    return person_column.in_(agreed) & person_column.in_(reachable)


def waiting_requests(session: Session) -> list[tuple[BuddyRequest, Person]]:
    """Return the requests nobody looks after yet, the longest waiting first."""
    query = (
        select(BuddyRequest, Person)
        .join(Person, col(Person.id) == col(BuddyRequest.person_id))
        .where(BuddyRequest.state == RequestState.WAITING, agrees(col(BuddyRequest.person_id)))
        .order_by(col(BuddyRequest.since), col(BuddyRequest.id))
    )
    return list(session.exec(query).all())


def waiting_request(session: Session, request_id: int) -> tuple[BuddyRequest, Person] | None:
    """Return a request if nobody looks after it yet."""
    return next((found for found in waiting_requests(session) if found[0].id == request_id), None)


def open_offers(session: Session) -> list[BuddyOffer]:
    """Return the offers with a place left."""
    query = select(BuddyOffer).where(
        col(BuddyOffer.paused).is_(False),
        col(BuddyOffer.taken) < col(BuddyOffer.capacity),
        agrees(col(BuddyOffer.person_id)),
    )
    return list(session.exec(query.order_by(col(BuddyOffer.id))))


def profile_of(wish: Wish) -> Profile:
    """Return what decides about a request or an offer."""
    taken = wish.taken if isinstance(wish, BuddyOffer) else 0
    free = wish.capacity - wish.taken if isinstance(wish, BuddyOffer) else 1
    return Profile(
        wish_id=wish.number,
        person_id=wish.person_id,
        languages=frozenset(wish.languages),
        topics=frozenset(wish.topics),
        times=frozenset(wish.times),
        comfort=Comfort(wish.comfort),
        i_am=Self(wish.i_am),
        since=wish.since,
        taken=taken,
        free=free,
    )


def fits_for(session: Session, request: BuddyRequest) -> list[tuple[Fit, Person]]:
    """Return who fits a request, the best first."""
    offers = [profile_of(offer) for offer in open_offers(session)]
    people = people_by_id(session, [profile.person_id for profile in offers])
    apart = apart_from(session, request.person_id, people.values())
    return [(fit, people[fit.person_id]) for fit in rank(profile_of(request), offers, apart)]


def people_by_id(session: Session, ids: Iterable[int]) -> dict[int, Person]:
    """Return people by their ids."""
    return {one.key: one for one in session.exec(select(Person).where(col(Person.id).in_(list(ids))))}


def apart_from(session: Session, person_id: int, others: Iterable[Person]) -> set[int]:
    """Return who of these must not be proposed to a person (again), on either side."""
    mine = or_(col(BuddyMatch.newcomer_id) == person_id, col(BuddyMatch.volunteer_id) == person_id)
    query = select(BuddyMatch).where(mine, col(BuddyMatch.state).in_((*APART, *OPEN)))
    known = {one for match in session.exec(query) for one in (match.newcomer_id, match.volunteer_id) if one}
    marks = set(session.exec(select(BuddyApart.mark)))
    person = session.get(Person, person_id)
    if marks and person:
        # A restore from backup begins a new secret; marks made before it must still hold.
        rings = [Keyring(secret.value) for secret in session.exec(select(Secret))]
        known |= {one.key for one in others if any(mark_of(ring, person, one) in marks for ring in rings)}
    return known - {person_id}


def mark_of(keyring: Keyring, one: Person, other: Person) -> str:
    """Return the keyed hash that stands for two people, whichever is named first."""
    low, high = sorted((one.telegram_id, other.telegram_id))
    return keyring.hash("buddies.apart", f"{low}:{high}")


def match_by_id(session: Session, match_id: int) -> BuddyMatch | None:
    """Return a match as the database has it now."""
    return session.get(BuddyMatch, match_id, populate_existing=True)


def matches_of(session: Session, person_id: int, *states: MatchState) -> list[BuddyMatch]:
    """Return a person's matches in these states, on whichever side she is."""
    mine = or_(col(BuddyMatch.newcomer_id) == person_id, col(BuddyMatch.volunteer_id) == person_id)
    query = select(BuddyMatch).where(mine, col(BuddyMatch.state).in_(states))
    return list(session.exec(query.order_by(col(BuddyMatch.id)).execution_options(populate_existing=True)))


def pair_of(session: Session, match: BuddyMatch) -> Pair:
    """Return a match with its people."""
    people = people_by_id(session, [one for one in (match.newcomer_id, match.volunteer_id) if one])
    return Pair(match, people.get(match.newcomer_id or 0), people.get(match.volunteer_id or 0))


def pairs_of(session: Session, organisation_ids: Iterable[int]) -> list[Pair]:
    """Return the open matches of these organisations, the oldest first."""
    query = select(BuddyMatch).where(
        col(BuddyMatch.organisation_id).in_(list(organisation_ids)), col(BuddyMatch.state).in_(OPEN)
    )
    return [pair_of(session, match) for match in session.exec(query.order_by(col(BuddyMatch.id)))]


def open_match_count(session: Session) -> int:
    """Count the open matches of all organisations."""
    return len(session.exec(select(BuddyMatch.id).where(col(BuddyMatch.state).in_(OPEN))).all())


def in_common(session: Session, match: BuddyMatch) -> Fit | None:
    """Return what the two of a match have in common by what they say now."""
    request = request_of(session, match.newcomer_id or 0)
    offer = offer_of(session, match.volunteer_id or 0)
    return fit_of(profile_of(request), profile_of(offer)) if request and offer else None


def meeting_of(session: Session, organisation_id: int) -> Meeting:
    """Return how the two of a match can meet for the first time."""
    carrier = organisation(session, organisation_id)
    shared = [place for place in places_for(session, organisation_id) if place.organisation_id is None]
    places = shared or places_for(session, organisation_id)
    place = ", ".join(part for part in (places[0].name, places[0].address) if part) if places else ""
    if carrier is None:
        return Meeting("", "", "", place)
    return Meeting(carrier.name, carrier.office_hours, carrier.contact, place)


def youth_service(session: Session) -> str:
    """Return the name of the door for young people, if the centre has one."""
    return next((f"{door.name} ({carrier.name})" for door, carrier in offers_about(session, "youth")), "")


def waited_days(since: datetime, now: datetime) -> int:
    """Return for how many whole days somebody waits."""
    return (now - since).days
