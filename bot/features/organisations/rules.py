"""Who may invite whom, and which invitations are good."""

import hashlib
from datetime import datetime, timedelta

from bot.core.person import Role
from bot.features.organisations.models import Invitation

VALID_FOR = timedelta(days=7)
TRIES = 5
TRIES_WITHIN = timedelta(hours=1)
INVITED_ROLES = frozenset({Role.COORDINATOR, Role.ADMIN})
NAME_LIMIT = 40  # as wherever somebody says what she wants to be called by


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


def name_from_profile(name: str) -> str:
    """Return a profile's name if colleagues can be shown it: one line, no link, no handle; else nothing."""
    name = " ".join(name.split())[:NAME_LIMIT].strip()
    return "" if any(part in name for part in ("@", "://", "t.me", "+")) else name


def topic_number(topic: str) -> int:
    """Return the stable number that stands for a topic in a button."""
    return int.from_bytes(hashlib.blake2s(topic.encode(), digest_size=4).digest()) & 0x7FFFFFFF
