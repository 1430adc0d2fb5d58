"""What people get and tap about reminders: the question, the two answers, and the coordinators' notes."""

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext
from bot.core.message import Html, Screen
from bot.core.person import require_coordinator
from bot.core.refusal import Gone
from bot.features.reminders import messages, queries
from bot.features.shifts.models import SignUpState
from bot.features.shifts.queries import facts as facts_of
from bot.features.shifts.queries import shift as shift_of
from bot.features.shifts.queries import sign_up_of, signed_up
from bot.features.shifts.services import confirm_coming, withdraw


def render_reminder(r: RenderContext) -> Screen | None:
    """Remind, unless the shift has moved, is cancelled or has begun, or she is not on it any more."""
    facts = facts_of(r.session, r.args["id"])
    if facts is None or not facts.shift.is_open or facts.shift.starts_at <= r.now:
        return None
    if facts.shift.revision != r.args.get("revision", facts.shift.revision):
        return None
    sign_up = sign_up_of(r.session, facts.shift.key, r.person.key)
    if sign_up is None or sign_up.state != SignUpState.CONFIRMED:
        return None
    return messages.reminder(r.t, facts, sign_up)


def on_coming(c: BotContext) -> None:
    """Note that she comes."""
    if _is_current(c):
        confirm_coming(c.uow, c.person.key, c.entity)
        _show_shift(c, messages.coming(c.t))


def on_cant(c: BotContext) -> None:
    """Give her place back; the card's sign-up button is the way to undo it. A second tap changes nothing."""
    if _is_current(c):
        sign_up = sign_up_of(c.session, c.entity, c.person.key)
        if sign_up is None or sign_up.state != SignUpState.WITHDRAWN:
            withdraw(c.uow, c.person.key, c.entity)
        _show_shift(c, messages.cannot(c.t))


def _is_current(c: BotContext) -> bool:
    """Say whether the question spoke of the shift as it is; an answer to another time is no answer to this one."""
    shift = shift_of(c.session, c.entity)
    if shift is None:
        raise Gone
    if c.press and c.press.revision == shift.revision:
        return True
    _show_shift(c, messages.changed(c.t))
    return False


def _show_shift(c: BotContext, notice: Html) -> None:
    if not c.show_card("shift", c.entity, notice):
        raise Gone


def on_notes(c: BotContext) -> None:
    """Show the coordinators of a shift what became of its reminders."""
    facts = facts_of(c.session, c.entity)
    if facts is None:
        raise Gone
    require_coordinator(c.session, c.person.key, facts.shift.organisation_id)
    confirmed = signed_up(c.session, c.entity, SignUpState.CONFIRMED)
    silent = [person for sign_up, person in confirmed if not sign_up.coming_at]
    c.show(messages.notes(c.t, facts, queries.reminder_notes(c.session, c.entity), silent))
