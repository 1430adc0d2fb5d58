"""The form of a broadcast: for whom, the text, translations if there are any, and a preview with the count."""

from typing import Any

from bot.chat.context import BotContext
from bot.chat.forms import Ask, BadInput, Data, Form, Option, Step
from bot.core.catalogue import catalogue_folder
from bot.core.languages import SOURCE, native_name
from bot.core.message import Html, lines
from bot.core.translation import B_
from bot.features.announcements import messages, queries, rules, services
from bot.features.announcements.models import Audience, Broadcast, Draft, Target
from bot.features.organisations.queries import organisation, organisations_of
from bot.features.shifts.queries import facts as facts_of
from bot.features.shifts.queries import shift as shift_of
from bot.features.volunteers.queries import all_activities

# Each language the house may speak has a question of its own; it is asked only if she has that translation.
LOCALES = sorted({SOURCE, *(folder.parent.name for folder in catalogue_folder().glob("*/LC_MESSAGES"))})


def start_of(c: BotContext) -> Data:
    """Return what a broadcast begins with; with one organisation there is nothing to choose."""
    mine = organisations_of(c.session, c.person)
    data: Data = {"_original": c.person.locale or SOURCE}
    return {**data, "_organisation": str(mine[0].id)} if len(mine) == 1 else data


def data_of(c: BotContext, sent: Broadcast) -> Data:
    """Return a broadcast's contents as a draft again."""
    texts = queries.texts_of(c.session, sent.key)
    others = [locale for locale in texts if locale != sent.original]
    return {
        "_original": sent.original,
        "_organisation": str(sent.organisation_id),
        "audience": str(sent.audience),
        str(sent.audience): sent.audience_value,
        "text": texts[sent.original],
        "translations": others,
        **{f"text.{locale}": texts[locale] for locale in others},
    }


def _organisation_id(data: Data) -> int:
    return int(data.get("organisation") or data["_organisation"])


def ask_organisation(c: BotContext, data: Data) -> Ask:
    """Offer the organisations she coordinates."""
    options = tuple(Option(str(found.id), found.name) for found in organisations_of(c.session, c.person))
    return Ask(c.t("For which organisation do you write?"), options)


def forget_shift(c: BotContext, data: Data) -> None:
    """A shift is one of the organisation's; with another organisation it is asked for again."""
    data.pop("shift", None)


def ask_audience(c: BotContext, data: Data) -> Ask:
    """Offer the kinds of audience; people on a shift only if there is one."""
    options = [
        Option(Audience.ALL, c.t.button("🙋 All volunteers")),
        Option(Audience.ACTIVITY, c.t.button("🤲 Who likes an activity")),
        Option(Audience.LANGUAGE, c.t.button("🗣 Who speaks a language")),
    ]
    if _shifts(c, data):
        options.append(Option(Audience.SHIFT, c.t.button("📅 Who is on a shift")))
    text = c.t("Who shall get the message? It only goes to volunteers who agreed to be told.")
    return Ask(text, tuple(options))


def ask_activity(c: BotContext, data: Data) -> Ask:
    """Offer the activities."""
    options = tuple(Option(str(found.id), c.t(found.name)) for found in all_activities(c.session))
    return Ask(c.t("Which activity do they like?"), options)


def ask_language(c: BotContext, data: Data) -> Ask:
    """Offer the languages volunteers speak."""
    options = tuple(Option(code, c.t.language_caption(code)) for code in queries.spoken(c.session))
    return Ask(c.t("Which language do they speak?"), options, columns=2)


def ask_shift(c: BotContext, data: Data) -> Ask:
    """Offer the organisation's shifts to come with people on them."""
    return Ask(c.t("On which shift are they? It goes to everybody who has a place."), _shifts(c, data))


def _shifts(c: BotContext, data: Data) -> tuple[Option, ...]:
    found = queries.shifts_with_people(c.session, _organisation_id(data), c.uow.now)
    return tuple(
        Option(str(shift.key), f"{c.t.short_when(shift.starts_at)} · {c.t(activity.name)}") for shift, activity in found
    )


def ask_text(c: BotContext, data: Data) -> Ask:
    """Ask for the words."""
    return Ask(_please_write(c, data["_original"]))


def _please_write(c: BotContext, locale: str) -> Html:
    language = c.t.language(locale)
    return lines(
        c.t("Please write the message in {language}, at most 1000 characters.", language=language),
        c.t("Nobody can answer it here, so say how to reach you."),
    )


