"""Route: finds the handler of an event, checks the right it declares, and calls it."""

from datetime import timedelta

from bot.chat import form_walk
from bot.chat.buttons import ButtonSigner
from bot.chat.context import BotContext
from bot.chat.event import Event, Kind
from bot.chat.feature import Action, Command
from bot.core.card import card_at
from bot.core.person import Person, Role, grant, has_role
from bot.core.refusal import NotAllowed
from bot.core.store import UnitOfWork

LANGUAGE_PICK = "language.pick"
SEEN = timedelta(hours=1)  # as exactly as anybody needs to know it; it spares most updates a write
OTHERS = {Kind.MEDIA: "unknown.media", Kind.EDITED: "unknown.edited"}


def person_of(uow: UnitOfWork, event: Event, known: Person | None, admins: frozenset[int]) -> Person:
    """Make the person behind an event known, if she is not; whoever writes can be reached again."""
    person = known or Person(telegram_id=event.user_id, created_at=uow.now, seen_at=uow.now)
    if known is None:
        uow.session.add(person)
        uow.session.flush()
    if not person.reachable or uow.now - person.seen_at > SEEN:
        person.seen_at, person.reachable = uow.now, True
        uow.session.add(person)
    if event.user_id in admins and not has_role(uow.session, person.key, Role.ADMIN):
        grant(uow.session, person.key, Role.ADMIN, 0, uow.now)
        uow.outbox.commands(person)
    return person


def route(c: BotContext, signer: ButtonSigner) -> None:
    """Let the right feature act on a private chat's event."""
    if c.event.kind == Kind.PRESS:
        _press(c, signer)
    elif not c.person.locale:
        # Whatever comes first, the language comes before it; a link's start word is kept for afterwards.
        c.args = c.event.text if c.event.command == "start" else ""
        _act(c, "language.first")
    elif c.event.kind == Kind.COMMAND:
        _command(c)
    elif c.event.kind == Kind.TEXT:
        _text(c)
    elif c.event.kind in OTHERS:
        _act(c, OTHERS[c.event.kind])


def _press(c: BotContext, signer: ButtonSigner) -> None:
    c.press = signer.read(c.event.data, c.event.user_id)
    if c.press is None:
        _strange_button(c)
    elif not c.person.locale and c.press.action != LANGUAGE_PICK:
        _act(c, "language.first")
    else:
        _act(c, c.press.action)


def _act(c: BotContext, action: str) -> None:
    _run(c, c.house.registry.actions[action])


def _run(c: BotContext, entry: Action | Command) -> None:
    if not entry.may(c.session, c.person):
        raise NotAllowed
    entry.handler(c)


def _command(c: BotContext) -> None:
    c.args = c.event.text
    command = c.house.registry.commands.get(c.event.command)
    if command is None:
        _act(c, "unknown.text")
        return
    _run(c, command)


def _text(c: BotContext) -> None:
    command = c.house.registry.words.get(c.event.text.casefold().strip(" .!?؟"))
    if command is not None and not form_walk.form_is_open(c):
        _run(c, command)
    elif not form_walk.receive_text(c, c.event.text):
        _act(c, "unknown.text")


def _strange_button(c: BotContext) -> None:
    """Answer a forged, foreign or outdated button: nothing changes, and the true state is shown."""
    c.alert(str(c.t("This button is no longer valid. Here is what is true now.")))
    card = card_at(c.session, c.person.telegram_id, c.event.message_id)
    if card is not None:
        screen = c.render(card.kind, card.entity)
        if screen is not None:
            c.uow.outbox.answer(c.person, screen, origin=c.origin, message_id=c.event.message_id)
            return
    if not form_walk.redisplay(c):
        c.house.registry.commands["start"].handler(c)
