"""Commands and buttons of coordinators: the desk, copies, another time or place, the cancellation."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.chat.context import BotContext
from bot.chat.form_screens import SUMMARY
from bot.chat.form_walk import begin
from bot.chat.forms import Ask, BadInput, Data, Form, Option, Step
from bot.core.message import Button, Html, Screen, lines, paragraphs
from bot.core.paging import Page
from bot.core.person import require_coordinator
from bot.core.refusal import Gone
from bot.core.translation import B_, Translator
from bot.core.widgets import home_row
from bot.features.organisations.queries import organisation_ids_of, organisations_of
from bot.features.shifts import conversation, lists, messages, queries, rules, services
from bot.features.shifts.messages import more, open_button
from bot.features.shifts.models import Shift, ShiftState, Venue
from bot.features.shifts.queries import Offered

LAST_WEEK, REASON_LIMIT = timedelta(days=8), 200


def on_desk(c: BotContext) -> None:
    """Show the shifts of her organisations."""
    _show_desk(c)


def _show_desk(c: BotContext, notice: Html | None = None) -> None:
    mine = organisation_ids_of(c.session, c.person)
    coming = lists.page_of_ours(c.session, mine, c.uow.now, 0 if notice else c.arg)
    screen = desk(c.t, coming, lists.past_shifts(c.session, mine, c.uow.now, LAST_WEEK))
    c.show(screen.noticed(notice) if notice else screen)


def on_new(c: BotContext) -> None:
    """Ask what is needed; who coordinates one organisation is not asked for which."""
    mine = organisations_of(c.session, c.person)
    begin(c, "shift.new", {"_organisation": mine[0].number} if len(mine) == 1 else {})


def on_roster(c: BotContext) -> None:
    """Show who is on a shift, or a draft."""
    shift = _mine(c)
    _show(c, shift.key)


def _mine(c: BotContext) -> Shift:
    shift = queries.shift(c.session, c.entity)
    if shift is None:
        raise Gone
    require_coordinator(c.session, c.person.key, shift.organisation_id)
    return shift


def _show(c: BotContext, shift_id: int, notice: Html | None = None) -> None:
    if not c.show_card("roster", shift_id, notice):
        raise Gone


def on_publish(c: BotContext) -> None:
    """Open a draft for sign-up and tell nobody."""
    services.publish_shift(c.uow, c.person.key, c.entity)
    _show(c, c.entity, c.t("The shift is open for sign-up. Nobody was told."))


def on_edit(c: BotContext) -> None:
    """Change a draft: all answers with a button for each."""
    shift = _mine(c)
    if shift.state != ShiftState.DRAFT:
        raise rules.ShiftChanged(shift)
    begin(c, "shift.new", {**shift_data(c, shift), "_shift": shift.key}, at=SUMMARY)


def on_delete(c: BotContext) -> None:
    """Throw a draft away once that was asked."""
    shift = _mine(c)
    if c.arg:
        services.delete_draft(c.uow, c.person.key, shift.key)
        _show_desk(c, c.t("The draft is thrown away."))
        return
    sure = Button(c.t.button("🗑 Yes, throw it away"), "shift.delete", shift.key, arg=1, style="danger")
    back = Button(c.t.button("‹ Back"), "shift.roster", shift.key)
    c.show(Screen(c.t("Do you want to throw this draft away? That cannot be undone."), ((sure,), (back,))))


def on_move(c: BotContext) -> None:
    """Ask for another time or place."""
    shift = rules.require_standing(_mine(c), c.uow.now)
    begin(c, "shift.move", {**shift_data(c, shift), "_shift": shift.key}, at=SUMMARY)


def on_cancel(c: BotContext) -> None:
    """Ask why it does not take place."""
    begin(c, "shift.cancel", {"_shift": rules.require_standing(_mine(c), c.uow.now).key})


def on_copy(c: BotContext) -> None:
    """Make a draft of the same a week later (or of the next such weekday to come)."""
    shift = _mine(c)
    kept = services.copy_shift(c.uow, c.person.key, shift.key, _weeks_later(c, shift))
    _show(c, kept.key)


def on_copy_to(c: BotContext) -> None:
    """Open the form with everything of a shift filled in, for another day."""
    shift = _mine(c)
    day = _weeks_later(c, shift).astimezone(c.house.zone).date()
    begin(c, "shift.new", {**shift_data(c, shift), "day": day.isoformat()}, at=SUMMARY)


def _weeks_later(c: BotContext, shift: Shift) -> datetime:
    weeks = 1 + max(0, (c.uow.now - shift.starts_at) // timedelta(days=7))
    return rules.days_later(shift.starts_at, 7 * weeks, c.house.zone)


def shift_data(c: BotContext, shift: Shift) -> Data:
    """Return everything of a shift as answers; what begins with "_" stays when the form is begun anew."""
    wall = shift.starts_at.astimezone(c.house.zone)
    return {
        "_organisation": shift.organisation_id,
        "activity": str(shift.activity_id),
        "place": f"#{shift.place_id}" if shift.place_id else f"={shift.place_name}",
        "day": wall.date().isoformat(),
        "clock": f"{wall:%H:%M}",
        "length": str(int((shift.ends_at - shift.starts_at).total_seconds() // 60)),
        "most": str(shift.max_people),
        "least": str(shift.min_people),
        "languages": queries.shift_languages(c.session, shift.key),
        "note": shift.note,
        "_note": shift.note,
        "_note_locale": shift.note_locale,
    }


def summary_of_move(c: BotContext, data: Data) -> Html:
    """Show what becomes of a shift, and how many are asked again."""
    shift = queries.shift(c.session, data["_shift"])
    if shift is None:
        raise Gone
    venue, count = conversation.venue_of(c, data), len(queries.signed_up(c.session, shift.key, *queries.ON))
    return paragraphs(
        c.t("Before: {when}, {place}", when=c.t.when(shift.starts_at, shift.ends_at), place=shift.place_name),
        c.t("<b>New: {when}, {place}</b>", when=c.t.when(venue.starts_at, venue.ends_at), place=venue.place_name),
        c.t.n("{n} person is told and asked again.", "{n} people are told and asked again.", count),
    )


def finish_move(c: BotContext, data: Data) -> None:
    """Move the shift, unless nothing was changed."""
    shift, venue = queries.shift(c.session, data["_shift"]), conversation.venue_of(c, data)
    if shift is None or Venue(shift.starts_at, shift.ends_at, shift.place_name, shift.place_id) != venue:
        services.move_shift(c.uow, c.person.key, data["_shift"], venue)
    c.show_card("roster", data["_shift"])


def ask_reason(c: BotContext, data: Data) -> Ask:
    """Offer the usual reasons."""
    text = c.t("Why does it not take place? Tap a reason, or write one. Everybody on the shift will read it.")
    return Ask(text, tuple(Option(each, str(c.t(each))) for each in rules.REASONS))


def receive_reason(c: BotContext, data: Data, text: str) -> str:
    """Take another reason."""
    if len(text) > REASON_LIMIT:
        raise BadInput(c.t("Please write at most 200 characters, such as: The heating has failed."))
    return text


def summary_of_cancel(c: BotContext, data: Data) -> Html:
    """Ask once more, urgently when it begins soon."""
    facts = queries.facts(c.session, data["_shift"])
    if facts is None:
        raise Gone
    count = len(queries.signed_up(c.session, facts.shift.key, *queries.ON))
    soon = facts.shift.starts_at - c.uow.now < rules.SHORT_NOTICE
    why = data["reason"]
    return paragraphs(
        c.t("<b>Do you really want to cancel this shift?</b>"),
        messages.head(c.t, facts),
        c.t(why) if why in rules.REASONS else c.t("💬 {text}", text=why),
        c.t("⚠️ <b>It begins in less than 24 hours.</b> Some may be on their way; a call helps, too.") if soon else None,
        c.t.n("{n} person on it is told why.", "{n} people on it are told why.", count),
    )


def finish_cancel(c: BotContext, data: Data) -> None:
    """Cancel the shift."""
    services.cancel_shift(c.uow, c.person.key, data["_shift"], data["reason"], c.person.locale)
    _show(c, data["_shift"])


MOVE = Form("shift.move", conversation.VENUE, summary_of_move, finish_move, confirm=B_("Move and tell everybody"))
CANCEL = Form(
    name="shift.cancel",
    steps=(Step("reason", ask_reason, receive_reason, label=B_("Reason")),),
    summary=summary_of_cancel,
    finish=finish_cancel,
    confirm=B_("Yes, cancel the shift"),
    style="danger",
)


def desk(t: Translator, coming: Page[Offered], past: Sequence[Offered]) -> Screen:
    """Show coordinators their organisations' shifts: to come, and those of last week to copy."""
    rows = tuple((open_button(t, each, "shift.roster", _desk_mark(each.shift)),) for each in coming.items)
    again = tuple((open_button(t, each, "shift.roster", "🔁"),) for each in past)
    text = lines(
        t("<b>Our shifts</b>"),
        t("✅ enough people · ⚠️ too few people · 📝 draft · 🔁 last week, to copy"),
        None if rows else t("No shift is planned."),
    )
    new = (Button(t.button("➕ New shift"), "shift.new", style="primary"),)
    return Screen(text, (*rows, more(t, coming, "shift.desk"), *again, new, home_row(t)))


def _desk_mark(shift: Shift) -> str:
    if shift.state == ShiftState.DRAFT:
        return "📝"
    return f"{'⚠️' if shift.is_short else '✅'} {shift.taken}/{shift.max_people}"
