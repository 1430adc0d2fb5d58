"""The people of the model, by number: what they said of themselves and what they may."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


class No(Exception):
    """It is refused, and what was begun is undone."""


def insist(condition: object) -> None:
    """Refuse what must not be."""
    if not condition:
        raise No


@dataclass
class People:
    """Volunteers' profiles and breaks, who coordinates, who cannot be reached, and the invitations."""

    admin: int
    names: dict[int, str]
    profiles: dict[int, dict[str, Any]]
    paused: set[int] = field(default_factory=set)
    blocked: set[int] = field(default_factory=set)
    coordinators: set[int] = field(default_factory=set)
    links: dict[int, bool] = field(default_factory=dict)  # whether they were used
    wrong: list[tuple[int, datetime]] = field(default_factory=list)

    def may(self, who: int) -> bool:
        """Whether somebody coordinates; an admin does."""
        return who in self.coordinators or who == self.admin

    def pause(self, who: int, *, paused: bool) -> None:
        """Take a break from volunteering, or come back."""
        insist(who in self.profiles)
        (self.paused.add if paused else self.paused.discard)(who)