def receive_text(c: BotContext, data: Data, text: str) -> str:
    """Take the words."""
    if rules.is_too_long(text):
        raise BadInput(c.t("That is too long for one message. Please shorten it to 1000 characters and send it again."))
    return text


def ask_translations(c: BotContext, data: Data) -> Ask:
    """Offer the house's other languages, each with the number of people who read it."""
    readers = queries.reach(c.session, target_of(data), c.uow.now).locales
    others = [code for code in c.house.locales if code != data["_original"] and code in LOCALES]
    others.sort(key=lambda code: -readers[code])
    # NOTE: a language and how many people read it, e.g. "Ukrainian (12)"
    captions = {
        code: c.t.button("{language} ({count})", language=c.t.language_caption(code), count=readers[code])
        for code in others
    }
    text = c.t(
        "In which other languages do you have the text? Tap them, then “Next”. Everybody else gets the original."
    )
    return Ask(text, tuple(Option(code, captions[code]) for code in others))


def target_of(data: Data) -> Target:
    """Read whom the draft is for."""
    audience = Audience(data["audience"])
    return Target(audience, "" if audience == Audience.ALL else data[audience.value])


def draft_of(data: Data) -> Draft:
    """Read the whole draft; translations that were taken out again are left behind."""
    texts = {data["_original"]: data["text"]}
    texts |= {code: data[f"text.{code}"] for code in data.get("translations") or []}
    return Draft(_organisation_id(data), target_of(data), data["_original"], texts)


def summary(c: BotContext, data: Data) -> Html:
    """Show the preview: each text, who reads which, who is left out, how many in all, and when it leaves."""
    draft = draft_of(data)
    found = queries.reach(c.session, draft.target, c.uow.now)
    shift = shift_of(c.session, int(draft.target.value)) if draft.target.audience == Audience.SHIFT else None
    soon = c.uow.now + rules.HOLD
    leaves = rules.decide_leaving(soon, c.house.zone, shift.starts_at if shift else None)
    sender = organisation(c.session, draft.organisation_id)
    seen = messages.Preview(
        organisation=sender.name if sender else "",
        audience=_audience(c, draft.target),
        texts=draft.texts,
        original=draft.original,
        readers=found.locales,
        capped=found.capped,
        unwilling=found.unwilling,
    )
    return messages.preview(c.t, seen, "" if leaves == soon else c.t.when(leaves))


def _audience(c: BotContext, target: Target) -> Html:
    match target.audience:
        case Audience.ACTIVITY:
            names = [c.t(found.name) for found in all_activities(c.session) if str(found.id) == target.value]
            return c.t("To volunteers who like: {activity}", activity=c.t.list(names))
        case Audience.LANGUAGE:
            return c.t("To volunteers who speak {language}", language=c.t.language(target.value))
        case Audience.SHIFT:
            facts = facts_of(c.session, int(target.value))
            shift = f"{c.t.short_when(facts.shift.starts_at)} {c.t(facts.activity)}" if facts else ""
            return c.t("To everybody on the shift: {shift}", shift=shift)
    return c.t("To all volunteers")


def finish(c: BotContext, data: Data) -> None:
    """Send it after the hold, and show how it goes."""
    sent = services.send_broadcast(c.uow, c.person.key, draft_of(data))
    c.show_card("broadcast", sent.key)


def _for(audience: Audience) -> Any:
    return lambda data: data.get("audience") == audience


def _translation(locale: str) -> Step:
    def ask(c: BotContext, data: Data) -> Ask:
        return Ask(_please_write(c, locale))

    def is_asked(data: Any) -> bool:
        return locale in (data.get("translations") or [])

    return Step(f"text.{locale}", ask, receive_text, label=native_name(locale), when=is_asked)


FORM = Form(
    name="broadcast",
    steps=(
        Step(
            "organisation",
            ask_organisation,
            label=B_("Sender"),
            when=lambda data: "_organisation" not in data,
            chosen=forget_shift,
        ),
        Step("audience", ask_audience, label=B_("Audience")),
        Step("activity", ask_activity, label=B_("Activity"), when=_for(Audience.ACTIVITY)),
        Step("language", ask_language, label=B_("Language"), when=_for(Audience.LANGUAGE)),
        Step("shift", ask_shift, label=B_("Shift"), when=_for(Audience.SHIFT)),
        Step("text", ask_text, receive_text, label=B_("Text")),
        Step("translations", ask_translations, many=True, label=B_("Translations")),
        *(_translation(locale) for locale in LOCALES),
    ),
    summary=summary,
    finish=finish,
    confirm=B_("Send"),
)
