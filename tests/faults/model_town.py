"""The town of the model in a store: furnished alike, and read back as what the model says, too."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from bot.chat.conversations import Conversation
from bot.core.inbox import InboxState, Incoming
from bot.core.keyring import Keyring
from bot.core.languages import SPOKEN
from bot.core.outbox import Outgoing, State
from bot.core.person import Grant, Person, Role, grant
from bot.core.store import Store, UnitOfWork
from bot.features.buddies.models import Answers, BuddyMatch, BuddyOffer, BuddyRequest, Side
from bot.features.buddies.services import save_wish
from bot.features.organisations.models import Organisation
from bot.features.organisations.services import create_invitation
from bot.features.shifts.models import Need, Shift, SignUp, Venue
from bot.features.shifts.services import create_shift, publish_shift
from bot.features.volunteers.models import Activity, Part, Profile, Volunteer
from bot.features.volunteers.queries import activity_ids_of, languages_of, slots_of
from bot.features.volunteers.services import join
from tests.faults import model as models
from tests.faults.model import LENGTH, Model
from tests.faults.model_form import STEPS, SUMMARY
from tests.faults.model_pairs import Pairs, Wish
from tests.faults.model_people import People
from tests.faults.scripts import ADMIN, BUDDIES, COORDINATOR, EVERYBODY, LINKS, NEWCOMERS, VOLUNTEERS

FIRST_ID = 1000  # of the people's Telegram accounts
# Two shifts at the same time, one a day later; another day is free to move to. No sum of waits hits a beginning.
STARTS = [timedelta(hours=71.5), timedelta(hours=71.5), timedelta(hours=96.5), timedelta(hours=120.5)]
PLACES = [1, 2, 2, 1]
SLOTS = [(0, Part.MORNING), (2, Part.EVENING)]
WISHES = Answers("N", ["ar"], ["talk"], ["week.evening"], "all", "woman", german="few", capacity=2)


@dataclass(frozen=True)
class Ids:
    """What stands behind the model's numbers."""

    organisation: int
    activities: list[int]
    people: list[int]
    shifts: list[int]
    requests: list[int]
    offers: list[int]
    links: list[str]


def wipe(store: Store) -> None:
    """Empty the store, and let nobody listen who knew it before."""
    store.on_commit.clear()
    store.before_commit.clear()
    with store.unit_of_work() as uow:
        for table in reversed(SQLModel.metadata.sorted_tables):
            uow.session.execute(table.delete())


def furnish(uow: UnitOfWork, keyring: Keyring) -> Ids:
    """Enter everybody and everything."""
    organisation = Organisation(key="caritas", name="Caritas")
    activities = [Activity(key="cafe", name="Host"), Activity(key="homework", name="Homework help")]
    people = [
        Person(telegram_id=FIRST_ID + one, name=f"P{one}", locale="en", created_at=uow.now, seen_at=uow.now)
        for one in EVERYBODY
    ]
    uow.session.add_all([organisation, *activities, *people])
    uow.session.flush()
    for number in VOLUNTEERS:
        join(uow, people[number].key, Profile(f"P{number}", ["en"], [activities[0].number], SLOTS))
    grant(uow.session, people[COORDINATOR].key, Role.COORDINATOR, organisation.number, uow.now)
    grant(uow.session, people[ADMIN].key, Role.ADMIN, 0, uow.now)
    shifts = []
    for start, places in zip(STARTS, PLACES, strict=True):
        venue = Venue(uow.now + start, uow.now + start + LENGTH, "Library")
        need = Need(organisation.number, activities[0].number, venue, max_people=places)
        shifts.append(create_shift(uow, people[COORDINATOR].key, need).key)
    for shift_id in shifts[:-1]:
        publish_shift(uow, people[COORDINATOR].key, shift_id)
    return Ids(
        organisation.number,
        [activity.number for activity in activities],
        [person.key for person in people],
        shifts,
        [save_wish(uow, people[one].key, Side.NEWCOMER, WISHES).number for one in NEWCOMERS],
        [save_wish(uow, people[one].key, Side.VOLUNTEER, WISHES).number for one in BUDDIES],
        [create_invitation(uow, keyring, Role.COORDINATOR, organisation.number) for _ in range(LINKS)],
    )


def modelled(uow: UnitOfWork, ids: Ids) -> Model:
    """The same in the model."""
    said = {"languages": ["en"], "activities": [str(ids.activities[0])], "district": ""}
    slots = sorted(f"{day}.{part}" for day, part in SLOTS)
    names = {one: "N" if one in (*NEWCOMERS, *BUDDIES) else f"P{one}" for one in EVERYBODY}
    people = People(ADMIN, names, {one: {**said, "slots": slots, "name": names[one]} for one in VOLUNTEERS})
    people.coordinators.add(COORDINATOR)
    people.links = dict.fromkeys(range(LINKS), False)
    shifts = [models.Shift(places, uow.now + start) for start, places in zip(STARTS, PLACES, strict=True)]
    shifts[-1].state = "draft"
    pairs = Pairs([Wish(one, 1) for one in NEWCOMERS], [Wish(one, 2) for one in BUDDIES])
    return Model(uow.now, uow.now, people, shifts, pairs)


