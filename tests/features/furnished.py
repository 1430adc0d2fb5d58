"""A centre with many people and many of everything, and the statements that one screen of it costs."""

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import SQLModel

from bot.chat.buttons import Press
from bot.chat.context import BotContext
from bot.chat.event import Event, Kind
from bot.core.consent import Purpose, give_consent
from bot.core.outbox import Outgoing, State
from bot.core.person import Person, Role, grant, person_by_telegram_id
from bot.core.store import Store, UnitOfWork
from bot.features.announcements.models import Audience, Broadcast, BroadcastState, BroadcastText
from bot.features.buddies.models import BuddyMatch, BuddyOffer, BuddyRequest, MatchState
from bot.features.organisations.models import Offer, Organisation, Place
from bot.features.shifts.models import Shift, ShiftLanguage, ShiftState, SignUp, SignUpState
from bot.features.volunteers.models import Activity, Part, Profile
from bot.features.volunteers.services import join
from tests.support.statements import statements_heard
from tests.support.town import Town

NEWCOMER, VOLUNTEER, COORDINATOR = 1001, 1002, 1003  # Telegram's ids, and in this order our ids 1 to 3
FIRST = 2000  # Telegram's id of the first of the others
DRAFT, SHIFT = 1, 2  # ids of shifts
PAIR, WAITING = 1, 2  # ids of the newcomer's match, and of a request that waits


def furnish(store: Store, count: int) -> None:
    """Fill a centre: so many volunteers, shifts, requests, offers, pairs and messages.

    The volunteer is on every shift, and everybody on the first open one.
    """
    with store.unit_of_work() as uow:
        organisation = Organisation(key="caritas", name="Caritas")
        activity = Activity(key="cafe_host", name="Host at Café International")
        _add(uow, organisation, activity, *(_person(number, uow.now) for number in (NEWCOMER, VOLUNTEER, COORDINATOR)))
        grant(uow.session, COORDINATOR - 1000, Role.COORDINATOR, organisation.number, uow.now)
        _add(uow, *(_person(FIRST + number, uow.now) for number in range(count)))
        slots = [(day, part) for day in range(7) for part in Part]
        for person_id in (VOLUNTEER - 1000, *range(4, 4 + count)):
            join(uow, person_id, Profile(f"P{person_id}", ["en"], [activity.number], slots))
            give_consent(uow, person_id, Purpose.BUDDIES, "1", "en")
        _add(uow, *(Place(organisation_id=organisation.number, name=f"Room {number}") for number in range(3)))
        offers = (_offer(organisation, number, uow.now) for number in range(3))
        _add(uow, *offers)
        _fill_shifts(uow, count)
        _fill_buddies(uow, count)
        _fill_announcements(uow, count)


def _add(uow: UnitOfWork, *rows: SQLModel) -> None:
    uow.session.add_all(rows)
    uow.session.flush()


def _person(number: int, now: datetime) -> Person:
    return Person(telegram_id=number, name=f"P{number}", locale="en", created_at=now, seen_at=now)


def _offer(organisation: Organisation, number: int, now: datetime) -> Offer:
    return Offer(
        key=f"o{number}",
        organisation_id=organisation.number,
        kind="counselling",
        name=f"Door {number}",
        topics=["work", "youth"],
        checked=now.date(),
    )


def _fill_shifts(uow: UnitOfWork, count: int) -> None:
    for number in range(count + 1):
        start = uow.now + timedelta(days=1 + number)
        shift = Shift(
            organisation_id=1,
            activity_id=1,
            place_name="Library",
            starts_at=start,
            ends_at=start + timedelta(hours=2),
            max_people=count + 2,
            taken=min(1, number),
            state=ShiftState.OPEN if number else ShiftState.DRAFT,
            created_by=COORDINATOR - 1000,
            created_at=uow.now,
        )
        _add(uow, shift)
        _add(uow, ShiftLanguage(shift_id=shift.key, language="en"))
        if number:
            _add(uow, _sign_up(shift.key, VOLUNTEER - 1000, SignUpState.CONFIRMED, uow.now))
    for person_id in range(4, 4 + count):
        state = SignUpState.CONFIRMED if person_id % 2 else SignUpState.WAITLISTED
        _add(uow, _sign_up(SHIFT, person_id, state, uow.now))


