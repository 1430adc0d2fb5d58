"""Forms: what a multi-step conversation consists of, declared as steps; ``form_actions`` walks through them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bot.core.message import Html
from bot.core.translation import B_

if TYPE_CHECKING:
    from bot.chat.context import BotContext

Data = dict[str, Any]
PER_PAGE = 12  # options on a page, so that a keyboard fits a small phone


class BadInput(Exception):
    """What was typed does not fit; carries a kind sentence with an example."""

    def __init__(self, reason: Html) -> None:
        super().__init__("bad input")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Option:
    """One thing to tap: ``value`` is what is kept, ``caption`` what is read."""

    value: str
    caption: str
    style: str = ""


@dataclass(frozen=True, slots=True)
class Ask:
    """What a step shows."""

    text: Html
    options: tuple[Option, ...] = ()
    columns: int = 1
    per_page: int = PER_PAGE


def always(data: Mapping[str, Any]) -> bool:
    """Ask in any case."""
    return True


@dataclass(frozen=True)
class Step:
    """One question.

    ``ask`` makes its screen; ``typed`` reads a typed answer or raises BadInput (without it only taps count);
    ``many`` lets several options be chosen, at least ``at_least``; ``optional`` offers "Skip"; ``when`` tells whether
    it is asked at all; ``label`` (a msgid, context "button") is its button in the summary, without one it cannot be
    changed there; ``chosen`` may refuse or complete an answer (it may raise BadInput or a Refusal).
    """

    name: str
    ask: Callable[["BotContext", Data], Ask]
    typed: Callable[["BotContext", Data, str], Any] | None = None
    many: bool = False
    at_least: int = 0
    optional: bool = False
    label: str = ""
    when: Callable[[Mapping[str, Any]], bool] = always
    chosen: Callable[["BotContext", Data], None] | None = None


@dataclass(frozen=True)
class Form:
    """A conversation: its questions, the summary of the answers, and the one service call at the end.

    ``finish`` shows the closing screen itself; before it nothing is written but the draft.
    """

    name: str
    steps: tuple[Step, ...]
    summary: Callable[["BotContext", Data], Html]
    finish: Callable[["BotContext", Data], None]
    confirm: str = B_("Done")
    style: str = "success"

    def step(self, name: str) -> Step:
        """Return a step by name."""
        return next(step for step in self.steps if step.name == name)

    def number(self, name: str) -> int:
        """Return a step's place, which its buttons carry; the summary comes after all."""
        return next((n for n, step in enumerate(self.steps) if step.name == name), len(self.steps))

    def asked(self, data: Data) -> list[Step]:
        """Return the steps that are asked, given the answers so far."""
        return [step for step in self.steps if step.when(data)]

    def after(self, name: str, data: Data) -> Step | None:
        """Return the step that follows; nothing after the last."""
        return self._beside(name, data, 1)

    def before(self, name: str, data: Data) -> Step | None:
        """Return the step before; nothing before the first."""
        return self._beside(name, data, -1)

    def _beside(self, name: str, data: Data, by: int) -> Step | None:
        here = self.number(name)
        candidates = [step for step in self.asked(data) if (self.number(step.name) - here) * by > 0]
        return min(candidates, key=lambda step: abs(self.number(step.name) - here), default=None)
