"""Every word of announcements and broadcasts that volunteers read, and of the reports coordinators read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.core.message import Button, Html, Rows, Screen, escaped, lines, paragraphs
from bot.core.translation import Translator
from bot.core.widgets import home_row
from bot.features.announcements.models import Broadcast, BroadcastState
from bot.features.announcements.queries import Letter, Report
from bot.features.announcements.rules import CannotAnnounce, NobodyToTell, Standing, TooLateToRecall, decide_text
from bot.features.shifts.models import Shift
from bot.features.shifts.queries import Facts

PREVIEW_LIMIT = 2600  # characters of all texts together, so that the whole preview is one message


# -- what volunteers read --


def call(t: Translator, facts: Facts) -> Screen:
    """Ask a volunteer for a shift; the first refresh turns it into the shift's own card."""
    shift = facts.shift
    free = shift.max_people - shift.taken
    where = (
        t("{place}, {address}", place=shift.place_name, address=facts.address) if facts.address else shift.place_name
    )
    text = paragraphs(
        t("<b>{organisation} is looking for help.</b>", organisation=facts.organisation),
        lines(
            t("<b>{activity}</b>", activity=t(facts.activity)),
            t("🕑 {when}", when=t.when(shift.starts_at, shift.ends_at)),
            t("📍 {place}", place=where),
            t.n("👥 {n} place is free.", "👥 {n} places are free.", free),
            _note(t, shift) if shift.note else None,
        ),
        t("Can you come? One tap is enough."),
    )
    yes = Button(t.button("✅ I'm in"), "shift.sign_up", shift.key, shift.revision, style="success")
    no = Button(t.button("👎 Not this time"), "shift.decline", shift.key, shift.revision)
    return Screen(text, ((yes,), (no,)), card=("shift", shift.key))


def _note(t: Translator, shift: Shift) -> Html:
    locale = shift.note_locale.partition("@")[0]
    if locale in ("", t.code.partition("@")[0]):
        return t("💬 {text}", text=shift.note)
    return t("💬 {text} <i>(original: {language})</i>", text=shift.note, language=t.language(locale))


def letter(t: Translator, seen: Letter, *, willing: bool = True) -> Screen:
    """Show a broadcast to one of its readers, with the way to get fewer of them, and back."""
    head = t("<b>From {organisation}</b>", organisation=seen.organisation)
    mark = None
    if seen.original:
        language = t.language(seen.original)
        mark = t("<i>This message was not translated; the original is in {language}.</i>", language=language)
    if willing:
        button = Button(t.button("🔕 Stop these messages"), "broadcast.less", seen.number)
        quiet = None
    else:
        button = Button(t.button("↩️ Undo"), "broadcast.again", seen.number)
        quiet = t("🔕 You are not told any more when help is needed. “📅 Find shifts” is always open to you.")
    # The text is as it was typed: a name or number of another script may not turn the lines around it.
    words = Html("\n".join(t.isolated(line) for line in escaped(seen.text).split("\n")))
    return Screen(paragraphs(head, words, mark, quiet), ((button,),), card=("broadcast.letter", seen.number))


# -- what coordinators read --


def confirm_call(t: Translator, shift_id: int, count: int) -> Screen:
    """Ask before very many people are told of a shift."""
    text = t.n(
        "This tells {n} person at once. Shall it go out?", "This tells {n} people at once. Shall it go out?", count
    )
    yes = Button(t.button("📣 Tell all of them"), "announcement.publish", shift_id, arg=1, style="danger")
    return Screen(text, ((yes,), (Button(t.button("‹ Back"), "announcement.report", shift_id),), home_row(t)))


def call_report(t: Translator, facts: Facts, report: Report) -> Screen:
    """Show how far the announcement of a shift got, and who answered."""
    shift, answers = facts.shift, report.answers
    head = t("<b>📣 Told about: {activity}</b>", activity=t(facts.activity))
    counts = t(
        "👍 Yes: {yes} · ⏳ Waitlist: {waiting} · 👎 No: {no}",
        yes=answers.yes,
        waiting=answers.waitlisted,
        no=answers.no,
    )
    places = t("👥 {taken} of {places} places are taken.", taken=shift.taken, places=shift.max_people)
    when = escaped(t.when(shift.starts_at, shift.ends_at))
    text = paragraphs(lines(head, when), progress(t, report), lines(counts, places))
    roster = Button(t.button("📋 Roster"), "shift.roster", shift.key)
    refresh = Button(t.button("🔄 Refresh"), "announcement.report", shift.key)
    tell: Rows = ((Button(t.button("📣 Tell people"), "announcement.publish", shift.key),),)
    brakes = _brakes(t, "announcement", shift.key, report.standing) if report.standing.total else tell
    return Screen(text, (*brakes, (roster, refresh), home_row(t)), card=("announcement", shift.key))


def progress(t: Translator, report: Report) -> Html:
    """Say how many were told, wait, and could not be told."""
    standing = report.standing
    if not standing.total:
        return t("Nobody is told: everybody whom it fits has answered already.")
    parts = [t("✉️ Sent to {sent} of {total}.", sent=standing.sent, total=standing.total)]
    if standing.waiting:
        parts.append(t.n("⏳ {n} message waits.", "⏳ {n} messages wait.", standing.waiting))
        if standing.next_leave and (standing.next_leave - report.now).total_seconds() > 60:
            parts.append(t("🌙 So that nobody is woken, they leave on {when}.", when=t.when(standing.next_leave)))
    if standing.stopped:
        parts.append(t.n("⏸ {n} message is stopped.", "⏸ {n} messages are stopped.", standing.stopped))
    if standing.unreachable:
        parts.append(t.n("🚫 {n} person cannot be reached.", "🚫 {n} people cannot be reached.", standing.unreachable))
    if standing.dropped:
        parts.append(
            t.n(
                "➖ {n} message was not needed any more.", "➖ {n} messages were not needed any more.", standing.dropped
            )
        )
    return lines(*parts)


