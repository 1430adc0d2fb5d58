"""The volunteers' form in the model: where somebody is, and what she answered."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tests.faults.model_people import People

STEPS = ("name", "languages", "activities", "slots", "district")
MANY, SUMMARY = {"languages", "activities", "slots"}, len(STEPS)
STALE = timedelta(hours=24)


@dataclass
class Talk:
    """An open form; its serial is learned from its buttons."""

    data: dict[str, Any]
    updated: datetime
    step: int = 0
    serial: int | None = None
    returns: bool = False  # one answer is being changed

    def touch(self, now: datetime) -> bool:
        """Show where somebody is, unless she must first be asked whether to go on."""
        fresh = now - self.updated <= STALE
        self.updated = now if fresh else self.updated
        return fresh

    def answer(self, value: Any) -> None:
        """Take an answer and go on."""
        self.data = {**self.data, STEPS[self.step]: value}
        self.step += 1
        while self.returns and self.step < SUMMARY and STEPS[self.step] in self.data:
            self.step += 1


@dataclass(frozen=True)
class Form:
    """Everybody's forms at an instant; ``options`` is what each step offers."""

    people: People
    talks: dict[int, Talk]
    options: dict[str, list[str]]
    now: datetime

    def begin(self, who: int) -> None:
        """Open it empty."""
        if who not in self.people.profiles:
            self.talks[who] = Talk({"languages": ["en"]}, self.now)

    def edit(self, who: int) -> None:
        """Open it at its end, filled in."""
        if who in self.people.profiles:
            self.talks[who] = Talk(dict(self.people.profiles[who]), self.now, SUMMARY)

    def write(self, who: int, text: str) -> None:
        """Type an answer."""
        talk = self.talks.get(who)
        if talk and talk.touch(self.now) and (talk.step == SUMMARY - 1 or (talk.step == 0 and text.isalpha())):
            talk.answer(text)

    def tap(self, who: int, button: str, sight: tuple[int, int], arg: int) -> None:
        """Tap a button that was shown at a step of a form with this serial."""
        talk = self.talks.get(who)
        if talk is None:
            return
        if sight != (talk.step, talk.serial):
            talk.touch(self.now)
        elif button == "cancel":
            del self.talks[who]
        elif button in {"edit", "resume"}:  # these go on, however old the form is
            talk.updated = self.now
            if button == "edit" and talk.step == SUMMARY and arg < SUMMARY:
                talk.step, talk.returns = arg, True
        elif talk.step == SUMMARY and button == "confirm":
            self.people.profiles[who] = talk.data
            self.people.names[who] = talk.data["name"]
            del self.talks[who]
        elif talk.touch(self.now) and talk.step < SUMMARY:
            self._at_a_step(who, talk, button, arg)

    def _at_a_step(self, who: int, talk: Talk, button: str, arg: int) -> None:
        step = STEPS[talk.step]
        offered = [self.people.names[who]] if step == "name" else self.options.get(step, [])
        chosen = talk.data.get(step) or []
        if button == "pick" and step == "name" and arg < len(offered):
            talk.answer(offered[arg])
        elif button == "toggle" and step in MANY and arg < len(offered):
            talk.data = {**talk.data, step: sorted(set(chosen) ^ {offered[arg]})}
        elif button == "next" and step in MANY and chosen:
            talk.answer(chosen)
        elif button == "skip" and step == "district":
            talk.answer("")
        elif button == "back":
            talk.step = SUMMARY if talk.returns else max(0, talk.step - 1)
