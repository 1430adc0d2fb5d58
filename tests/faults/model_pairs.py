"""Newcomers, buddies and their matches in the model."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.faults.model_people import insist

LAPSE = timedelta(hours=72)


@dataclass
class Wish:
    """A newcomer's request, or a volunteer's offer."""

    who: int
    places: int
    taken: int = 0
    paused: bool = False

    def is_open(self, blocked: Collection[int]) -> bool:
        """Whether somebody may be proposed for it."""
        return not self.paused and self.taken < self.places and self.who not in blocked


@dataclass
class Match:
    """Two wishes that a coordinator brought together."""

    request: Wish
    offer: Wish
    at: datetime
    state: str = "proposed"
    yes: set[int] = field(default_factory=set)

    @property
    def sides(self) -> set[int]:
        """The two people."""
        return {self.request.who, self.offer.who}

    def close(self, old: str, new: str) -> None:
        """End it and give both places back; after a time together the newcomer is asked before we look again."""
        insist(self.state == old)
        self.state = new
        self.request.taken -= 1
        self.offer.taken -= 1
        self.request.paused |= new == "ended"


@dataclass
class Pairs:
    """Everybody's wishes and matches."""

    requests: list[Wish]
    offers: list[Wish]
    matches: list[Match] = field(default_factory=list)

    def propose(self, request: Wish, offer: Wish, now: datetime, blocked: Collection[int]) -> None:
        """Bring two together who are free and not apart."""
        insist(request.is_open(blocked) and offer.is_open(blocked))
        apart = [one.sides for one in self.matches if one.state != "lapsed"]
        insist({request.who, offer.who} not in apart)
        request.taken += 1
        offer.taken += 1
        self.matches.append(Match(request, offer, now))

    def accept(self, who: int, number: int) -> None:
        """Say yes."""
        match = self._mine(who, number)
        if match.state != "active":
            insist(match.state == "proposed")
            match.yes.add(who)
            match.state = "active" if match.yes == match.sides else "proposed"

    def decline(self, who: int, number: int) -> None:
        """Say no."""
        self._mine(who, number).close("proposed", "declined")

    def end(self, who: int, number: int) -> None:
        """Part."""
        self._mine(who, number).close("active", "ended")

    def part(self, number: int) -> None:
        """End a match for both."""
        insist(number < len(self.matches))
        self.matches[number].close("active", "ended")

    def lapse(self, now: datetime) -> None:
        """Let time pass."""
        for match in self.matches:
            if match.state == "proposed" and now >= match.at + LAPSE:
                match.close("proposed", "lapsed")

    def pause(self, who: int, wishes: list[Wish], *, paused: bool) -> None:
        """Take a break from being proposed, or come back."""
        mine = [wish for wish in wishes if wish.who == who]
        insist(mine)
        mine[0].paused = paused

    def _mine(self, who: int, number: int) -> Match:
        insist(number < len(self.matches) and who in self.matches[number].sides)
        return self.matches[number]
