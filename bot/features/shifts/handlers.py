"""Commands and buttons of volunteers, and what every message about shifts shows when it leaves."""

from collections.abc import Callable
from datetime import UTC, datetime

from bot.chat.context import BotContext
from bot.chat.feature import Renderer, RenderContext
from bot.core.message import Html, Screen
from bot.core.person import Person, is_coordinator_of
from bot.core.refusal import Gone
from bot.features.shifts import coordinator, messages, queries, services
from bot.features.shifts.messages import View
from bot.features.shifts.models import Shift, ShiftState, SignUp, SignUpState
from bot.features.shifts.queries import Offered
from bot.features.volunteers.models import Activity
from bot.features.volunteers.queries import volunteer_of

def on_list(c: BotContext) -> None:
    """Show what there is to do."""
    offered = queries.open_shifts_for(c.session, c.person.key, c.uow.now, c.house.zone)
    c.show(messages.shift_list(c.t, messages.page_of(offered, c.arg)))


def on_mine(c: BotContext) -> None:
    """Show a volunteer her shifts."""
    offered = queries.shifts_of(c.session, c.person.key, c.uow.now)
    c.show(messages.my_shifts(c.t, messages.page_of(offered, c.arg)))


def on_open(c: BotContext) -> None:
    """Show a shift's card."""
    _show(c, c.entity)


def on_link(c: BotContext) -> None:
    """Show the card a link names: the second way to a shift, besides the tap."""
    if not c.args.isdecimal() or len(c.args) > 9:
        raise Gone
    _show(c, int(c.args))


def _show(c: BotContext, shift_id: int, notice: Html | None = None) -> None:
    if not c.show_card("shift", shift_id, notice):
        raise Gone


def on_sign_up(c: BotContext) -> None:
    """Give her a place with one tap."""
    _sign_up(c, or_wait=False)


def on_wait(c: BotContext) -> None:
    """Put her into the waitlist, or give her the place that became free meanwhile."""
    _sign_up(c, or_wait=True)


def _sign_up(c: BotContext, *, or_wait: bool) -> None:
    if _is_as_shown(c):
        row = services.sign_up(c.uow, c.person.key, c.entity, or_wait=or_wait)
        _show(c, c.entity, messages.notice(c.t, f"shift.{row.state}"))


def on_withdraw(c: BotContext) -> None:
    """Give her place back with one tap."""
    services.withdraw(c.uow, c.person.key, c.entity)
    _show(c, c.entity, messages.notice(c.t, "shift.withdrawn"))


def on_decline(c: BotContext) -> None:
    """Note that it does not suit her."""
    services.decline(c.uow, c.person.key, c.entity)
    _show(c, c.entity, messages.notice(c.t, "shift.declined"))


def on_reconfirm(c: BotContext) -> None:
    """Note that a moved shift suits her."""
    if _is_as_shown(c):
        services.reconfirm(c.uow, c.person.key, c.entity)
        _show(c, c.entity, messages.notice(c.t, "shift.reconfirmed"))


def _is_as_shown(c: BotContext) -> bool:
    """Say whether a yes was tapped to what the shift is now; else show what it has become."""
    found = queries.shift(c.session, c.entity)
    if found is None or (c.press and c.press.revision == found.revision):
        return True
    text = messages.notice(c.t, "shift.changed_meanwhile")
    c.alert(text)
    _show(c, c.entity, text)
    return False


def render_shift(r: RenderContext) -> Screen | None:
    """Show a shift as it is now to one person; drafts are nobody's yet."""
    facts = queries.facts(r.session, r.args["id"])
    if facts is None or facts.shift.state == ShiftState.DRAFT:
        return None
    row = queries.sign_up_of(r.session, facts.shift.key, r.person.key)
    waits = row is not None and row.state == SignUpState.WAITLISTED
    view = View(
        facts,
        r.now,
        volunteer_of(r.session, r.person.key),
        row,
        queries.overlap(r.session, facts.shift, r.person.key),
        queries.place_in_line(r.session, row) if row and waits else 0,
    )
    return messages.card(r.t, view)


def render_roster(r: RenderContext) -> Screen | None:
    """Show a draft, or who is on a shift, to those who coordinate its organisation at this moment."""
    facts = queries.facts(r.session, r.args["id"])
    if facts is None:
        return coordinator.thrown_away(r.t)
    if not is_coordinator_of(r.session, r.person.key, facts.shift.organisation_id):
        return None
    if facts.shift.state == ShiftState.DRAFT:
        return coordinator.draft(r.t, facts, queries.people_to_tell(r.session, facts.shift, r.t.zone))
    return coordinator.roster(r.t, facts, queries.signed_up(r.session, facts.shift.key), r.now)


def _told_coordinators(msgid: str, counts: Callable[[Shift], bool]) -> Renderer:
    def render(r: RenderContext) -> Screen | None:
        shift, about = queries.shift(r.session, r.args["id"]), r.session.get(Person, r.args["person"])
        screen = render_roster(r)
        if shift is None or screen is None or not counts(shift):
            return None
        # Whoever it is about may have left meanwhile.
        return screen.noticed(r.t(msgid, name=about.name if about else "–"))

    return render


Values = Callable[[RenderContext, Shift], dict[str, str]]


def _told(kind: str, counts: Callable[[Shift, SignUp], bool], values: Values | None = None) -> Renderer:
    """Make the renderer of a message to somebody on a shift: its card, with what happened on top.

    ``counts`` tells whether it is still true when the message leaves.
    """

    def render(r: RenderContext) -> Screen | None:
        shift = queries.shift(r.session, r.args["id"])
        row = queries.sign_up_of(r.session, r.args["id"], r.person.key)
        screen = render_shift(r)
        if shift is None or row is None or screen is None or not counts(shift, row):
            return None
        return screen.noticed(messages.notice(r.t, kind, **(values(r, shift) if values else {})))

    return render


def _before(r: RenderContext, shift: Shift) -> dict[str, str]:
    return {"before": r.t.when(datetime.fromtimestamp(r.args["from"], UTC))}


def _other(r: RenderContext, shift: Shift) -> dict[str, str]:
    other = queries.shift(r.session, r.args["other"])
    if other is None:
        return {"other": ""}
    return {"other": messages.name_of(r.t, Offered(other, r.session.get_one(Activity, other.activity_id)))}


RENDERERS: dict[str, Renderer] = {
    "shift": render_shift,
    "shift.moved": _told("shift.moved", lambda shift, row: shift.is_open and row.is_on, _before),
    "shift.cancelled": _told("shift.cancelled", lambda shift, row: not shift.is_open and row.is_on),
    "shift.promoted": _told("shift.promoted", lambda shift, row: row.state == SignUpState.CONFIRMED),
    "shift.passed_over": _told("shift.passed_over", lambda shift, row: row.state == SignUpState.WAITLISTED, _other),
    "roster": render_roster,
    "shift.below_minimum": _told_coordinators(coordinator.BELOW_MINIMUM, lambda shift: shift.is_open and shift.is_short),
    "shift.place_free": _told_coordinators(coordinator.PLACE_FREE, lambda shift: shift.is_open and not shift.is_full),
    "shift.unreachable": _told_coordinators(coordinator.UNREACHABLE, lambda shift: shift.is_open),
}
