"""The people of the demo: some moved in before the page opens, so that a need has somebody to go to."""

from sqlmodel import select

from bot.core.person import Person, Role, grant
from bot.core.store import Store, UnitOfWork
from bot.demo.control import Persona
from bot.demo.telegram import FakeTelegram
from bot.features.organisations.models import Organisation
from bot.features.volunteers.models import Activity, Part, Profile
from bot.features.volunteers.services import join

NEWCOMER, VOLUNTEER, COORDINATOR, SECOND, THIRD = 101, 102, 103, 104, 105
PERSONAS = (
    Persona(NEWCOMER, "أمل", "newcomer", "ar"),
    Persona(VOLUNTEER, "Олена", "volunteer", "uk"),
    Persona(COORDINATOR, "Clara", "coordinator", "de"),
    Persona(SECOND, "Jonas", "volunteer", "de"),
    Persona(THIRD, "Maria", "volunteer", "en"),
)
SPOKEN = {VOLUNTEER: ("uk", "ru", "de"), SECOND: ("de", "en"), THIRD: ("en", "de", "ar")}
EVERY_SLOT = [(day, part) for day in range(7) for part in Part]


def move_in(store: Store, telegram: FakeTelegram) -> None:
    """Enter the coordinator and the volunteers; the newcomer comes by herself. Each opens the chat once."""
    with store.unit_of_work() as uow:
        for persona in PERSONAS:
            if persona.user_id != NEWCOMER:
                _enter(uow, persona)
    for persona in PERSONAS:
        telegram.user(persona.user_id, persona.title, persona.language)
        if persona.user_id != NEWCOMER:
            telegram.say(persona.user_id, "/start")


def _enter(uow: UnitOfWork, persona: Persona) -> None:
    person = Person(
        telegram_id=persona.user_id,
        name=persona.title,
        locale=persona.language,
        created_at=uow.now,
        seen_at=uow.now,
    )
    uow.session.add(person)
    uow.session.flush()
    if persona.role == "coordinator":
        caritas = uow.session.exec(select(Organisation).where(Organisation.key == "caritas")).one()
        grant(uow.session, person.key, Role.COORDINATOR, caritas.number, uow.now)
        return
    activities = [activity.number for activity in uow.session.exec(select(Activity))]
    join(uow, person.key, Profile(persona.title, SPOKEN[persona.user_id], activities, EVERY_SLOT))
