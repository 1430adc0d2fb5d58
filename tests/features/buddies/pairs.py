"""People for the tests of buddies: made straight in the store, with answers that fit each other."""

from dataclasses import dataclass, replace

from sqlmodel import Session, select

from bot.core.outbox import Outgoing
from bot.core.person import Person, Role, grant
from bot.core.store import Store, UnitOfWork
from bot.features.buddies import queries, services
from bot.features.buddies.models import Answers, BuddyMatch, BuddyOffer, BuddyRequest, Side
from bot.features.organisations.models import Organisation

AMAL = Answers("Amal", ["ar"], ["talk", "work"], ["week.evening"], "all", "woman", german="simple")
OLENA = Answers("Olena", ["ar", "uk"], ["talk"], ["week.evening", "weekend.morning"], "all", "woman")


@dataclass(frozen=True)
class Desk:
    """A newcomer who asked, a volunteer who offered, a coordinator, and the ids that proposals need."""

    newcomer: int
    volunteer: int
    coordinator: int
    request: int
    offer: int
    organisation: int


def person(uow: UnitOfWork, number: int) -> int:
    """Somebody with a chat of this number."""
    one = Person(telegram_id=number, locale="en", created_at=uow.now, seen_at=uow.now)
    uow.session.add(one)
    uow.session.flush()
    return one.key


def newcomer(uow: UnitOfWork, number: int, **changes: object) -> tuple[int, int]:
    """Somebody who asked; her id and her request's."""
    who = person(uow, number)
    return who, services.save_wish(uow, who, Side.NEWCOMER, replace(AMAL, **changes)).number  # type: ignore[arg-type]


def volunteer(uow: UnitOfWork, number: int, **changes: object) -> tuple[int, int]:
    """Somebody who offered; her id and her offer's."""
    who = person(uow, number)
    return who, services.save_wish(uow, who, Side.VOLUNTEER, replace(OLENA, **changes)).number  # type: ignore[arg-type]


def coordinator(uow: UnitOfWork, number: int, key: str = "caritas") -> tuple[int, int]:
    """A coordinator; her id and her organisation's."""
    carrier = uow.session.exec(select(Organisation).where(Organisation.key == key)).first()
    if carrier is None:
        carrier = Organisation(key=key, name=key.title())
        uow.session.add(carrier)
        uow.session.flush()
    who = person(uow, number)
    grant(uow.session, who, Role.COORDINATOR, carrier.number, uow.now)
    return who, carrier.number


def new_desk(store: Store) -> Desk:
    """One of each."""
    with store.unit_of_work() as uow:
        asked, request = newcomer(uow, 101)
        offered, offer = volunteer(uow, 102)
        clara, carrier = coordinator(uow, 103)
    return Desk(asked, offered, clara, request, offer, carrier)


def propose(store: Store, desk: Desk) -> int:
    """Propose the two of a desk; the match's id."""
    with store.unit_of_work() as uow:
        return services.propose_match(uow, desk.coordinator, desk.request, desk.offer).number


def together(store: Store, desk: Desk) -> int:
    """A pair that both said yes to."""
    match_id = propose(store, desk)
    for side in (desk.newcomer, desk.volunteer):
        with store.unit_of_work() as uow:
            services.accept_match(uow, side, match_id)
    return match_id


def match_of(session: Session, match_id: int) -> BuddyMatch:
    """A match as it is committed."""
    return session.get_one(BuddyMatch, match_id)


def fitting(store: Store, request_id: int) -> list[int]:
    """Who is listed for a request, by person."""
    with store.read() as session:
        request = session.get_one(BuddyRequest, request_id)
        return [fit.person_id for fit, _ in queries.fits_for(session, request)]


def waiting(store: Store) -> list[int]:
    """The waiting requests' people in their order."""
    with store.read() as session:
        return [one.key for _, one in queries.waiting_requests(session)]


def places(store: Store) -> tuple[list[int], list[int]]:
    """The places taken in all requests and in all offers, in the order they were made."""
    with store.read() as session:
        requests = session.exec(select(BuddyRequest.taken).order_by("id")).all()
        offers = session.exec(select(BuddyOffer.taken).order_by("id")).all()
    return list(requests), list(offers)


def told(store: Store, person_id: int, kind: str = "buddy.match") -> list[str]:
    """What was queued for somebody, by its business key without the ids."""
    with store.read() as session:
        query = select(Outgoing.key).where(Outgoing.person_id == person_id, Outgoing.kind == kind)
        keys = [key for key in session.exec(query.order_by("id")) if key.startswith(kind)]
    return [key.split(":")[2] for key in keys]
