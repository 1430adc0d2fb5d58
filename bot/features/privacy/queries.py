"""Reads about what a person agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session, col, or_, select

from bot.core.condition import GRANTED, has
from bot.core.consent import Consent, Purpose

IS_KNOWN = or_(GRANTED, has(Consent))  # the condition that somebody entrusted more to us than her language


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