def options(ids: Ids) -> dict[str, list[str]]:
    """What the volunteers' form offers."""
    slots = [f"{day}.{part}" for day in range(7) for part in Part]
    languages = list(dict.fromkeys(["en", "de", *SPOKEN]))
    return {"languages": languages, "activities": [str(one) for one in ids.activities], "slots": slots}


def said_by(model: Model) -> dict[str, Any]:
    """What the model says."""
    people = model.people
    return {
        "shifts": [
            (one.state, one.start, len(one.on), one.answers, one.line, one.unsure, one.revision) for one in model.shifts
        ],
        "profiles": people.profiles,
        "paused": people.paused,
        "unreachable": people.blocked,
        "coordinators": people.coordinators,
        "talks": {who: (talk.step, talk.data) for who, talk in model.talks.items()},
        "wishes": [(one.who, one.taken, one.paused) for one in (*model.pairs.requests, *model.pairs.offers)],
        "matches": [(one.request.who, one.offer.who, one.state, one.yes) for one in model.pairs.matches],
        "under way": [],
        "dead letters": [],
    }


def read_from(session: Session, ids: Ids, now: datetime) -> dict[str, Any]:
    """What the store says."""
    number = {key: one for one, key in enumerate(ids.people)}
    people = {number[one.key]: one for one in session.exec(select(Person))}
    volunteers = {number[one.person_id]: one for one in session.exec(select(Volunteer))}
    matches = session.exec(select(BuddyMatch).order_by(col(BuddyMatch.id)))
    talks = session.exec(select(Conversation).where(Conversation.form == "volunteer"))
    under_way = select(Outgoing.kind).where(col(Outgoing.state).in_((State.PENDING, State.SENDING)))
    coordinating = session.exec(select(Grant.person_id).where(Grant.role == Role.COORDINATOR))
    return {
        "shifts": [_shift(session, shift_id, number) for shift_id in ids.shifts],
        "profiles": {one: _profile(session, people[one], row) for one, row in volunteers.items()},
        "paused": {one for one, row in volunteers.items() if row.paused},
        "unreachable": {one for one, row in people.items() if not row.reachable},
        "coordinators": {number[key] for key in coordinating},
        "talks": {number[one.person_id]: (_step(one), _answers(one.data)) for one in talks},
        "wishes": [
            (number[one.person_id], one.taken, one.paused)
            for table in (BuddyRequest, BuddyOffer)
            for one in session.exec(select(table).order_by(col(table.id)))
        ],
        "matches": [_match(one, number) for one in matches],
        "under way": session.exec(under_way.where(col(Outgoing.not_before) <= now)).all(),
        "dead letters": session.exec(select(Incoming.error).where(Incoming.state != InboxState.DONE)).all(),
    }


def _shift(session: Session, shift_id: int, number: dict[int, int]) -> tuple[Any, ...]:
    shift = session.get_one(Shift, shift_id)
    rows = session.exec(select(SignUp).where(SignUp.shift_id == shift_id).order_by(col(SignUp.line))).all()
    answers = {number[row.person_id]: str(row.state) for row in rows}
    line = [who for who, answer in answers.items() if answer == "waitlisted"]
    unsure = {number[row.person_id] for row in rows if row.must_reconfirm}
    return str(shift.state), shift.starts_at, shift.taken, answers, line, unsure, shift.revision


def _profile(session: Session, person: Person, row: Volunteer) -> dict[str, Any]:
    return {
        "name": person.name,
        "languages": sorted(languages_of(session, person.key)),
        "activities": sorted(str(one) for one in activity_ids_of(session, person.key)),
        "slots": sorted(f"{day}.{part}" for day, part in slots_of(session, person.key)),
        "district": row.district,
    }


def _step(talk: Conversation) -> int:
    return STEPS.index(talk.step) if talk.step in STEPS else SUMMARY


def _answers(data: dict[str, Any]) -> dict[str, Any]:
    said = {key: value for key, value in data.items() if not key.startswith("_")}
    return {key: sorted(value) if isinstance(value, list) else value for key, value in said.items()}


def _match(match: BuddyMatch, number: dict[int, int]) -> tuple[Any, ...]:
    assert match.newcomer_id and match.volunteer_id
    sides = {number[match.newcomer_id]: match.newcomer_yes, number[match.volunteer_id]: match.volunteer_yes}
    return *sides, str(match.state), {who for who, yes in sides.items() if yes}
