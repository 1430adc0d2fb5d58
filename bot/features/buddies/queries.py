"""Reads about buddies; what two people said is compared by the rules, not here."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, bindparam
from sqlalchemy import select as sa_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, func, not_, or_, select

from bot.core.condition import PERSON, has
from bot.core.consent import Consent, Purpose
from bot.core.keyring import Keyring, Secret, open_keyring
from bot.core.person import Person, coordinators, is_coordinator_of
from bot.core.refusal import Gone
from bot.features.buddies.models import (
    APART,
    OPEN,
    BuddyApart,
    BuddyMatch,
    BuddyOffer,
    BuddyRequest,
    Comfort,
    MatchState,
    Self,
    Side,
    Wish,
)
from bot.features.buddies.rules import Fit, Profile, fit_of, rank
from bot.features.organisations.queries import organisation, places_for
from bot.features.volunteers.queries import IS_VOLUNTEER

WishTable = type[BuddyRequest] | type[BuddyOffer]
HAS_REQUEST = has(BuddyRequest)
MAY_OFFER = or_(IS_VOLUNTEER, has(BuddyOffer))  # whom to remind that she can be a buddy


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


def table_of(side: Side) -> WishTable:
    """Return where the wishes of a side are kept."""
    return BuddyRequest if side == Side.NEWCOMER else BuddyOffer


def wish_of(session: Session, person_id: int, side: Side) -> Wish | None:
    """Return a person's request or offer as the database has it now."""
    table: type[Wish] = table_of(side)
    query = select(table).where(table.person_id == person_id)
    return session.exec(query.execution_options(populate_existing=True)).first()


def is_open(table: WishTable) -> ColumnElement[bool]:
    """The condition that something may be proposed: a place is free, no pause, reachable, consent holds."""
    agreed = select(Consent.person_id).where(Consent.purpose == Purpose.BUDDIES, col(Consent.withdrawn_at).is_(None))
    reachable = select(Person.id).where(col(Person.reachable).is_(True))
    return and_(
        col(table.paused).is_(False),
        col(table.taken) < col(table.capacity),
        col(table.person_id).in_(agreed),
        col(table.person_id).in_(reachable),
    )


WAITING = (
    select(BuddyRequest, Person)
    .join(Person, col(Person.id) == col(BuddyRequest.person_id))
    .where(is_open(BuddyRequest))
    .order_by(col(BuddyRequest.since), col(BuddyRequest.id))
)


def waiting_requests(session: Session, most: int | None = None) -> list[tuple[BuddyRequest, Person]]:
    """Return the requests nobody looks after yet, the longest waiting first."""
    return list(session.exec(WAITING.limit(most)).all())


def waiting_request(session: Session, request_id: int) -> tuple[BuddyRequest, Person] | None:
    """Return a request if nobody looks after it yet."""
    return session.exec(WAITING.where(BuddyRequest.id == request_id)).first()


def open_offers(session: Session) -> list[BuddyOffer]:
    """Return the offers with a place left."""
    return list(session.exec(select(BuddyOffer).where(is_open(BuddyOffer)).order_by(col(BuddyOffer.id))))


