"""Commands and buttons of volunteers, and what every message about shifts shows when it leaves."""

from collections.abc import Callable, Sequence
from datetime import datetime

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext, Renderer
from bot.chat.guards import is_coordinator
from bot.core.message import Button, Html, Rows, Screen, lines, paragraphs
from bot.core.person import Person, is_coordinator_of
from bot.core.refusal import Gone
from bot.core.translation import N_, Translator
from bot.core.widgets import home_row
from bot.features.shifts import lists, messages, models, queries, services
from bot.features.shifts.messages import View
from bot.features.shifts.models import Shift, ShiftState, SignUp, SignUpState
from bot.features.shifts.queries import Facts
from bot.features.volunteers.models import Volunteer

BELOW_MINIMUM = N_("<b>Somebody gave a place back, and now there are too few people.</b>")
PLACE_FREE = N_("<b>A place is free again.</b>")
UNREACHABLE = N_("<b>{name} cannot be reached on Telegram at the moment.</b> The place is kept; please ask.")


def on_list(c: BotContext) -> None:
    """Show what there is to do."""
    page = lists.open_shifts_for(c.session, c.person.key, c.uow.now, c.house.zone, c.arg)
    c.show(messages.shift_list(c.t, page, coordinates=is_coordinator(c.session, c.person)))


def on_mine(c: BotContext) -> None:
    """Show a volunteer her shifts."""
    c.show(messages.my_shifts(c.t, lists.page_of_mine(c.session, c.person.key, c.uow.now, c.arg)))


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
        facts = queries.facts(c.session, c.entity)
        assert facts
        c.show(_card(c.rendering({}), facts, None, row))  # who is on it is offered nothing a volunteer must be for


def on_withdraw(c: BotContext) -> None:
    """Give her place back with one tap."""
    services.withdraw(c.uow, c.person.key, c.entity)
    _show(c, c.entity)


def on_decline(c: BotContext) -> None:
    """Note that it does not suit her."""
    services.decline(c.uow, c.person.key, c.entity)
    _show(c, c.entity)


def on_reconfirm(c: BotContext) -> None:
    """Note that a moved shift suits her."""
    if _is_as_shown(c):
        services.reconfirm(c.uow, c.person.key, c.entity)
        _show(c, c.entity)


def _is_as_shown(c: BotContext) -> bool:
    """Say whether a yes was tapped to what the shift is now; else show what it has become."""
    found = models.locked_shift(c.session, c.entity)
    if c.press and c.press.revision == found.revision:
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
    return _card(r, facts, *queries.volunteer_and_answer(r.session, facts.shift.key, r.person.key))


def _card(r: RenderContext, facts: Facts, volunteer: Volunteer | None, row: SignUp | None) -> Screen:
    if row and row.state == SignUpState.CONFIRMED:  # what else she has at that time was asked when she got it
        return messages.card(r.t, View(facts, r.now, volunteer, row))
    other = queries.overlap(r.session, facts.shift, r.person.key)
    number = queries.place_in_line(r.session, row) if row and row.is_on else 0
    return messages.card(r.t, View(facts, r.now, volunteer, row, other, number))


def draft(t: Translator, facts: Facts, count: int) -> Screen:
    """Show a draft as volunteers will see it, with the ways to publish it."""
    key = facts.shift.key
    fits = t.n("It would be told to {n} person.", "It would be told to {n} people.", count)
    text = paragraphs(
        t("📝 <b>Draft: only coordinators see it</b>"),
        messages.head(t, facts),
        lines(messages.people(t, facts.shift), fits),
    )
    tell = str(t.n("📣 Publish and tell {n} person", "📣 Publish and tell {n} people", count))
    rows: Rows = (
        (Button(tell, "announcement.publish", key, style="success"),) if count else (),
        (Button(t.button("🤫 Publish silently"), "shift.publish", key),),
        (Button(t.button("✏️ Change"), "shift.edit", key), Button(t.button("🗑 Delete draft"), "shift.delete", key)),
        (Button(t.button("🗂 Our shifts"), "shift.desk"), *home_row(t)),
    )
    return Screen(text, rows, card=("roster", key))


def thrown_away(t: Translator) -> Screen:
    """Take the place of a draft's card that somebody threw away."""
    return Screen(t("This draft was thrown away."), ((Button(t.button("🗂 Our shifts"), "shift.desk"), *home_row(t)),))


