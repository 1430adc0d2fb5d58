"""What a person decides about her data: agree to a purpose, and withdraw that as easily."""

from bot.core.consent import Purpose, give_consent, text_version, withdraw_consent
from bot.core.person import Person
from bot.core.store import UnitOfWork
from bot.features.buddies.models import Side
from bot.features.buddies.services import end_wish
from bot.features.volunteers.queries import volunteer_of
from bot.features.volunteers.services import pause


def agree(uow: UnitOfWork, person: Person, purpose: Purpose) -> None:
    """Note that a person agrees to a purpose's present text; a volunteer is asked for new shifts again."""
    give_consent(uow, person.key, purpose, text_version(purpose), person.locale)
    if purpose == Purpose.VOLUNTEERING and volunteer_of(uow.session, person.key):
        pause(uow, person.key, paused=False)


def withdraw(uow: UnitOfWork, person: Person, purpose: Purpose) -> None:
    """Note that a person agrees no longer: a volunteer pauses, a buddy wish or offer ends kindly.

    Whoever sends announcements asks for the consent when choosing the audience and again when sending.
    """
    withdraw_consent(uow, person.key, purpose)
    if purpose == Purpose.VOLUNTEERING and volunteer_of(uow.session, person.key):
        pause(uow, person.key)
    if purpose == Purpose.BUDDIES:
        for side in (Side.NEWCOMER, Side.VOLUNTEER):
            end_wish(uow, person.key, side)
