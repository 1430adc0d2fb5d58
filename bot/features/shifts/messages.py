"""Every word about shifts that volunteers read, and every refusal; coordinators' screens are in ``coordinator``."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.message import Button, Html, Rows, Screen, lines, paragraphs
from bot.core.paging import Page
from bot.core.refusal import Refusal
from bot.core.translation import B_, N_, Translator
from bot.core.widgets import home_row
from bot.features.shifts import rules
from bot.features.shifts.models import Shift, ShiftState, SignUp, SignUpState
from bot.features.shifts.queries import Facts, Offered
from bot.features.volunteers.models import Volunteer

NOTICES = {
    "shift.changed_meanwhile": N_("This shift has changed meanwhile. Here is what is true now."),
    "shift.moved": N_("<b>A shift of yours was moved.</b>"),
    "shift.cancelled": N_("<b>A shift of yours does not take place.</b> Thank you for being ready to help."),
    "shift.promoted": N_("<b>Good news from the waitlist!</b>"),
    "shift.passed_over": N_("A place became free, but you have another shift at that time, so it went on to the next."),
}
REFUSALS: Mapping[type[Refusal], str] = {
    rules.ShiftFull: N_(
        "All places are taken at the moment. You can join the waitlist: when it is your turn, the place is yours."
    ),
    rules.ShiftInPast: N_("This shift has begun already. There are others to come."),
    rules.ShiftCancelled: N_("This shift does not take place. There are others to come."),
    rules.AlreadySignedUp: N_("You are on this shift already. There is nothing else to do."),
    rules.AlreadyWaiting: N_("You are on the waitlist already. We write to you as soon as a place is yours."),
    rules.NotSignedUp: N_("You are not on this shift at the moment. You can sign up here."),
    rules.NotVolunteer: N_(
        "Please sign up as a volunteer first. It takes two minutes, then this shift is one tap away."
    ),
    rules.VolunteerPaused: N_("You are taking a break at the moment. Tap “I am back”, then you can sign up."),
    rules.ShiftChanged: N_("This shift has changed meanwhile. Here is what is true now."),
    rules.Overlaps: N_(
        "At that time you have another shift: {other}. If this one suits you better, give the other back first."
    ),
    rules.StartInPast: N_("A shift cannot begin in the past. Please choose a later day or time."),
    rules.StartTooFar: N_("A shift can begin within a year from now. Please choose an earlier day."),
    rules.TooLong: N_("A shift can last 12 hours at most. Please choose a shorter one."),
    rules.WrongCounts: N_(
        "There can be 1 to 200 people, and the minimum cannot be above the maximum, such as at least 2 and at most 5."
    ),
    rules.NoSuchTime: N_("On {day} the clocks are put forward, and there is no {clock}. Please choose another time."),
}
STEPS = {
    rules.ShiftFull: (B_("⏳ Join the waitlist"), "shift.wait"),
    rules.NotVolunteer: (B_("🙋 I want to help"), "volunteer.join"),
    rules.VolunteerPaused: (B_("▶️ I am back"), "volunteer.resume"),
    rules.NotSignedUp: (B_("✅ I'm in"), "shift.sign_up"),
}
MARKS = {SignUpState.CONFIRMED: "✅", SignUpState.WAITLISTED: "⏳", SignUpState.DECLINED: "👎"}


@dataclass(frozen=True, slots=True)
class View:
    """A shift as one volunteer sees it at an instant (UTC); ``number`` is her place in the waitlist."""

    facts: Facts
    now: datetime
    volunteer: Volunteer | None = None
    sign_up: SignUp | None = None
    other: Offered | None = None
    number: int = 0


def notice(t: Translator, kind: str) -> Html:
    """Say what just happened to a shift."""
    return t(NOTICES[kind])


def name_of(t: Translator, offered: Offered) -> Html:
    """Name a shift within a sentence."""
    # NOTE: a shift within a sentence, e.g. "Sewing workshop (Wed, 4 Feb 17:00)"
    return t("{activity} ({when})", activity=t(offered.activity.name), when=t.short_when(offered.shift.starts_at))


def head(t: Translator, facts: Facts) -> Html:
    """Say what, when, where and for whom, as everybody sees it."""
    shift = facts.shift
    languages = [t.language(code) for code in facts.languages]
    where = (
        t("{place}, {address}", place=shift.place_name, address=facts.address) if facts.address else shift.place_name
    )
    return lines(
        t("<b>{activity}</b>", activity=t(facts.activity)),
        t("🕑 {when}", when=t.when(shift.starts_at, shift.ends_at)),
        t("📍 {place}", place=where),
        t("🏛 {organisation}", organisation=facts.organisation),
        t("🗣 It helps to speak {languages}", languages=t.list(languages, either=True)) if languages else None,
        original(t, shift.note, shift.note_locale) if shift.note else None,
    )


def original(t: Translator, text: str, locale: str) -> Html:
    """Quote what a coordinator typed, and say in which language unless it is the reader's."""
    if not locale or locale.split("@")[0] == t.code.split("@")[0]:
        return t("💬 {text}", text=text)
    return t("💬 {text} <i>(original: {language})</i>", text=text, language=t.language(locale.split("@")[0]))


