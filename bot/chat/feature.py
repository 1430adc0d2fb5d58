"""Feature: what a feature hands to the house; Registry: all of them, looked up by name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

from sqlmodel import Session
from sqlmodel.sql.expression import SelectOfScalar

from bot.chat.guards import Permission
from bot.core.condition import Condition, Conditions
from bot.core.due import DueRow
from bot.core.message import Document, Screen
from bot.core.person import Person
from bot.core.personal_data import PersonalData
from bot.core.refusal import Refusal
from bot.core.store import UnitOfWork
from bot.core.translation import Translator

if TYPE_CHECKING:
    from bot.chat.context import BotContext
    from bot.chat.forms import Form


@dataclass(frozen=True, slots=True)
class RenderContext:
    """What a renderer may look at when a message leaves: the store as it is now, and the reader."""

    session: Session
    now: datetime
    person: Person
    t: Translator
    args: Mapping[str, Any]
    registry: Registry | None = None  # filled in by the registry that renders


Handler = Callable[["BotContext"], None]
Renderer = Callable[[RenderContext], Screen | Document | None]
Job = Callable[[UnitOfWork, DueRow], None]
Explain = Callable[[Translator, Any], Screen]
Awaiting = Callable[[datetime], SelectOfScalar[Any]]


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command; ``about`` is its line in Telegram's menu, a msgid. ``may`` has no default on purpose."""

    name: str
    handler: Handler
    may: Permission
    about: str = ""
    words: tuple[str, ...] = ()  # what people type for it, in any language


@dataclass(frozen=True, slots=True)
class Action:
    """What a button does. ``may`` is the coarse right; the service asks the store for the entity's own."""

    name: str
    handler: Handler
    may: Permission


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A button on the home screen, for those whom ``shown`` holds for, in this order."""

    order: int
    caption: str
    action: str
    shown: Condition


@dataclass(frozen=True)
class Feature:
    """Everything a feature adds to the house."""

    name: str
    commands: tuple[Command, ...] = ()
    actions: tuple[Action, ...] = ()
    forms: tuple[Form, ...] = ()
    renderers: Mapping[str, Renderer] = field(default_factory=dict)
    jobs: Mapping[str, Job] = field(default_factory=dict)
    refusals: Mapping[type[Refusal], Explain] = field(default_factory=dict)
    menu: tuple[MenuEntry, ...] = ()
    start_links: Mapping[str, Handler] = field(default_factory=dict)  # by the part before the first "-"
    personal_data: tuple[PersonalData, ...] = ()
    # By kind of card: the ids of what waits for a tap at an instant, so that a lost one can be asked for again.
    awaiting: Mapping[str, Awaiting] = field(default_factory=dict)
    unreachable: Callable[[UnitOfWork, Person], None] | None = None


class Registry:
    """All features together; two of one name are a mistake found at the start."""

    def __init__(self, features: tuple[Feature, ...]) -> None:
        self.features = features
        self.commands: dict[str, Command] = _unique((c.name, c) for f in features for c in f.commands)
        self.words: dict[str, Command] = _unique((word, c) for f in features for c in f.commands for word in c.words)
        self.actions: dict[str, Action] = _unique((a.name, a) for f in features for a in f.actions)
        self.forms: dict[str, Form] = _unique((form.name, form) for f in features for form in f.forms)
        self.renderers: dict[str, Renderer] = _unique(item for f in features for item in f.renderers.items())
        self.jobs: dict[str, Job] = _unique(item for f in features for item in f.jobs.items())
        self.refusals: dict[type[Refusal], Explain] = _unique(item for f in features for item in f.refusals.items())
        self.start_links: dict[str, Handler] = _unique(item for f in features for item in f.start_links.items())
        self.menu = sorted((entry for f in features for entry in f.menu), key=lambda entry: entry.order)
        self._shown = Conditions(entry.shown for entry in self.menu)
        self.personal_data = tuple(entry for f in features for entry in f.personal_data)
        _unique((entry.name, entry) for entry in self.personal_data)

    def menu_of(self, session: Session, person_id: int) -> list[MenuEntry]:
        """Return what a person's home screen offers, in its order; one statement, however many entries there are."""
        shown = self._shown.hold(session, person_id)
        return [entry for entry in self.menu if id(entry.shown) in shown]

    def explain(self, t: Translator, refusal: Refusal) -> Screen | None:
        """Say a refusal in the words of the feature that knows it."""
        for kind in type(refusal).__mro__:
            if kind in self.refusals:
                return self.refusals[kind](t, refusal)
        return None

    def render(self, kind: str, context: RenderContext) -> Screen | Document | None:
        """Render a message as it is now; nothing if it has become pointless."""
        return self.renderers[kind](replace(context, registry=self))


K = TypeVar("K")
V = TypeVar("V")


def _unique(items: Iterable[tuple[K, V]]) -> dict[K, V]:
    found: dict[K, V] = {}
    for name, value in items:
        if name in found:
            raise ValueError(f"two features offer {name!r}")
        found[name] = value
    return found