def profile_of(wish: Wish) -> Profile:
    """Return what decides about a request or an offer."""
    return Profile(
        wish_id=wish.number,
        person_id=wish.person_id,
        languages=frozenset(wish.languages),
        topics=frozenset(wish.topics),
        times=frozenset(wish.times),
        comfort=Comfort(wish.comfort),
        i_am=Self(wish.i_am),
        since=wish.since,
        taken=wish.taken,
        free=wish.capacity - wish.taken,
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


def match_now(session: Session, match_id: int) -> BuddyMatch:
    """Return a match as the database has it now.

    :raises Gone: it was erased.
    """
    match = session.get(BuddyMatch, match_id, populate_existing=True)
    if match is None:
        raise Gone
    return match


def matches_of(session: Session, person_id: int, *states: MatchState) -> list[BuddyMatch]:
    """Return a person's matches in these states, on whichever side she is."""
    mine = or_(col(BuddyMatch.newcomer_id) == person_id, col(BuddyMatch.volunteer_id) == person_id)
    query = select(BuddyMatch).where(mine, col(BuddyMatch.state).in_(states))
    return list(session.exec(query.order_by(col(BuddyMatch.id)).execution_options(populate_existing=True)))


def pair_of(session: Session, match: BuddyMatch) -> Pair:
    """Return a match with its people."""
    people = people_by_id(session, [one for one in (match.newcomer_id, match.volunteer_id) if one])
    return Pair(match, people.get(match.newcomer_id or 0), people.get(match.volunteer_id or 0))


def name_for(pair: Pair, side: Side) -> str:
    """Return what a side may call the other: nothing before both said yes, and nothing after the end."""
    other = pair.volunteer if side == Side.NEWCOMER else pair.newcomer
    return other.name if other and pair.match.state == MatchState.ACTIVE else ""


_newcomer, _volunteer = aliased(Person), aliased(Person)
PAIRS: Any = (
    select(BuddyMatch, _newcomer, _volunteer)
    .outerjoin(_newcomer, col(_newcomer.id) == col(BuddyMatch.newcomer_id))
    .outerjoin(_volunteer, col(_volunteer.id) == col(BuddyMatch.volunteer_id))
    .where(col(BuddyMatch.state).in_(OPEN))
    .order_by(col(BuddyMatch.id))
    .execution_options(populate_existing=True)
)
_ours = col(BuddyMatch.organisation_id).in_(bindparam("organisations", expanding=True))
OUR_PAIRS = PAIRS.where(_ours)
HERS = {Side.NEWCOMER: BuddyMatch.newcomer_id, Side.VOLUNTEER: BuddyMatch.volunteer_id}
HER_PAIRS = {side: PAIRS.where(column == PERSON) for side, column in HERS.items()}
_open = select(func.count()).where(col(BuddyMatch.state).in_(OPEN))
COUNTS = sa_select(
    select(func.count()).where(is_open(BuddyRequest)).scalar_subquery(),
    _open.where(_ours).scalar_subquery(),
    _open.where(not_(_ours)).scalar_subquery(),
)


def pairs_of(session: Session, organisation_ids: list[int]) -> list[Pair]:
    """Return the open matches of these organisations, the oldest first."""
    return [Pair(*row) for row in session.execute(OUR_PAIRS, {"organisations": organisation_ids})]


def pairs_with(session: Session, person_id: int, side: Side) -> list[Pair]:
    """Return the open matches that somebody is a side of."""
    return [Pair(*row) for row in session.execute(HER_PAIRS[side], {"person": person_id})]


def desk_counts(session: Session, organisation_ids: list[int]) -> tuple[int, int, int]:
    """Count the requests that wait, the open matches of these organisations, and those of the others."""
    waiting, ours, others = session.execute(COUNTS, {"organisations": organisation_ids}).one()
    return waiting, ours, others


def in_common(session: Session, match: BuddyMatch) -> Fit | None:
    """Return what the two of a match have in common by what they say now."""
    request = wish_of(session, match.newcomer_id or 0, Side.NEWCOMER)
    offer = wish_of(session, match.volunteer_id or 0, Side.VOLUNTEER)
    return fit_of(profile_of(request), profile_of(offer)) if request and offer else None


def meeting_of(session: Session, organisation_id: int) -> Meeting:
    """Return how the two of a match can meet for the first time."""
    carrier = organisation(session, organisation_id)
    places = sorted(places_for(session, organisation_id), key=lambda place: place.organisation_id is not None)
    place = ", ".join(part for part in (places[0].name, places[0].address) if part) if places else ""
    if carrier is None:
        return Meeting("", "", "", place)
    return Meeting(carrier.name, carrier.office_hours, carrier.contact, place)


def marks_of(session: Session, person_id: int) -> list[str]:
    """Return the marks of the pairs that a person must not come into again."""
    ring = open_keyring(session)
    pairs = [pair_of(session, match) for match in matches_of(session, person_id, *APART)]
    return [mark_of(ring, pair.newcomer, pair.volunteer) for pair in pairs if pair.newcomer and pair.volunteer]


def desk_of(session: Session, match: BuddyMatch) -> list[Person]:
    """Return who looks after a match: the organisation's coordinators, and who proposed it if she still may."""
    found = {one.key: one for one in coordinators(session, match.organisation_id)}
    proposer = session.get(Person, match.proposed_by) if match.proposed_by else None
    if proposer and is_coordinator_of(session, proposer.key, match.organisation_id):
        found[proposer.key] = proposer  # an admin coordinates no organisation of her own
    return list(found.values())