def roster(t: Translator, facts: Facts, people: Sequence[tuple[SignUp, Person]], now: datetime) -> Screen:
    """Show a published shift with everybody on it."""
    shift = facts.shift
    waiting = [row.person_id for row, _ in people if row.state == SignUpState.WAITLISTED]
    order = list(SignUpState)
    names = [
        _line(t, row, person, waiting) for row, person in sorted(people, key=lambda pair: order.index(pair[0].state))
    ]
    least = t.n("⚠️ At least {n} person is needed.", "⚠️ At least {n} people are needed.", shift.min_people)
    short = least if shift.is_short else None
    state = (
        messages.reason(t, shift) if shift.state == ShiftState.CANCELLED else lines(messages.people(t, shift), short)
    )
    key = shift.key
    change: Rows = (
        (Button(t.button("🕑 Change time or place"), "shift.move", key),),
        (Button(t.button("✖ Cancel the shift"), "shift.cancel", key, style="danger"),),
    )
    copy = (
        Button(t.button("🔁 A week later"), "shift.copy", key),
        Button(t.button("🔁 Other day"), "shift.copy_to", key),
    )
    news = (
        Button(t.button("📣 Who was told"), "announcement.report", key),
        Button(t.button("⏰ Reminders"), "reminder.notes", key),
    )
    desk = (Button(t.button("🔄 Refresh"), "shift.roster", key), Button(t.button("🗂 Our shifts"), "shift.desk"))
    stands = shift.is_open and shift.starts_at > now
    text = paragraphs(messages.head(t, facts), state, lines(*names))
    return Screen(text, (*((news, *change) if stands else ()), copy, desk, home_row(t)), card=("roster", key))


def _line(t: Translator, row: SignUp, person: Person, waiting: Sequence[int]) -> Html:
    name = person.name
    if row.state == SignUpState.WAITLISTED:
        return t("⏳ {number}. {name}", number=waiting.index(person.key) + 1, name=name)
    if row.state != SignUpState.CONFIRMED:
        return t("👎 {name} can't come", name=name)
    if not person.reachable:
        return t("📵 {name} cannot be reached on Telegram", name=name)
    if row.must_reconfirm:
        return t("❓ {name} has not said yet whether the change suits", name=name)
    return t("👍 {name} is coming for sure", name=name) if row.coming_at else t("✅ {name}", name=name)


def render_roster(r: RenderContext) -> Screen | None:
    """Show a draft, or who is on a shift, to those who coordinate its organisation at this moment."""
    facts = queries.facts(r.session, r.args["id"])
    if facts is None:
        return thrown_away(r.t)
    if not is_coordinator_of(r.session, r.person.key, facts.shift.organisation_id):
        return None
    if facts.shift.state == ShiftState.DRAFT:
        return draft(r.t, facts, queries.people_to_tell(r.session, facts.shift, r.t.zone))
    return roster(r.t, facts, queries.signed_up(r.session, facts.shift.key), r.now)


def _told_coordinators(msgid: str, counts: Callable[[Shift], bool]) -> Renderer:
    def render(r: RenderContext) -> Screen | None:
        shift, about = queries.shift(r.session, r.args["id"]), r.session.get(Person, r.args["person"])
        screen = render_roster(r)
        if shift is None or screen is None or not counts(shift):
            return None
        # Whoever it is about may have left meanwhile.
        return screen.noticed(r.t(msgid, name=about.name if about else "–"))

    return render


def _told(kind: str, counts: Callable[[Shift, SignUp], bool]) -> Renderer:
    """Make the renderer of a message to somebody on a shift: its card, with what happened on top.

    ``counts`` tells whether it is still true when the message leaves. The next refresh takes the sentence away, so
    the card itself says what matters.
    """

    def render(r: RenderContext) -> Screen | None:
        shift = queries.shift(r.session, r.args["id"])
        row = queries.sign_up_of(r.session, r.args["id"], r.person.key)
        screen = render_shift(r)
        if shift is None or row is None or screen is None or not counts(shift, row):
            return None
        return screen.noticed(messages.notice(r.t, kind))

    return render


RENDERERS: dict[str, Renderer] = {
    "shift": render_shift,
    "shift.moved": _told("shift.moved", lambda shift, row: shift.is_open and row.is_on),
    "shift.cancelled": _told("shift.cancelled", lambda shift, row: not shift.is_open and row.is_on),
    "shift.promoted": _told("shift.promoted", lambda shift, row: row.state == SignUpState.CONFIRMED),
    "shift.passed_over": _told("shift.passed_over", lambda shift, row: row.state == SignUpState.WAITLISTED),
    "roster": render_roster,
    "shift.below_minimum": _told_coordinators(BELOW_MINIMUM, lambda shift: shift.is_open and shift.is_short),
    "shift.place_free": _told_coordinators(PLACE_FREE, lambda shift: shift.is_open and not shift.is_full),
    "shift.unreachable": _told_coordinators(UNREACHABLE, lambda shift: shift.is_open),
}
