"""Reads about who is told what, and how far it got; the number of statements never grows with the number of people."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import and_, bindparam, exists, not_
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from bot.core.columns import UtcDateTime
from bot.core.condition import PERSON
from bot.core.consent import Consent, Purpose
from bot.core.languages import SOURCE
from bot.core.outbox import Outgoing, State
from bot.core.person import Person
from bot.core.prepared import Prepared
from bot.features.announcements.models import Audience, Broadcast, BroadcastState, BroadcastText, Target
from bot.features.announcements.rules import CAP, CAP_SPAN, Standing, decide_text
from bot.features.organisations.models import Organisation
from bot.features.shifts.models import Shift, ShiftState, SignUp, SignUpState
from bot.features.shifts.queries import AGREED, fitting
from bot.features.volunteers.models import Activity, SpokenLanguage, Volunteer
from bot.features.volunteers.queries import Wanted, whom_fits

MESSAGE = "broadcast.message"
ON_THE_WAY = (State.PENDING, State.SENDING)
# Whoever certainly did not get one of these has not used up her share of broadcasts.
NOT_GOT = (State.DEAD, State.EXPIRED)
NOBODY_THERE = "pointless"  # delivery's word for a message that had nothing to say any more


@dataclass(frozen=True, slots=True)
class Reach:
    """Whom a broadcast reaches, and how many are left out: ``capped`` got enough, ``unwilling`` want none."""

    people: tuple[Person, ...]
    capped: int = 0
    unwilling: int = 0

    @property
    def locales(self) -> Counter[str]:
        """How many people read which of the house's languages, the most frequent first."""
        return Counter(person.locale or SOURCE for person in self.people)


@dataclass(frozen=True, slots=True)
class Answers:
    """What those who were told of a shift answered, as counts."""

    yes: int = 0
    waitlisted: int = 0
    no: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What a report shows: how far something got, and for a shift what was answered; ``now`` is its instant (UTC)."""

    now: datetime
    standing: Standing
    answers: Answers = Answers()


@dataclass(frozen=True, slots=True)
class Letter:
    """A broadcast as one reader gets it; ``original`` is the locale to name where it was not translated."""

    number: int
    organisation: str
    text: str
    original: str = ""


def broadcast(session: Session, broadcast_id: int) -> Broadcast | None:
    """Return a broadcast."""
    return session.get(Broadcast, broadcast_id)


TEXTS = select(BroadcastText.locale, BroadcastText.text).where(BroadcastText.broadcast_id == bindparam("broadcast"))
TEXTS = TEXTS.order_by(col(BroadcastText.id))


def texts_of(session: Session, broadcast_id: int) -> dict[str, str]:
    """Return a broadcast's texts by locale."""
    return {locale: text for locale, text in session.exec(TEXTS, params={"broadcast": broadcast_id})}


def letter(session: Session, sent: Broadcast, locale: str) -> Letter:
    """Return a broadcast in the words for a reader of this locale."""
    # Many readers' letters are made in one unit of work: what is the same for all of them is read once.
    read = session.info.setdefault("broadcasts", {})
    if sent.key not in read:
        read[sent.key] = sent, session.get_one(Organisation, sent.organisation_id).name, texts_of(session, sent.key)
    _, sender, texts = read[sent.key]
    chosen, marked = decide_text(texts, sent.original, locale)
    return Letter(sent.key, sender, texts[chosen], sent.original if marked else "")


def willing(session: Session) -> set[int]:
    """Return who agreed, and still agrees, to be told what is needed."""
    return set(session.exec(AGREED))


_agrees = exists().where(
    col(Consent.purpose) == Purpose.ANNOUNCEMENTS, col(Consent.person_id) == PERSON, col(Consent.withdrawn_at).is_(None)
)
IS_WILLING = Prepared(sa_select(_agrees))
_helps = exists().where(col(Volunteer.person_id) == PERSON, col(Volunteer.paused).is_(False))
_answered = exists().where(col(SignUp.shift_id) == bindparam("shift"), col(SignUp.person_id) == PERSON)
MAY_BE_CALLED = Prepared(sa_select(and_(_agrees, _helps, not_(_answered))))


def is_willing(session: Session, person_id: int) -> bool:
    """Say whether one person agrees to be told what is needed."""
    return IS_WILLING.first(session, {"person": person_id}) == (True,)


def may_be_called(session: Session, shift_id: int, person_id: int) -> bool:
    """Say whether a call for a shift is still for a person: she agrees, makes no break, and has not answered."""
    return MAY_BE_CALLED.first(session, {"person": person_id, "shift": shift_id}) == (True,)


def _capped(now: datetime, but: str) -> Any:
    """Select who got as many broadcasts as one may get in a week, all organisations together, ``but`` for a topic."""
    return (
        select(Outgoing.person_id)
        .where(Outgoing.kind == MESSAGE, Outgoing.topic != but, col(Outgoing.state).not_in(NOT_GOT))
        .where(col(Outgoing.created_at) > now - CAP_SPAN, col(Outgoing.person_id).is_not(None))
        .group_by(col(Outgoing.person_id))
        .having(func.count() >= CAP)
    )


def reach(session: Session, target: Target, now: datetime) -> Reach:
    """Return whom a target reaches now, in the order of their ids."""
    agree, full = willing(session), set(session.exec(_capped(now, "")))
    found = list(session.exec(_audience(target)))
    agreed = [person for person in found if person.key in agree]
    people = tuple(person for person in agreed if person.key not in full)
    return Reach(people, capped=len(agreed) - len(people), unwilling=len(found) - len(agreed))