def reason(t: Translator, shift: Shift) -> Html:
    """Say why a shift was cancelled."""
    why = shift.cancel_reason
    text = t(why) if why in rules.REASONS else original(t, why, shift.cancel_locale)
    return lines(t("✖ <b>This shift does not take place.</b>"), text)


def card(t: Translator, view: View) -> Screen:
    """Show a shift to a volunteer, with the one tap that is hers to make."""
    shift = view.facts.shift
    text = paragraphs(head(t, view.facts), people(t, shift) if shift.is_open else None, _state(t, view))
    around = (Button(t.button("📅 Find shifts"), "shift.list"), Button(t.button("🗓 My shifts"), "shift.mine"))
    stands = shift.is_open and shift.starts_at > view.now
    rows = (*(_choices(t, view) if stands else ()), around, home_row(t))
    return Screen(text, rows, card=("shift", shift.key))


def people(t: Translator, shift: Shift) -> Html:
    return t("👥 {taken} of {most} places are taken.", taken=shift.taken, most=shift.max_people)


def _state(t: Translator, view: View) -> Html | None:
    shift, row = view.facts.shift, view.sign_up
    if shift.state == ShiftState.CANCELLED:
        return reason(t, shift)
    if row and row.is_on:
        return _place(t, view, row)
    if shift.starts_at <= view.now:
        return t("This shift has begun already.")
    if view.other:
        return t("At that time you are here: {other}.", other=name_of(t, view.other))
    if row and row.state == SignUpState.DECLINED:
        return t("👎 You said: not this time. If you can come after all, just tap.")
    return t("You gave your place back. If you can come after all, just tap.") if row else None


def _place(t: Translator, view: View, row: SignUp) -> Html:
    shift = view.facts.shift
    if row.state == SignUpState.WAITLISTED:
        busy = view.other if not shift.is_full else None
        return lines(
            t("⏳ <b>You are number {number} on the waitlist.</b>", number=view.number),
            t("A place is free, but at that time you are here: {other}.", other=name_of(t, busy)) if busy else None,
        )
    if row.must_reconfirm:
        before = t("Before, it began on {when}.", when=t.when(shift.moved_from)) if shift.moved_from else None
        return lines(t("❓ <b>Time or place has changed. Does it still suit you?</b>"), before)
    if row.coming_at:
        return t("👍 <b>You are coming. Thank you!</b>")
    return t("✅ <b>A place became free, and it is yours.</b>") if row.line else t("✅ <b>You are in. Thank you!</b>")


