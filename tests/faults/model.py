"""A small model of what shifts and roles become; it knows nothing of the code it judges."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from tests.faults.model_form import Talk
from tests.faults.model_pairs import Pairs
from tests.faults.model_people import People, insist

INVITED, LOCKED_OUT, WRONG_TRIES, LENGTH = timedelta(days=7), timedelta(hours=1), 5, timedelta(hours=3)


@dataclass
class Shift:
    """What each person answered, who waits in which order, and who was not asked again after a move."""

    places: int
    start: datetime
    state: str = "open"
    revision: int = 0
    answers: dict[int, str] = field(default_factory=dict)
    line: list[int] = field(default_factory=list)
    unsure: set[int] = field(default_factory=set)

    @property
    def on(self) -> list[int]:
        """Who holds a place."""
        return [who for who, answer in self.answers.items() if answer == "confirmed"]

    @property
    def free(self) -> int:
        """The free places."""
        return self.places - len(self.on)

    def note(self, who: int, answer: str) -> None:
        """Put an answer in place of an earlier one; who waits anew goes to the end."""
        self.line = [one for one in self.line if one != who] + ([who] if answer == "waitlisted" else [])
        self.answers[who] = answer
        self.unsure.discard(who)


@dataclass
class Model:
    """The town at an instant."""

    now: datetime
    began: datetime
    people: People
    shifts: list[Shift]
    pairs: Pairs
    talks: dict[int, Talk] = field(default_factory=dict)

    def sign_up(self, who: int, shift: Shift, revision: int, *, or_wait: bool = False) -> None:
        """Take a place, or one in the line; nobody passes those who wait."""
        if revision != shift.revision or who in self._promote(shift):
            return
        self._standing(shift)
        insist(who in self.people.profiles and who not in self.people.paused)
        insist(who not in shift.on and not self._elsewhere(who, shift))
        if shift.free <= 0:
            insist(or_wait and who not in shift.line)
        shift.note(who, "confirmed" if shift.free > 0 else "waitlisted")

    def withdraw(self, who: int, shift: Shift) -> None:
        """Give a place, or one in the line, back."""
        self._standing(shift)
        insist(who in shift.on or who in shift.line)
        held = who in shift.on
        shift.note(who, "withdrawn")
        if held:
            self._promote(shift)
            self._refill([who])

    def decline(self, who: int, shift: Shift) -> None:
        """Say no."""
        self._standing(shift)
        insist(who in self.people.profiles)
        if who in shift.on or who in shift.line:
            self.withdraw(who, shift)
        else:
            shift.note(who, "declined")

    def reconfirm(self, who: int, shift: Shift, revision: int) -> None:
        """Say that a move suits."""
        if revision == shift.revision:
            self._standing(shift)
            insist(who in shift.on and not (who in shift.unsure and self._elsewhere(who, shift)))
            shift.unsure.discard(who)

    def publish(self, who: int, shift: Shift) -> None:
        """Open a draft."""
        insist(self.people.may(who) and shift.state != "cancelled")
        insist(shift.state == "open" or shift.start > self.now)
        shift.state = "open"

    def cancel(self, who: int, shift: Shift) -> None:
        """Call a shift off; who held a place may move up elsewhere."""
        insist(self.people.may(who))
        self._standing(shift)
        shift.state, shift.revision = "cancelled", shift.revision + 1
        self._refill([*shift.on, *shift.line])

    def move(self, who: int, shift: Shift, start: datetime) -> None:
        """Give a shift another time; who holds a place is asked again."""
        insist(self.people.may(who) and start > self.now)
        self._standing(shift)
        shift.start, shift.revision, shift.unsure = start, shift.revision + 1, set(shift.on)
        people = [*shift.on, *shift.line]
        self._promote(shift)
        self._refill(people)

    def _standing(self, shift: Shift) -> None:
        insist(shift.state == "open" and self.now < shift.start)

    def _elsewhere(self, who: int, shift: Shift) -> bool:
        others = (other for other in self.shifts if other is not shift and other.state == "open" and who in other.on)
        return any(abs(other.start - shift.start) < LENGTH for other in others)

    def _promote(self, shift: Shift) -> set[int]:
        """Let those who wait move up in their order, but for whoever is elsewhere then or cannot be reached."""
        promoted: set[int] = set()
        if shift.state == "open" and self.now < shift.start:
            for who in list(shift.line):
                if shift.free > 0 and who not in self.people.blocked and not self._elsewhere(who, shift):
                    shift.note(who, "confirmed")
                    promoted.add(who)
        return promoted

    def _refill(self, people: Iterable[int]) -> None:
        free = set(people)
        for shift in self.shifts:
            if free & set(shift.line):
                self._promote(shift)

    def accept(self, who: int, link: int) -> None:
        """Follow an invitation: it makes one person a coordinator; wrong ones may be tried five times an hour."""
        recent = [at for one, at in self.people.wrong if one == who and self.now - at < LOCKED_OUT]
        if len(recent) >= WRONG_TRIES:
            return
        if self.people.links.get(link, True) or self.now >= self.began + INVITED:
            self.people.wrong.append((who, self.now))
        elif who not in self.people.coordinators:
            self.people.coordinators.add(who)
            self.people.links[link] = True

    def remove(self, who: int, other: int) -> None:
        """Take somebody's role away."""
        insist(who == self.people.admin and other in self.people.coordinators)
        self.people.coordinators.discard(other)
