"""First contact, home, help, language, and what nobody else understood."""

from collections.abc import Sequence

from bot.chat import form_walk
from bot.chat.context import BotContext
from bot.chat.feature import MenuEntry
from bot.core.message import Button, Html, Rows
from bot.core.refusal import Gone
from bot.features.menu import messages
from bot.features.menu.queries import IS_UNDECIDED

LAST_ROW = 90  # menu entries from this order on share a row


def on_first_contact(c: BotContext) -> None:
    """Ask for the language before anything else; the phone's language only sorts the list."""
    if c.args:
        c.person.start_word = c.args[:64]
    c.reply(messages.languages(c.t, _sorted_locales(c), first=True))


def _sorted_locales(c: BotContext) -> list[tuple[int, str]]:
    own = c.event.language.split("-")[0]
    return sorted(enumerate(c.house.locales), key=lambda pair: pair[1] != own)


def on_start(c: BotContext) -> None:
    """Go home, or where the link leads."""
    prefix, _, rest = c.args.partition("-")
    handler = c.house.registry.start_links.get(prefix)
    if c.event.command == "start" and rest and handler:
        c.args = rest
        handler(c)
    else:
        on_home(c)


def on_home(c: BotContext) -> None:
    """Show the home screen."""
    _home(c, None)


def _home(c: BotContext, notice: Html | None) -> None:
    entries = c.house.registry.menu_of(c.session, c.person.key)
    new = any(entry.shown is IS_UNDECIDED for entry in entries)
    screen = messages.home(c.t, _rows(c, entries), new=new, name=c.person.name)
    c.show(screen.noticed(notice) if notice else screen)


def _rows(c: BotContext, entries: Sequence[MenuEntry]) -> Rows:
    """What the features offer, a row each; language and help share the last one."""
    buttons = [(entry.order, Button(c.t.button(entry.caption), entry.action)) for entry in entries]
    first = tuple((button,) for order, button in buttons if order < LAST_ROW)
    return (*first, tuple(button for order, button in buttons if order >= LAST_ROW))


def on_help(c: BotContext) -> None:
    """Say what the bot can do for this person."""
    commands = c.house.registry.commands.values()
    mine = [(each.name, each.about) for each in commands if each.about and each.may(c.session, c.person)]
    c.show(messages.help_text(c.t, mine))


def on_language(c: BotContext) -> None:
    """Let somebody change her language."""
    c.show(messages.languages(c.t, list(enumerate(c.house.locales)), first=False))


def on_language_pick(c: BotContext) -> None:
    """Take a language; at first contact go on to where the link leads."""
    if not 0 <= c.entity < len(c.house.locales):
        raise Gone
    c.speak(c.house.locales[c.entity])
    word, c.person.start_word = c.person.start_word, ""
    prefix, _, rest = word.partition("-")
    handler = c.house.registry.start_links.get(prefix)
    if rest and handler:
        c.args = rest
        handler(c)
    elif not form_walk.redisplay(c):
        on_home(c)


def on_newcomer(c: BotContext) -> None:
    """Show a newcomer the ways to help."""
    c.show(messages.newcomer(c.t))


def on_invited(c: BotContext) -> None:
    """Say how an invitation works."""
    c.show(messages.invited(c.t))


def on_cancel(c: BotContext) -> None:
    """Drop the draft and go home."""
    was_open = form_walk.close(c) or c.press is not None
    _home(c, messages.cancelled(c.t) if was_open else messages.nothing_to_cancel(c.t))


def on_unknown_text(c: BotContext) -> None:
    """Answer what was not understood with the way on."""
    if not form_walk.redisplay(c, messages.unknown_text(c.t)):
        _home(c, messages.unknown_text(c.t))


def on_unknown_media(c: BotContext) -> None:
    """Answer pictures, voice notes and the like with the way on."""
    if not form_walk.redisplay(c, messages.unknown_media(c.t)):
        _home(c, messages.unknown_media(c.t))


def on_edited(c: BotContext) -> None:
    """Say that an edit changes no answer; outside a form an edit means nothing to us and gets silence."""
    if form_walk.form_is_open(c):
        form_walk.redisplay(c, messages.edited(c.t))