def _brakes(t: Translator, kind: str, entity: int, standing: Standing) -> Rows:
    rows: list[tuple[Button, ...]] = []
    if standing.waiting:
        rows.append((Button(t.button("⏸ Stop"), f"{kind}.stop", entity, style="danger"),))
    if standing.stopped:
        rows.append((Button(t.button("▶️ Continue"), f"{kind}.continue", entity, style="success"),))
    return tuple(rows)


def broadcast_report(t: Translator, sent: Broadcast, words: Html, report: Report) -> Screen:
    """Show a broadcast to its organisation's coordinators: held with the way back, then how far it got."""
    rows: Rows
    if sent.state == BroadcastState.RECALLED:
        state = t("↩️ Taken back. Nobody got this message.")
        rows = ((Button(t.button("✏️ Change and send"), "broadcast.edit", sent.key),),)
    elif sent.state == BroadcastState.HELD:
        state = _held(t, sent, report.now)
        rows = ((Button(t.button("↩️ Recall"), "broadcast.recall", sent.key, style="danger"),),)
    else:
        state = progress(t, report)
        refresh = Button(t.button("🔄 Refresh"), "broadcast.report", sent.key)
        rows = (*_brakes(t, "broadcast", sent.key, report.standing), (refresh,))
    text = paragraphs(t("<b>📣 Message to many</b>"), words, state)
    return Screen(text, (*rows, home_row(t)), card=("broadcast", sent.key))


def _held(t: Translator, sent: Broadcast, now: datetime) -> Html:
    people = t.n("It goes to {n} person.", "It goes to {n} people.", sent.planned)
    if (sent.leaves_at - now).total_seconds() > 90:
        leaves = t("🌙 So that nobody is woken, it leaves on {when}.", when=t.when(sent.leaves_at))
    else:
        leaves = t("⏳ It leaves within a minute.")
    return lines(people, leaves, t("Until then you can take it back."))


# -- what is seen before a broadcast is sent --


@dataclass(frozen=True, slots=True)
class Preview:
    """A broadcast before it is sent: readers by locale, texts by locale, and who is left out."""

    organisation: str
    audience: Html
    texts: Mapping[str, str]
    original: str
    readers: Mapping[str, int]
    capped: int = 0
    unwilling: int = 0


def preview(t: Translator, seen: Preview, leaves: str) -> Html:
    """Show every text with its readers, who is left out, and the count; ``leaves`` is empty if it leaves at once."""
    total = sum(seen.readers.values())
    share = PREVIEW_LIMIT // max(1, len(seen.texts))
    texts = [
        lines(t("<b>{language}</b>", language=t.language_caption(locale)), escaped(_cut(text, share)))
        for locale, text in seen.texts.items()
    ]
    readers = [_readers(t, seen, locale, count) for locale, count in seen.readers.items()]
    out = (
        t.n("{n} person got enough messages this week.", "{n} people got enough messages this week.", seen.capped)
        if seen.capped
        else None,
        t.n("{n} person does not want to be told.", "{n} people do not want to be told.", seen.unwilling)
        if seen.unwilling
        else None,
    )
    after = t("It leaves one minute after you tap “Send”; until then you can take it back.")
    night = t("🌙 So that nobody is woken, it leaves on {when}. Until then you can take it back.", when=leaves)
    return paragraphs(
        lines(t("<b>From {organisation}</b>", organisation=seen.organisation), seen.audience),
        *texts,
        lines(*readers, *out),
        lines(
            t.n("<b>Shall {n} person get this?</b>", "<b>Shall {n} people get this?</b>", total),
            night if leaves else after,
        ),
    )


def _readers(t: Translator, seen: Preview, locale: str, count: int) -> Html:
    _, marked = decide_text(seen.texts, seen.original, locale)
    language = t.language(locale)
    if marked:
        return t("👥 {language}: {count}, who get the original with a note", language=language, count=count)
    return t("👥 {language}: {count}", language=language, count=count)


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 1]}…"


# -- refusals --


def cannot_announce(t: Translator, refusal: CannotAnnounce) -> Screen:
    """Say that it is too late for this shift."""
    text = t("This shift is cancelled or has begun, so nobody is told of it any more.")
    return Screen(text, (home_row(t),))


def nobody_to_tell(t: Translator, refusal: NobodyToTell) -> Screen:
    """Say that nobody would get it, and why."""
    text = paragraphs(
        t("Nobody would get this message, so it was not sent. Please choose other people under “✏️ Audience”."),
        t.n("{n} person got enough messages this week.", "{n} people got enough messages this week.", refusal.capped)
        if refusal.capped
        else None,
    )
    return Screen(text, ((Button(t.button("📣 Message to many"), "broadcast"),), home_row(t)))


def too_late(t: Translator, refusal: TooLateToRecall) -> Screen:
    """Say that messages are leaving already, and what still helps."""
    return Screen(t("The first messages have left already. “⏸ Stop” holds back the rest."), (home_row(t),))