def next_readers(session: Session, sent: Broadcast, now: datetime, most: int) -> list[Person]:
    """Return so many of those whom a broadcast that began reaches now and who are not told yet, by their ids."""
    query = _audience(sent.target).where(col(Person.id) > sent.queued_until, col(Person.id).in_(AGREED))
    return list(session.exec(query.where(col(Person.id).not_in(_capped(now, sent.topic))).limit(most)))


def _audience(target: Target) -> SelectOfScalar[Person]:
    match target.audience:
        case Audience.ACTIVITY:
            return whom_fits(Wanted(activity_id=int(target.value)))
        case Audience.LANGUAGE:
            return whom_fits(Wanted(languages=frozenset({target.value})))
        case Audience.SHIFT:
            on_it = select(SignUp.person_id).where(SignUp.state == SignUpState.CONFIRMED)
            on_it = on_it.where(SignUp.shift_id == int(target.value))
            reachable = select(Person).where(col(Person.id).in_(on_it), col(Person.reachable).is_(True))
            return reachable.order_by(col(Person.id))
    return whom_fits(Wanted())


def listeners(session: Session, shift: Shift, zone: ZoneInfo) -> list[Person]:
    """Return whom the announcement of a shift goes to: whom it fits and who agrees to be told."""
    return list(session.exec(fitting(session, shift, zone).where(col(Person.id).in_(AGREED))))


SHIFTS = (
    select(Shift, Activity)
    .join(Activity, col(Activity.id) == col(Shift.activity_id))
    .where(Shift.organisation_id == bindparam("organisation"), Shift.state == ShiftState.OPEN)
    .where(col(Shift.starts_at) > bindparam("now", type_=UtcDateTime), Shift.taken > 0)
    .order_by(col(Shift.starts_at), col(Shift.id))
)


def shifts_with_people(session: Session, organisation_id: int, now: datetime) -> list[tuple[Shift, Activity]]:
    """Return an organisation's shifts to come that somebody has a place in, by their start."""
    found = session.exec(SHIFTS, params={"organisation": organisation_id, "now": now})
    return [(shift, activity) for shift, activity in found]


def spoken(session: Session) -> list[str]:
    """Return the languages volunteers speak, the most frequent first."""
    query = (
        select(SpokenLanguage.language)
        .join(Volunteer, col(Volunteer.person_id) == col(SpokenLanguage.person_id))
        .group_by(col(SpokenLanguage.language))
        .order_by(func.count().desc(), col(SpokenLanguage.language))
    )
    return list(session.exec(query))


def standing(session: Session, topic: str) -> Standing:
    """Return how far the messages of a topic got."""
    gone = (Outgoing.error == NOBODY_THERE).label("gone")  # type: ignore[attr-defined]
    query = select(Outgoing.state, gone, func.count(), func.min(Outgoing.not_before))
    rows = session.exec(query.where(Outgoing.topic == topic).group_by(Outgoing.state, gone)).all()

    def count(*states: State, gone: bool | None = None) -> int:
        return sum(row[2] for row in rows if row[0] in states and gone in (None, bool(row[1])))

    leaves = [row[3] for row in rows if row[0] in ON_THE_WAY]
    return Standing(
        sent=count(State.SENT, State.UNKNOWN),
        waiting=count(*ON_THE_WAY),
        stopped=count(State.HELD),
        unreachable=count(State.DEAD, gone=False),
        dropped=count(State.DEAD, gone=True) + count(State.EXPIRED),
        next_leave=min(leaves, default=None),
    )


def broadcast_standing(session: Session, sent: Broadcast) -> Standing:
    """Return how far a broadcast got; whoever is not queued yet waits (or is held back) like the others."""
    found = standing(session, sent.topic)
    rest = 0 if sent.complete else max(0, sent.planned - found.total)
    if sent.state == BroadcastState.STOPPED:
        return replace(found, stopped=found.stopped + rest)
    return replace(found, waiting=found.waiting + rest, next_leave=found.next_leave or sent.leaves_at)


def answers(session: Session, shift_id: int, topic: str) -> Answers:
    """Return what the people a topic was queued for answered to a shift; giving a place back counts as a no."""
    told = select(Outgoing.person_id).where(Outgoing.topic == topic)
    query = select(SignUp.state, func.count()).where(SignUp.shift_id == shift_id, col(SignUp.person_id).in_(told))
    counts = {SignUpState(state): number for state, number in session.exec(query.group_by(col(SignUp.state)))}
    no = counts.get(SignUpState.DECLINED, 0) + counts.get(SignUpState.WITHDRAWN, 0)
    return Answers(counts.get(SignUpState.CONFIRMED, 0), counts.get(SignUpState.WAITLISTED, 0), no)


def announcement_topic(shift_id: int) -> str:
    """Return what the messages of a shift's announcement are found by in the outbox."""
    return f"announcement:{shift_id}"


def written_by(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Return the broadcasts somebody wrote, for her own copy of her data."""
    query = select(Broadcast).where(Broadcast.author_id == person_id).order_by(col(Broadcast.id))
    hidden = {"id", "author_id", "queued_until"}
    return [
        {**found.model_dump(mode="json", exclude=hidden), "texts": texts_of(session, found.key)}
        for found in session.exec(query).all()
    ]
