"""Who may invite whom, and which invitations are good."""

from datetime import datetime, timedelta

from bot.core.person import Role
from bot.features.organisations.models import Invitation

VALID_FOR = timedelta(days=7)
TRIES = 5
TRIES_WITHIN = timedelta(hours=1)
INVITED_ROLES = frozenset({Role.COORDINATOR, Role.ADMIN})


def may_invite(held: frozenset[tuple[Role, int]], role: Role, organisation_id: int | None) -> bool:
    """Say whether somebody who holds these rights may give this one: admins any, coordinators their own."""
    if (Role.ADMIN, 0) in held:
        return True
    return role == Role.COORDINATOR and (Role.COORDINATOR, organisation_id) in held


def is_good(invitation: Invitation, now: datetime) -> bool:
    """Say whether an invitation can still be accepted."""
    return invitation.used_at is None and now < invitation.expires_at


def is_locked_out(wrong_tries: int) -> bool:
    """Say whether somebody tried too many wrong links lately."""
    return wrong_tries >= TRIES
