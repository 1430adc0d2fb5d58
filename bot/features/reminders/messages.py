"""Every word of reminders, and of the notes on them."""

from collections.abc import Sequence

from bot.core.message import Button, Html, Screen, escaped, lines, paragraphs
from bot.core.person import Person
from bot.core.translation import Translator
from bot.core.widgets import home_row
from bot.features.reminders.queries import Note
from bot.features.shifts.models import SignUp
from bot.features.shifts.queries import Facts


def reminder(t: Translator, facts: Facts, sign_up: SignUp) -> Screen:
    """Remind somebody of her shift and ask whether she comes; who said so already is not asked again."""
    shift = facts.shift
    where = (
        t("{place}, {address}", place=shift.place_name, address=facts.address) if facts.address else shift.place_name
    )
    cant = (Button(t.button("🤒 I can't"), "reminder.cant", shift.key, shift.revision),)
    yes = (Button(t.button("👍 I'm coming"), "reminder.coming", shift.key, shift.revision, style="success"),)
    if sign_up.coming_at:
        question = t("You said that you are coming. See you there!")
    else:
        question = t("Are you coming? Please tap, so that the others know.")
    text = paragraphs(
        t("<b>⏰ You are expected soon.</b>"),
        lines(
            t("<b>{activity}</b>", activity=t(facts.activity)),
            t("🕑 {when}", when=t.when(shift.starts_at, shift.ends_at)),
            t("📍 {place}", place=where),
            t("🏛 {organisation}", organisation=facts.organisation),
        ),
        question,
    )
    return Screen(text, (cant,) if sign_up.coming_at else (yes, cant), card=("shift.reminder", shift.key))


def coming(t: Translator) -> Html:
    """Thank for coming."""
    return t("Thank you! See you there.")


def cannot(t: Translator) -> Html:
    """Thank for saying so, and say the way back."""
    return t("Thank you for telling us. Your place goes to somebody else. If you can come after all, tap again.")


def changed(t: Translator) -> Html:
    """Say that the question spoke of another time."""
    return t("This shift has changed meanwhile. Here is what is true now.")


def notes(t: Translator, facts: Facts, found: Sequence[Note], silent: Sequence[Person]) -> Screen:
    """Tell coordinators what became of the reminders of a shift, and who has not answered."""
    shift = facts.shift
    head = lines(
        t("<b>⏰ Reminders: {activity}</b>", activity=t(facts.activity)),
        escaped(t.when(shift.starts_at, shift.ends_at)),
    )
    steps = [_step(t, note) for note in found] or [t("No reminder is planned.")]
    people = [person.name for person in silent]
    unanswered = t("❓ Not answered yet: {names}", names=t.list(people)) if people else None
    row = (Button(t.button("📋 Roster"), "shift.roster", shift.key),)
    return Screen(paragraphs(head, lines(*steps), unanswered), (row, home_row(t)))


def _step(t: Translator, note: Note) -> Html:
    when = t.short_when(note.at)
    if note.missed:
        return t("⚠️ {when}: not sent, because it had become too late. Please ask the people yourself.", when=when)
    if note.waits:
        return t("⏳ {when}: everybody who has a place is asked.", when=when)
    sent = t.n("✉️ {when}: sent to {n} person.", "✉️ {when}: sent to {n} people.", note.sent, when=when)
    if not note.not_reached:
        return sent
    names = t.list(person.name for person in note.not_reached)
    return lines(sent, t("⚠️ Not reminded: {names}. Please ask them yourself.", names=names))