def _choices(t: Translator, view: View) -> Rows:
    shift, row = view.facts.shift, view.sign_up
    state = row.state if row else None

    def button(caption: str, action: str, style: str = "") -> tuple[Button, ...]:
        return (Button(t.button(caption), f"shift.{action}", shift.key, shift.revision, style=style),)

    if row and state == SignUpState.CONFIRMED:
        yes = button(B_("✅ Yes, it still suits me"), "reconfirm", "success")
        return (*((yes,) if row.must_reconfirm else ()), button(B_("🤒 I can't"), "withdraw"))
    if state == SignUpState.WAITLISTED:
        return (button(B_("👎 Leave the waitlist"), "withdraw"),)
    if view.volunteer is None:
        return ((Button(t.button("🙋 I want to help"), "volunteer.join", style="success"),),)
    if view.volunteer.paused:
        return ((Button(t.button("▶️ I am back"), "volunteer.resume", style="success"),),)
    wait = button(B_("⏳ Join the waitlist"), "wait", "primary")
    yes = wait if shift.is_full else button(B_("✅ I'm in"), "sign_up", "success")
    other = ((open_button(t, view.other),),) if view.other else ()
    no = () if state in {SignUpState.DECLINED, SignUpState.WITHDRAWN} else (button(B_("👎 Not this time"), "decline"),)
    return (yes, *no, *other)


def open_button(t: Translator, offered: Offered, action: str = "shift.open", mark: str = "📅") -> Button:
    activity, when = str(t(offered.activity.name)), t.short_when(offered.shift.starts_at)
    # NOTE: a shift in a list: a sign, the day and time, what there is to do
    return Button(
        t.button("{mark} {when} · {activity}", mark=mark, when=when, activity=activity), action, offered.shift.key
    )


def shift_list(t: Translator, page: Page[Offered], *, coordinates: bool) -> Screen:
    """Show what there is to do, what fits first."""
    rows = tuple((open_button(t, each, mark=_mark(each)),) for each in page.items)
    legend = t("⭐ fits you · ✅ you are in · ⏳ waitlist · 👎 not this time")
    none = t("Nothing is needed at the moment. We write to you when something fits.")
    around: Rows = ((Button(t.button("🗓 My shifts"), "shift.mine"),), home_row(t))
    if coordinates:
        around = ((Button(t.button("🗂 Our shifts"), "shift.desk"),), *around)
    text = lines(t("<b>Here you can help</b>"), legend) if rows else none
    return Screen(text, (*rows, more(t, page, "shift.list"), *around))


def _mark(offered: Offered) -> str:
    mark = MARKS.get(offered.sign_up.state) if offered.sign_up else None
    return mark or ("⭐" if offered.fits else "📅")


def more(t: Translator, page: Page[Offered], action: str) -> tuple[Button, ...]:
    return () if page.more is None else (Button(t.button("More…"), action, arg=page.more),)


def my_shifts(t: Translator, page: Page[Offered]) -> Screen:
    """Show a volunteer her shifts to come."""
    find = (Button(t.button("📅 Find shifts"), "shift.list"),)
    if not page.items:
        return Screen(t("You are on no shift at the moment."), (find, home_row(t)))
    rows = tuple((open_button(t, each, mark=_mark(each)),) for each in page.items)
    text = lines(t("<b>Your shifts</b>"), t("✅ you are in · ⏳ waitlist"))
    return Screen(text, (*rows, more(t, page, "shift.mine"), find, home_row(t)))


def explain(t: Translator, refusal: Refusal) -> Screen:
    """Say why something cannot be, with the next step."""
    values: dict[str, str] = {}
    rows: Rows = (home_row(t),)
    if isinstance(refusal, rules.ShiftRefusal):
        rows = ((Button(t.button("📅 See the shift"), "shift.open", refusal.shift.key),), *rows)
    if isinstance(refusal, rules.Overlaps):
        rows = ((open_button(t, refusal.other),), *rows)
        values["other"] = name_of(t, refusal.other)
    elif isinstance(refusal, rules.NoSuchTime):
        values |= {"day": t.day(refusal.day), "clock": f"{refusal.clock:%H:%M}"}
    elif isinstance(refusal, rules.ShiftRefusal) and (step := STEPS.get(type(refusal))):
        rows = (
            (Button(t.button(step[0]), step[1], refusal.shift.key, refusal.shift.revision, style="success"),),
            *rows,
        )
    return Screen(t(REFUSALS[type(refusal)], **values), rows)
