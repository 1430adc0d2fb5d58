"""The forms of coordinators: a new shift (or a draft again), another time or place, a copy, a cancellation."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, time, timedelta

from bot.chat.context import BotContext
from bot.chat.forms import Ask, BadInput, Data, Form, Option, Step
from bot.core.languages import SPOKEN
from bot.core.message import Html, paragraphs
from bot.core.refusal import Gone
from bot.core.translation import B_, N_
from bot.features.organisations.queries import organisations_of, places_for
from bot.features.shifts import messages, queries, rules, services
from bot.features.shifts.models import Need, Venue
from bot.features.volunteers.queries import all_activities

ASKS = {
    "organisation": N_("For which organisation is the shift?"),
    "activity": N_("What is there to do?"),
    "place": N_("Where is it? Tap a place, or write another one."),
    "day": N_("On which day? Tap one, or write a date such as 24.12. or 24.12.2026"),
    "clock": N_("When does it start? Tap a time, or write one such as 17:30"),
    "length": N_("How long does it last? Tap, or write hours and minutes such as 2:45"),
    "most": N_("How many people can come at most? Tap, or write a number."),
    "least": N_("How many are needed at least? If you skip this, one is enough."),
    "languages": N_(
        "Should they speak a certain language? Tap every language that would do, then “Next”; or skip this."
    ),
    "note": N_("Is there anything else to know? Write it in at most 300 characters, or skip this."),
}
BAD = {
    "place": N_("Please write the place in one line of at most 80 characters, such as: Town library, room 2"),
    "day": N_("I did not understand this date. Please write day and month with dots, such as 24.12. or 24.12.2026"),
    "clock": N_("I did not understand this time. Please write hours and minutes with a colon, such as 17:30"),
    "length": N_("Please write hours and minutes with a colon, at most 12 hours, such as 2:45"),
    "count": N_("Please write a number from 1 to 200, such as 5"),
    "least": N_("That is more than the {most} who can come at most. Please choose {most} or fewer, such as {example}."),
    "note": N_("Please write at most 300 characters, such as: Please bring an apron."),
    "past": N_("That is in the past. Please choose a later day or time, such as {example}."),
    "far": N_("That is more than a year ahead. Please choose a day before {example}."),
    "gap": N_(
        "The clocks are put forward that night, and there is no {clock}. Please choose another time, such as 03:30"
    ),
}
DAYS, LENGTHS = 14, (60, 90, 120, 150, 180, 240)
CLOCKS = tuple(f"{hour:02}:00" for hour in range(8, 20))
COUNTS = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20, 30)
PLACE_LIMIT = 80
Options = Callable[[BotContext, Data], Iterable[tuple[str, str]]]


def _asks(name: str, options: Options, columns: int = 1) -> Callable[[BotContext, Data], Ask]:
    def ask(c: BotContext, data: Data) -> Ask:
        found = tuple(Option(value, caption) for value, caption in options(c, data))
        # The question after the day repeats it in full, however it was written.
        day = c.t("📅 {day}", day=c.t.day(date.fromisoformat(data["day"]))) if name == "clock" else None
        return Ask(paragraphs(day, c.t(ASKS[name])), found, columns, per_page=DAYS)

    return ask


def _reads(name: str, read: Callable[[str, date], object]) -> Callable[[BotContext, Data, str], str]:
    def receive(c: BotContext, data: Data, text: str) -> str:
        value = read(text, _today(c))
        if value is None:
            raise BadInput(c.t(BAD[name]))
        return str(value)

    return receive


def _same(values: Iterable[object]) -> Options:
    pairs = [(str(value), str(value)) for value in values]
    return lambda c, data: pairs


def _organisation(data: Data) -> int:
    return int(data.get("organisation") or data["_organisation"])


def _organisations(c: BotContext, data: Data) -> Iterable[tuple[str, str]]:
    return ((str(each.number), each.name) for each in organisations_of(c.session, c.person))


def _activities(c: BotContext, data: Data) -> Iterable[tuple[str, str]]:
    return ((str(each.number), str(c.t(each.name))) for each in all_activities(c.session))


def _place(text: str, today: date) -> str | None:
    # The sign in front keeps what was typed apart from the number of a place that is kept.
    return f"={text}" if len(text) <= PLACE_LIMIT and "\n" not in text else None


def _places(c: BotContext, data: Data) -> Iterable[tuple[str, str]]:
    return ((f"#{each.number}", each.name) for each in places_for(c.session, _organisation(data)))


def _today(c: BotContext) -> date:
    return c.uow.now.astimezone(c.house.zone).date()


def _days(c: BotContext, data: Data) -> Iterable[tuple[str, str]]:
    days = (_today(c) + timedelta(days=number) for number in range(DAYS))
    return ((day.isoformat(), c.t.short_day(day)) for day in days)


def check_day(c: BotContext, data: Data) -> None:
    """Refuse a day that is over or more than a year ahead."""
    day, today = date.fromisoformat(data["day"]), _today(c)
    if day < today:
        raise BadInput(c.t(BAD["past"], example=f"{today + timedelta(days=1):%d.%m.%Y}"))
    if day >= today + rules.FARTHEST:
        raise BadInput(c.t(BAD["far"], example=f"{today + rules.FARTHEST:%d.%m.%Y}"))
    if data.get("clock"):
        check_clock(c, data)


def check_clock(c: BotContext, data: Data) -> None:
    """Refuse a time that the clocks jump over or that has passed."""
    try:
        starts_at = _starts_at(c, data)
    except rules.NoSuchTime as gap:
        raise BadInput(c.t(BAD["gap"], clock=f"{gap.clock:%H:%M}")) from gap
    if starts_at <= c.uow.now:
        later = c.uow.now.astimezone(c.house.zone) + timedelta(hours=1)
        raise BadInput(c.t(BAD["past"], example=f"{later:%d.%m.%Y, %H}:00"))


def _starts_at(c: BotContext, data: Data) -> datetime:
    return rules.instant_of(date.fromisoformat(data["day"]), time.fromisoformat(data["clock"]), c.house.zone)


def _lengths(c: BotContext, data: Data) -> Iterable[tuple[str, str]]:
    return ((str(minutes), str(c.t.duration(minutes))) for minutes in LENGTHS)


def _fewer(c: BotContext, data: Data) -> Iterable[tuple[str, str]]:
    return ((str(n), str(n)) for n in COUNTS if n <= int(data["most"]))


def _languages(c: BotContext, data: Data) -> Iterable[tuple[str, str]]:
    return ((code, c.t.language_caption(code)) for code in SPOKEN)


def check_counts(c: BotContext, data: Data) -> None:
    """Refuse a minimum above the maximum."""
    most, least = int(data["most"]), int(data.get("least") or 1)
    if least > most:
        raise BadInput(c.t(BAD["least"], most=most, example=max(1, most - 1)))


def venue_of(c: BotContext, data: Data) -> Venue:
    """Read when and where from the answers; a place must be one that the organisation may name."""
    starts_at, place = _starts_at(c, data), data["place"]
    ends_at = starts_at + timedelta(minutes=int(data["length"]))
    if place.startswith("="):
        return Venue(starts_at, ends_at, place[1:])
    kept = next((each for each in places_for(c.session, _organisation(data)) if each.number == int(place[1:])), None)
    if kept is None:
        raise Gone
    return Venue(starts_at, ends_at, kept.name, kept.number)


def _need(c: BotContext, data: Data) -> Need:
    note = data.get("note") or ""
    locale = data.get("_note_locale") if note == data.get("_note") else None
    return Need(
        organisation_id=_organisation(data),
        activity_id=int(data["activity"]),
        venue=venue_of(c, data),
        max_people=int(data["most"]),
        min_people=int(data.get("least") or 1),
        languages=tuple(data.get("languages") or ()),
        note=note,
        note_locale=locale or c.person.locale,
    )


def summary(c: BotContext, data: Data) -> Html:
    """Show the shift as volunteers will read it."""
    need = _need(c, data)
    facts = queries.planned(c.session, need)
    # NOTE: how many people a shift needs, e.g. "2–5"
    people = c.t("👥 {least}–{most} people", least=need.min_people, most=need.max_people)
    return paragraphs(c.t("<b>Is everything right?</b>"), messages.head(c.t, facts), people)


def finish(c: BotContext, data: Data) -> None:
    """Keep the draft and show it with the ways to publish it."""
    if data.get("_shift"):
        kept = services.change_draft(c.uow, c.person.key, data["_shift"], _need(c, data))
    else:
        kept = services.create_shift(c.uow, c.person.key, _need(c, data))
    c.show_card("roster", kept.key)


VENUE = (
    Step("place", _asks("place", _places), _reads("place", _place), label=B_("Place")),
    Step("day", _asks("day", _days, 2), _reads("day", rules.parse_day), label=B_("Day"), chosen=check_day),
    Step(
        "clock",
        _asks("clock", _same(CLOCKS), 4),
        _reads("clock", lambda text, today: rules.parse_clock(text)),
        label=B_("Start"),
        chosen=check_clock,
    ),
    Step(
        "length",
        _asks("length", _lengths, 2),
        _reads("length", lambda text, today: rules.parse_length(text)),
        label=B_("Length"),
    ),
)
COUNT = _reads("count", lambda text, today: rules.parse_count(text))
MOST = Step("most", _asks("most", _same(COUNTS), 4), COUNT, label=B_("At most"), chosen=check_counts)
LEAST = Step(
    "least",
    _asks("least", _fewer, 4),
    COUNT,
    optional=True,
    label=B_("At least"),
    when=lambda data: data.get("most") != "1",
    chosen=check_counts,
)
NOTE = _reads("note", lambda text, today: text if len(text) <= rules.NOTE_LIMIT else None)
SHIFT = Form(
    name="shift.new",
    steps=(
        Step("organisation", _asks("organisation", _organisations), when=lambda data: "_organisation" not in data),
        Step("activity", _asks("activity", _activities), label=B_("Activity")),
        *VENUE,
        MOST,
        LEAST,
        Step("languages", _asks("languages", _languages, 2), many=True, optional=True, label=B_("Languages")),
        Step("note", _asks("note", _same(())), NOTE, optional=True, label=B_("Note")),
    ),
    summary=summary,
    finish=finish,
    confirm=B_("Keep as a draft"),
)
