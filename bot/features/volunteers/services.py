"""What volunteers can do: join with a profile, change it, pause, leave."""

from collections.abc import Sequence

from sqlalchemy import delete
from sqlmodel import col

from bot.core.consent import Purpose, give_consent, text_version
from bot.core.person import Person
from bot.core.store import UnitOfWork
from bot.features.volunteers import queries
from bot.features.volunteers.models import Availability, Profile, SpokenLanguage, Volunteer, VolunteerActivity
from bot.features.volunteers.rules import NotAVolunteer

PURPOSES = (Purpose.VOLUNTEERING, Purpose.ANNOUNCEMENTS)


def join(uow: UnitOfWork, person_id: int, profile: Profile) -> Volunteer:
    """Make somebody a volunteer, or replace what she said before. Anybody may, for herself."""
    session = uow.session
    person = session.get_one(Person, person_id)
    person.name = profile.name
    volunteer = queries.volunteer_of(session, person_id)
    if volunteer is None:
        volunteer = Volunteer(person_id=person_id, joined_at=uow.now)
        for purpose in PURPOSES:
            give_consent(uow, person_id, purpose, text_version(purpose), person.locale)
    volunteer.district = profile.district
    session.add_all([person, volunteer])
    session.flush()
    _replace(uow, person_id, profile)
    return volunteer


def _replace(uow: UnitOfWork, person_id: int, profile: Profile) -> None:
    for table in (VolunteerActivity, Availability):
        uow.session.execute(delete(table).where(col(table.person_id) == person_id))
    speak(uow, person_id, profile.languages)
    for activity_id in dict.fromkeys(profile.activity_ids):
        uow.session.add(VolunteerActivity(person_id=person_id, activity_id=activity_id))
    for weekday, part in dict.fromkeys(profile.slots):
        uow.session.add(Availability(person_id=person_id, weekday=weekday, part=part))
    uow.session.flush()


def speak(uow: UnitOfWork, person_id: int, languages: Sequence[str]) -> None:
    """Note which languages a person speaks, in this order, in place of those before."""
    uow.session.execute(delete(SpokenLanguage).where(col(SpokenLanguage.person_id) == person_id))
    for language in dict.fromkeys(languages):
        uow.session.add(SpokenLanguage(person_id=person_id, language=language))
        uow.session.flush()  # one by one: their order is the order of their ids


def pause(uow: UnitOfWork, person_id: int, paused: bool = True) -> None:
    """Stop (or start again) telling a volunteer of new needs; what she agreed to stays. She may, for herself.

    :raises NotAVolunteer: she did not sign up.
    """
    volunteer = queries.volunteer_of(uow.session, person_id)
    if volunteer is None:
        raise NotAVolunteer
    volunteer.paused = paused
    uow.session.add(volunteer)
    uow.session.flush()


def leave(uow: UnitOfWork, person_id: int) -> None:
    """Erase what somebody said of herself as a volunteer; shifts she is on stay hers until she gives them back.

    :raises NotAVolunteer: she did not sign up.
    """
    if queries.volunteer_of(uow.session, person_id) is None:
        raise NotAVolunteer
    for table in (VolunteerActivity, Availability, Volunteer):
        uow.session.execute(delete(table).where(col(table.person_id) == person_id))
    uow.session.expire_all()
