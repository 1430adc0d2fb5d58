"""What happens by itself: a proposal nobody answered lapses; somebody takes her data along."""

from typing import Any

from sqlmodel import Session

from bot.core.due import DueRow
from bot.core.store import UnitOfWork
from bot.features.buddies import queries, services
from bot.features.buddies.models import OPEN, BuddyMatch, MatchState, Side


def lapse(uow: UnitOfWork, row: DueRow) -> None:
    """End a proposal whose time is over."""
    services.lapse_match(uow, row.entity)


def matches_shown(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Return a person's matches for /mydata; the other one appears as a role only."""
    return [_shown(match, match.side_of(person_id)) for match in queries.matches_of(session, person_id, *MatchState)]


def _shown(match: BuddyMatch, side: Side | None) -> dict[str, Any]:
    # What the other one answered is hers: a refusal must not be read off here either.
    return {
        "you": side,
        "state": match.state if match.state in OPEN else "over",
        "you_said_yes": match.newcomer_yes if side == Side.NEWCOMER else match.volunteer_yes,
        "you_ended_it": match.closed_by == side,
        "proposed_at": match.proposed_at.isoformat(),
    }
