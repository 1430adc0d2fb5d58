"""Every word of the volunteers' screens."""

from collections.abc import Sequence

from bot.core.consent import TEXTS, Purpose
from bot.core.message import Button, Html, Screen, lines, paragraphs
from bot.core.translation import N_, Translator
from bot.core.widgets import home_row
from bot.features.volunteers.models import Activity, Part, Profile
from bot.features.volunteers.rules import NotAVolunteer

ICONS = {Part.MORNING: "🌅", Part.AFTERNOON: "☀️", Part.EVENING: "🌙"}

# The activities of the sample centre; a centre of its own kind keeps its own words untranslated.
ACTIVITIES = (
    N_("Language buddy"),
    N_("Host at Café International"),
    N_("Homework help"),
    N_("Childcare during language course"),
    N_("Going along to an office"),
    N_("Interpreting"),
    N_("Sewing workshop"),
    N_("Help with finding work"),
    N_("Moving and furnishing"),
    N_("Festivals and summer programme"),
)


def consent(t: Translator) -> Screen:
    """Say before the first question what is kept and why."""
    text = paragraphs(
        t("<b>Good that you want to help!</b>"),
        t(TEXTS[Purpose.VOLUNTEERING]),
        t(TEXTS[Purpose.ANNOUNCEMENTS]),
        t("You can change or delete everything at any time: {command}.", command="/privacy"),
    )
    agree = Button(t.button("👍 I agree"), "volunteer.consent", style="success")
    return Screen(text, ((agree,), home_row(t)))


def ask_name(t: Translator, *, has_offer: bool) -> Html:
    """Ask what to call her."""
    if has_offer:
        return t("What may we call you? Tap your name, or write another one.")
    return t("What may we call you? Please write your first name.")


def bad_name(t: Translator, limit: int) -> Html:
    """Refuse what is no name."""
    return t("Please write just a first name, without links or numbers, at most {limit} letters.", limit=limit)


def ask_languages(t: Translator) -> Html:
    """Ask for languages."""
    return t("Which languages do you speak? Tap all of them, then “Next”.")


def ask_activities(t: Translator) -> Html:
    """Ask for activities."""
    return t("What would you like to do? Tap all that you like, then “Next”.")


def ask_slots(t: Translator) -> Html:
    """Ask for times."""
    legend = t("🌅 morning · ☀️ afternoon · 🌙 evening")
    return lines(t("When can you usually help? Tap all that fit, then “Next”."), legend)


def slot_button(t: Translator, slot: str) -> str:
    """Caption of one cell of the week."""
    day, part = slot.split(".")
    return f"{t.weekday(int(day), short=True)} {ICONS[Part(part)]}"


def ask_district(t: Translator) -> Html:
    """Ask for the district."""
    return t("Where in town do you live, roughly? Write the district, or skip this.")


def bad_district(t: Translator) -> Html:
    """Refuse a text that is too long."""
    return t("Please write just the name of the district.")


def slots_text(t: Translator, slots: Sequence[tuple[int, Part]]) -> Html:
    """Say times briefly: weekday with the icons of its parts."""
    days = dict.fromkeys(day for day, _ in slots)
    icons = {day: " ".join(ICONS[part] for part in Part if (day, part) in slots) for day in days}
    return Html(" · ".join(f"{t.weekday(day, short=True)} {icons[day]}" for day in sorted(days)))


def profile_text(t: Translator, profile: Profile, activities: Sequence[Activity]) -> Html:
    """Say everything a volunteer told us."""
    chosen = [t(a.name) for a in activities if a.id in profile.activity_ids]
    return paragraphs(
        t("<b>{name}</b>", name=profile.name),
        lines(
            t("🗣 Languages: {languages}", languages=t.list([t.language(code) for code in profile.languages])),
            t("🤲 Activities: {activities}", activities=t.list(chosen)),
            t("🕑 Times: {times}", times=slots_text(t, profile.slots)),
            t("📍 District: {district}", district=profile.district) if profile.district else None,
        ),
    )


def profile(t: Translator, text: Html, *, paused: bool) -> Screen:
    """Show a volunteer her own entry with everything she can do about it."""
    if paused:
        state = t("⏸ You are taking a break: we do not ask you for new shifts.")
        toggle = Button(t.button("▶️ I am back"), "volunteer.resume", style="success")
    else:
        state = t("We tell you when something fits.")
        toggle = Button(t.button("⏸ Take a break"), "volunteer.pause")
    rows = (
        (Button(t.button("📅 Find shifts"), "shift.list", style="primary"),),
        (Button(t.button("✏️ Change"), "volunteer.edit"), toggle),
        (Button(t.button("👋 Stop volunteering"), "volunteer.leave"),),
        home_row(t),
    )
    return Screen(paragraphs(text, state), rows)


def joined(t: Translator) -> Screen:
    """Welcome a new volunteer and lead her on."""
    text = paragraphs(
        t("<b>Welcome, you are in!</b>"),
        t("When you are needed, a message comes and one tap is enough. You can also look yourself what is open."),
    )
    return Screen(text, ((Button(t.button("📅 Find shifts"), "shift.list", style="primary"),), home_row(t)))


def changed(t: Translator) -> Screen:
    """Say that the changes are kept."""
    profile_button = Button(t.button("🙋 My volunteering"), "volunteer.profile")
    return Screen(t("Saved. Thank you for keeping it up to date."), ((profile_button,), home_row(t)))


def leave(t: Translator) -> Screen:
    """Ask before what cannot be undone."""
    text = t(
        "Do you want to stop volunteering? We then delete your activities and times. Shifts you are signed up for stay "
        "yours until you give them back under “My shifts”."
    )
    rows = (
        (Button(t.button("Yes, stop"), "volunteer.leave.sure", style="danger"),),
        (Button(t.button("‹ Back"), "volunteer.profile"),),
    )
    return Screen(text, rows)


def left(t: Translator) -> Screen:
    """Say thank you and good-bye."""
    text = t("Done. Thank you for everything you gave. You are welcome back at any time.")
    return Screen(text, (home_row(t),))


def not_a_volunteer(t: Translator, refusal: NotAVolunteer) -> Screen:
    """Say the way in."""
    join = Button(t.button("🙋 I want to help"), "volunteer.join", style="primary")
    return Screen(t("Please sign up as a volunteer first. It takes two minutes."), ((join,), home_row(t)))
