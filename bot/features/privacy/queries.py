"""Reads about what a person agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, select

from bot.core.consent import Consent, Purpose
from bot.core.person import Person, grants


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a purpose stands that a person was asked about; ``since`` (UTC) is when she agreed, or withdrew."""

    purpose: Purpose
    agreed: bool
    since: datetime


def standings(session: Session, person_id: int) -> Sequence[Standing]:
    """Return where each purpose stands that a person ever agreed to."""
    latest: dict[str, Consent] = {}
    for consent in session.exec(select(Consent).where(Consent.person_id == person_id).order_by(col(Consent.id))):
        latest[consent.purpose] = consent
    return [
        Standing(purpose, found.withdrawn_at is None, found.withdrawn_at or found.given_at)
        for purpose in Purpose
        if (found := latest.get(purpose))
    ]


def is_known(session: Session, person: Person) -> bool:
    """Say whether somebody entrusted more to us than her language."""
    return bool(grants(session, person.key)) or bool(standings(session, person.key))
