"""BotContext: everything a handler may use, for one update."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot.chat.buttons import Press
from bot.chat.event import Event
from bot.chat.feature import Registry, RenderContext
from bot.core.card import Card, card_at
from bot.core.keyring import Keyring
from bot.core.message import Html, Screen
from bot.core.person import Person
from bot.core.store import UnitOfWork
from bot.core.translation import Translator


@dataclass(frozen=True)
class House:
    """What stays the same for the whole run."""

    registry: Registry
    keyring: Keyring
    zone: ZoneInfo
    locales: tuple[str, ...]
    land: str
    username: str
    admins: frozenset[int] = frozenset()

    def link(self, start: str) -> str:
        """Return the deep link that opens the bot with this start word (at most 64 characters)."""
        return f"https://t.me/{self.username}?start={start}"


class BotContext:
    """One update being handled: plain calls, no awaiting, everything through the unit of work."""

    def __init__(self, uow: UnitOfWork, event: Event, person: Person, house: House) -> None:
        self.uow = uow
        self.event = event
        self.person = person
        self.house = house
        self.press: Press | None = None
        self.args = ""
        self.origin = ""
        self.alert_text = ""
        self.t = Translator(person.locale, house.zone)

    @property
    def session(self) -> Session:
        """The unit of work's session."""
        return self.uow.session

    @property
    def entity(self) -> int:
        """The id of what the pressed button speaks of."""
        return self.press.entity if self.press else 0

    @property
    def arg(self) -> int:
        """The argument of the pressed button."""
        return self.press.arg if self.press else 0

    def speak(self, locale: str) -> None:
        """Go on in another language."""
        self.person.locale = locale
        self.uow.session.add(self.person)
        self.t = Translator(locale, self.house.zone)
        self.uow.outbox.commands(self.person)

    def show(self, screen: Screen) -> None:
        """Show a screen in place of the one whose button was pressed; after a typed message, below it."""
        if self.event.message_id and self.press is not None:
            self._answer(screen, self.event.message_id)
        else:
            self.reply(screen)

    def reply(self, screen: Screen) -> None:
        """Send a new message; the older screen loses its keyboard, so that one keyboard lives."""
        older = self.person.screen_id
        if older and screen.rows and not (self.press and older == self.event.message_id):
            self.uow.outbox.strip(self.person.telegram_id, older, origin=self.origin)
        self._answer(screen, None)

    def alert(self, text: str) -> None:
        """Say something above the chat, best-effort: it must be visible in a screen as well."""
        self.alert_text = text

    def card(self) -> Card | None:
        """Return what the pressed message shows, if it is a card."""
        if self.press is None:
            return None
        return card_at(self.session, self.person.telegram_id, self.event.message_id)

    def render(self, kind: str, entity: int, args: Mapping[str, Any] | None = None) -> Screen | None:
        """Render a registered kind for this person as it is now."""
        self.session.flush()
        found = self.house.registry.render(kind, self.rendering({"id": entity, **(args or {})}))
        return found if isinstance(found, Screen) else None

    def rendering(self, args: Mapping[str, Any]) -> RenderContext:
        """Return what a renderer may look at, for this person."""
        return RenderContext(self.session, self.uow.now, self.person, self.t, args)

    def show_card(self, kind: str, entity: int, notice: Html | None = None) -> bool:
        """Show an entity's card in place, with a sentence on top; return False if it is no more."""
        screen = self.render(kind, entity)
        if screen is None:
            return False
        self.show(screen.noticed(notice) if notice else screen)
        return True

    def _answer(self, screen: Screen, message_id: int | None) -> None:
        self.uow.outbox.answer(self.person, screen, origin=self.origin, message_id=message_id)
