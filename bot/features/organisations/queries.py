"""Reads about organisations, their places and their doors."""

from datetime import datetime

from sqlalchemy import bindparam
from sqlmodel import Session, col, func, or_, select

from bot.core.person import Grant, Person, Role, grants, has_role
from bot.features.organisations.models import Invitation, Offer, Organisation, Place, WrongTry


def organisation(session: Session, organisation_id: int) -> Organisation | None:
    """Return an organisation by its id."""
    return session.get(Organisation, organisation_id)


def all_organisations(session: Session) -> list[Organisation]:
    """Return all organisations, in the order they were entered."""
    return list(session.exec(select(Organisation).order_by(col(Organisation.id))))


THESE = select(Organisation).where(col(Organisation.id).in_(bindparam("organisations", expanding=True)))
THESE = THESE.order_by(col(Organisation.id))
_usable = or_(col(Place.organisation_id).is_(None), col(Place.organisation_id) == bindparam("organisation"))
PLACES = select(Place).where(_usable).order_by(col(Place.id))


def organisations_of(session: Session, person: Person) -> list[Organisation]:
    """Return the organisations a person coordinates at this moment; an admin all of them."""
    if has_role(session, person.key, Role.ADMIN):
        return all_organisations(session)
    return list(session.exec(THESE, params={"organisations": _coordinated(session, person)}))


def organisation_ids_of(session: Session, person: Person) -> list[int]:
    """Return the ids of ``organisations_of``."""
    if has_role(session, person.key, Role.ADMIN):
        return [one.number for one in all_organisations(session)]
    return _coordinated(session, person)


def _coordinated(session: Session, person: Person) -> list[int]:
    return sorted(scope for role, scope in grants(session, person.key) if role == Role.COORDINATOR)


def places_for(session: Session, organisation_id: int) -> list[Place]:
    """Return the places an organisation may name: the shared ones and its own."""
    return list(session.exec(PLACES, params={"organisation": organisation_id}))


def admins(session: Session) -> list[Person]:
    """Return the admins of the house."""
    query = select(Person).join(Grant, col(Grant.person_id) == col(Person.id)).where(Grant.role == Role.ADMIN)
    return list(session.exec(query.order_by(col(Person.id))))


def invitation_by_hash(session: Session, token_hash: str) -> Invitation | None:
    """Return the invitation behind a keyed hash."""
    return session.exec(select(Invitation).where(Invitation.token_hash == token_hash)).first()


def wrong_tries_since(session: Session, person_id: int, since: datetime) -> int:
    """Count the invitation links a person tried that were not good."""
    query = select(func.count()).where(WrongTry.person_id == person_id, col(WrongTry.at) > since)
    return session.exec(query).one()


def offer(session: Session, offer_id: int) -> Offer | None:
    """Return an offer by its id."""
    return session.get(Offer, offer_id)


def offers_about(session: Session, topic: str) -> list[tuple[Offer, Organisation]]:
    """Return the doors for a topic, each with who is behind it."""
    query = select(Offer, Organisation).join(Organisation, col(Organisation.id) == col(Offer.organisation_id))
    found = session.exec(query.order_by(col(Offer.id)))
    return [(door, carrier) for door, carrier in found if topic in door.topics]


def topics_offered(session: Session) -> set[str]:
    """Return every topic that some offer has."""
    return {topic for topics in session.exec(select(Offer.topics)) for topic in topics}