def _sign_up(shift_id: int, person_id: int, state: SignUpState, now: datetime) -> SignUp:
    line = person_id if state == SignUpState.WAITLISTED else 0
    return SignUp(shift_id=shift_id, person_id=person_id, state=state, line=line, created_at=now, changed_at=now)


def _fill_buddies(uow: UnitOfWork, count: int) -> None:
    wish: dict[str, Any] = {
        "languages": ["ar"],
        "topics": ["talk"],
        "times": ["week.evening"],
        "comfort": "all",
        "i_am": "woman",
    }
    _add(uow, BuddyOffer(person_id=VOLUNTEER - 1000, since=uow.now, capacity=count + 1, **wish))
    _add(uow, BuddyRequest(person_id=NEWCOMER - 1000, since=uow.now, german="few", taken=1, **wish))
    _add(uow, _match(NEWCOMER - 1000, VOLUNTEER - 1000, uow.now))
    for person_id in range(4, 4 + count):
        paired = person_id % 2
        _add(
            uow,
            BuddyRequest(person_id=person_id, since=uow.now, german="few", taken=paired, **wish),
            BuddyOffer(person_id=person_id, since=uow.now, capacity=2, taken=paired, **wish),
        )
        if paired:
            _add(uow, _match(person_id, 4 + (person_id - 3) % count, uow.now))


def _match(newcomer: int, volunteer: int, now: datetime) -> BuddyMatch:
    return BuddyMatch(
        newcomer_id=newcomer,
        volunteer_id=volunteer,
        organisation_id=1,
        proposed_by=COORDINATOR - 1000,
        state=MatchState.ACTIVE,
        proposed_at=now,
        lapses_at=now,
        changed_at=now,
    )


def _fill_announcements(uow: UnitOfWork, count: int) -> None:
    sent = Broadcast(
        organisation_id=1,
        author_id=COORDINATOR - 1000,
        audience=Audience.ALL,
        original="en",
        state=BroadcastState.LEAVING,
        planned=count,
        complete=True,
        created_at=uow.now,
        leaves_at=uow.now,
    )
    _add(uow, sent)
    _add(uow, BroadcastText(broadcast_id=sent.key, locale="en", text="Hello"))
    for topic in (sent.topic, f"announcement:{SHIFT}"):
        for person_id in range(4, 4 + count):
            row = Outgoing(
                key=f"{topic}:{person_id}",
                chat_id=FIRST + person_id,
                person_id=person_id,
                kind="broadcast.message",
                topic=topic,
                state=State.SENT,
                created_at=uow.now,
                not_before=uow.now,
            )
            uow.session.add(row)


class _Undone(Exception):
    """Ends a unit of work without a trace."""


def statements_of(town: Town, who: int, name: str, entity: int = 0) -> list[str]:
    """Show somebody the screen behind a command ("/help") or a button; return its statements."""
    said: list[str] = []
    try:
        with town.store.unit_of_work() as uow:
            c = _context(town, uow, who, name, entity)
            registry = town.bot.house.registry
            entry = registry.commands[name[1:]] if name.startswith("/") else registry.actions[name]
            with statements_heard() as said:
                assert entry.may(c.session, c.person)
                entry.handler(c)
            assert c.answered, name
            raise _Undone
    except _Undone:
        return said


class _Seen(BotContext):
    """A context that only counts what it would show: what the outbox costs is not a screen's."""

    answered = 0

    def _answer(self, *_screen: Any, **_how: Any) -> None:
        self.answered += 1


def _context(town: Town, uow: UnitOfWork, who: int, name: str, entity: int) -> _Seen:
    person = person_by_telegram_id(uow.session, who)
    assert person
    kind = Kind.COMMAND if name.startswith("/") else Kind.PRESS
    made = _Seen(uow, Event(kind, who, who, private=True, message_id=5), person, town.bot.house)
    if kind == Kind.PRESS:
        made.press = Press(name, entity, 0, 0)
    return made
