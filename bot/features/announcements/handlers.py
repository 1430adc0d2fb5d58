"""What volunteers get and tap: the call for a shift, a broadcast, and the way to get fewer of them."""

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext
from bot.core.message import Screen
from bot.core.refusal import Gone
from bot.features.announcements import messages, queries, services
from bot.features.announcements.models import Broadcast, BroadcastState
from bot.features.shifts.queries import facts as facts_of


def render_call(r: RenderContext) -> Screen | None:
    """Call for a shift, unless it needs nobody any more, or she answered, paused or said no to all of this."""
    facts = facts_of(r.session, r.args["id"])
    if facts is None or not facts.shift.is_open or facts.shift.is_full or facts.shift.starts_at <= r.now:
        return None
    return messages.call(r.t, facts) if queries.may_be_called(r.session, facts.shift.key, r.person.key) else None


def render_message(r: RenderContext) -> Screen | None:
    """A broadcast on its way to somebody who still agrees to get it."""
    found = queries.broadcast(r.session, r.args["id"])
    if found is None or found.state == BroadcastState.RECALLED or not queries.is_willing(r.session, r.person.key):
        return None
    return _letter(r, found, willing=True)


def render_letter(r: RenderContext) -> Screen | None:
    """A broadcast she has, with the button that fits what she wants now."""
    found = queries.broadcast(r.session, r.args["id"])
    return _letter(r, found, willing=queries.is_willing(r.session, r.person.key)) if found else None


def _letter(r: RenderContext, found: Broadcast, *, willing: bool) -> Screen:
    return messages.letter(r.t, queries.letter(r.session, found, r.person.locale), willing=willing)


def on_less(c: BotContext) -> None:
    """Tell her nothing more of this kind."""
    services.want_messages(c.uow, c.person.key, False)
    _show_letter(c)


def on_again(c: BotContext) -> None:
    """Undo that."""
    services.want_messages(c.uow, c.person.key, True)
    _show_letter(c)


def _show_letter(c: BotContext) -> None:
    if not c.show_card("broadcast.letter", c.entity):
        raise Gone
