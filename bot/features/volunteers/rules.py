"""Decisions about volunteers: values in, an outcome or a refusal out."""

from bot.core.refusal import Refusal

NAME_LIMIT = 40  # characters of the name to be called by: it must fit a line of a roster


class NotAVolunteer(Refusal):
    """She did not sign up to help yet."""


def is_name(text: str) -> bool:
    """Say whether this can be a name to be called by: short, with a letter, no link and no handle."""
    if not 1 <= len(text) <= NAME_LIMIT or "\n" in text:
        return False
    return any(c.isalpha() for c in text) and not any(part in text for part in ("@", "://", "t.me", "+"))
