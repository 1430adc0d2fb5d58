"""Envelope: an outbox row made into a call, rendered from the store as it is when the message leaves."""

from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from telegram import InputFile

from bot.chat.buttons import ButtonSigner
from bot.chat.feature import Registry, RenderContext
from bot.chat.payload import screen_params
from bot.chat.profile import command_menu
from bot.core.card import card_at
from bot.core.message import Document, Screen, from_json
from bot.core.outbox import Outgoing, State, Verb
from bot.core.person import Person
from bot.core.store import UnitOfWork
from bot.core.translation import Translator


@dataclass(frozen=True)
class Envelope:
    """One call, and what must be remembered when it has been carried out."""

    row_id: int
    chat_id: int
    lane: int
    revision: int
    method: str
    params: dict[str, Any]
    person_id: int | None = None
    card: tuple[str, int] | None = None
    has_buttons: bool = False
    shown: str = ""
    stamp: str = ""
    files: dict[str, InputFile] = field(default_factory=dict)


class Packer:
    """Makes envelopes; a row whose message became pointless or came too late is settled on the spot."""

    def __init__(self, registry: Registry, signer: ButtonSigner, zone: ZoneInfo) -> None:
        self.registry = registry
        self.signer = signer
        self.zone = zone

    def pack(self, uow: UnitOfWork, row: Outgoing) -> Envelope | None:
        """Return the call of a row, or nothing if it shall not leave."""
        if row.expires_at and uow.now >= row.expires_at:
            return self._settle(uow, row, State.EXPIRED)
        if row.verb == Verb.STRIP:
            return self._strip(uow, row)
        if row.verb == Verb.COMMANDS:
            return self._commands(uow, row)
        content = self._content(uow, row)
        if row.verb == Verb.REFRESH and not _is_outdated(uow, row, content):
            return self._settle(uow, row, State.SENT)
        if content is None:
            return self._settle(uow, row, State.DEAD)
        if isinstance(content, Document):
            return self._document(row, content)
        return self._screen(row, content)

    def _settle(self, uow: UnitOfWork, row: Outgoing, state: State) -> Envelope | None:
        row.state, row.body = state, None
        row.error = "late" if state == State.EXPIRED else "pointless"
        uow.session.add(row)
        return None

    def _content(self, uow: UnitOfWork, row: Outgoing) -> Screen | Document | None:
        if row.body is not None:
            return from_json(row.body)
        person = uow.session.get(Person, row.person_id) if row.person_id else None
        if person is None:
            return None
        context = RenderContext(uow.session, uow.now, person, Translator(person.locale, self.zone), row.args)
        return self.registry.render(row.kind, context)

    def _strip(self, uow: UnitOfWork, row: Outgoing) -> Envelope | None:
        if card_at(uow.session, row.chat_id, row.message_id or 0):
            return self._settle(uow, row, State.SENT)  # a card is kept true as long as somebody holds it
        return self._envelope(row, "editMessageReplyMarkup", {"chat_id": row.chat_id, "message_id": row.message_id})

    def _commands(self, uow: UnitOfWork, row: Outgoing) -> Envelope | None:
        person = uow.session.get(Person, row.person_id)
        if person is None:
            return self._settle(uow, row, State.DEAD)
        t = Translator(person.locale, self.zone)
        menu = command_menu(self.registry, t, lambda command: command.may(uow.session, person))
        scope = {"type": "chat", "chat_id": row.chat_id}
        return self._envelope(row, "setMyCommands", {"commands": menu, "scope": scope})

    def _screen(self, row: Outgoing, screen: Screen) -> Envelope:
        params = screen_params(screen, row.chat_id, self.signer)
        if row.verb == Verb.SEND:
            return self._envelope(row, "sendMessage", params, screen)
        return self._envelope(row, "editMessageText", {**params, "message_id": row.message_id}, screen)

    def _document(self, row: Outgoing, document: Document) -> Envelope:
        assert row.id is not None
        file = InputFile(document.content, filename=document.name)
        params = {"chat_id": row.chat_id, "caption": document.caption, "parse_mode": "HTML"}
        return Envelope(
            row.id,
            row.chat_id,
            row.lane,
            row.revision,
            "sendDocument",
            params,
            row.person_id,
            files={"document": file},
        )

    def _envelope(self, row: Outgoing, method: str, params: dict[str, Any], screen: Screen | None = None) -> Envelope:
        assert row.id is not None
        return Envelope(
            row.id,
            row.chat_id,
            row.lane,
            row.revision,
            method,
            params,
            row.person_id,
            card=screen.card if screen else None,
            has_buttons=bool(screen and screen.rows),
            shown=screen.digest if screen and screen.card else "",
            stamp=row.body.get("stamp", "") if row.body else "",
        )


def _is_outdated(uow: UnitOfWork, row: Outgoing, content: Screen | Document | None) -> bool:
    """Say whether a card needs an edit: not if another screen took its place, nor if it shows this already.

    The second leaves a notice standing ("Thank you for telling us") until something else changes.
    """
    card = card_at(uow.session, row.chat_id, row.message_id or 0)
    if card is None or (card.kind, card.entity) != (row.kind, row.args.get("id")):
        return False
    return not isinstance(content, Screen) or content.digest != card.shown
