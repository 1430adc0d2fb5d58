"""Consent: what a person agreed to, per purpose, with the text's version, its language and the time."""

import hashlib
from datetime import datetime
from enum import StrEnum

from sqlmodel import Field, Session, SQLModel, col, select

from bot.core.columns import instant, key_to
from bot.core.store import UnitOfWork
from bot.core.translation import N_


class Purpose(StrEnum):
    """What a person may agree to, each by itself."""

    VOLUNTEERING = "volunteering"
    ANNOUNCEMENTS = "announcements"
    BUDDIES = "buddies"


# What is agreed to, word for word; translated wherever it is shown.
TEXTS = {
    Purpose.VOLUNTEERING: N_(
        "I agree that my name, my languages, what I like to do, when I usually can and my shifts are kept, "
        "and that the coordinators of the organisations see them to plan help."
    ),
    Purpose.ANNOUNCEMENTS: N_("I agree that I am told here when help is needed that fits me."),
    Purpose.BUDDIES: N_(
        "I agree that my languages, my times and my wishes for a language buddy are kept, and that the "
        "coordinators use them to propose a buddy. My name is shared only after both of us said yes."
    ),
}


def text_version(purpose: str) -> str:
    """Return the version of a purpose's text: it changes with every change of its English words."""
    return hashlib.sha256(TEXTS[Purpose(purpose)].encode()).hexdigest()[:12]


class Consent(SQLModel, table=True):
    """One given consent; withdrawing fills ``withdrawn_at`` and is as easy as giving."""

    id: int | None = Field(default=None, primary_key=True)
    person_id: int = Field(sa_column=key_to("person.id"))
    purpose: str
    text_version: str
    language: str
    given_at: datetime = Field(sa_column=instant())
    withdrawn_at: datetime | None = Field(default=None, sa_column=instant(nullable=True))


def consent_of(session: Session, person_id: int, purpose: str) -> Consent | None:
    """Return the consent that holds now for this purpose, or nothing."""
    query = (
        select(Consent)
        .where(Consent.person_id == person_id, Consent.purpose == purpose)
        .where(col(Consent.withdrawn_at).is_(None))
        .order_by(col(Consent.id).desc())
    )
    return session.exec(query).first()


def give_consent(uow: UnitOfWork, person_id: int, purpose: str, version: str, language: str) -> Consent:
    """Note that a person agreed to a purpose's text of this version, read in this language; once is enough.

    An older version that still holds is ended first, so that exactly one consent holds for a purpose.
    """
    held = consent_of(uow.session, person_id, purpose)
    if held and held.text_version == version:
        return held
    withdraw_consent(uow, person_id, purpose)
    consent = Consent(person_id=person_id, purpose=purpose, text_version=version, language=language, given_at=uow.now)
    uow.session.add(consent)
    uow.session.flush()
    return consent


def withdraw_consent(uow: UnitOfWork, person_id: int, purpose: str) -> bool:
    """Note that a person no longer agrees to a purpose; return False if she did not before."""
    query = select(Consent).where(Consent.person_id == person_id, Consent.purpose == purpose)
    held = uow.session.exec(query.where(col(Consent.withdrawn_at).is_(None))).all()
    for consent in held:
        consent.withdrawn_at = uow.now
        uow.session.add(consent)
    uow.session.flush()
    return bool(held)
