"""The form of a request and of an offer: taps only, first the question of age; with the words of its questions."""

from collections.abc import Iterable, Mapping
from typing import Any

from bot.chat.context import BotContext
from bot.chat.form_walk import close
from bot.chat.forms import Ask, BadInput, Data, Form, Option, Step
from bot.core.consent import TEXTS, Purpose
from bot.core.languages import SPOKEN
from bot.core.message import Button, Html, Screen, lines, paragraphs
from bot.core.translation import B_, Translator
from bot.core.widgets import home_row
from bot.features.buddies import queries, services
from bot.features.buddies.messages import ACTIONS, CAPTIONS, answers_text, sentences
from bot.features.buddies.models import (
    Answers,
    BuddyRequest,
    Comfort,
    German,
    Self,
    Side,
    Time,
    Topic,
)
from bot.features.buddies.rules import MOST_AT_ONCE, is_call_name
from bot.features.organisations.queries import offers_about
from bot.features.volunteers.models import Part
from bot.features.volunteers.queries import languages_of, slots_of

SPOKEN_LIKE = {"prs": "fa_AF", "de@easy": "de"}  # languages of the house that people name otherwise
PARTS = {
    (weekend, part): Time(f"{'weekend' if weekend else 'week'}.{part}") for weekend in (False, True) for part in Part
}


def draft_of(c: BotContext, side: Side) -> Data:
    """Return what is known already: an earlier answer, else what the volunteers' sign-up or the language tells."""
    wish = queries.wish_of(c.session, c.person.key, side)
    guess = c.person.name or (c.event.name if is_call_name(c.event.name) else "")
    draft: Data = {"_guess": guess, **({"name": guess} if guess else {})}
    if wish:
        kept = wish.model_dump(include={"languages", "topics", "times", "comfort", "i_am"})
        extra = {"german": wish.german} if isinstance(wish, BuddyRequest) else {"capacity": str(wish.capacity)}
        return {**draft, **kept, **extra, "_first": wish.languages}
    own = SPOKEN_LIKE.get(c.person.locale, c.person.locale)
    known = [code for code in languages_of(c.session, c.person.key) or [own] if code in SPOKEN and code != "de"]
    slots = {PARTS[day >= 5, part] for day, part in slots_of(c.session, c.person.key)}
    times = [time.value for time in Time if time in slots]
    return {**draft, "languages": known, "_first": known, "times": times}


def _options(t: Translator, values: Iterable[str]) -> tuple[Option, ...]:
    return tuple(Option(str(value), t.button(CAPTIONS[value])) for value in values)


def ask_adult(c: BotContext, data: Data) -> Ask:
    """Ask first of all whether she is an adult; her age itself is nobody's business."""
    text = c.t("A language buddy meets you to speak German together. This is for adults. Are you 18 or older?")
    yes = Option("yes", c.t.button("Yes, 18 or older"), "success")
    return Ask(text, (yes, Option("no", c.t.button("No, younger"))))


def take_adult(c: BotContext, data: Data) -> None:
    """Lead a young person elsewhere and keep nothing of her answers, not even the draft."""
    if data["adult"] == "yes":
        return
    close(c)
    for side in (Side.NEWCOMER, Side.VOLUNTEER):
        if queries.wish_of(c.session, c.person.key, side):
            services.end_wish(c.uow, c.person.key, side)
    doors = (f"{door.name} ({carrier.name})" for door, carrier in offers_about(c.session, "youth"))
    c.show(too_young(c.t, next(doors, "")))


def too_young(t: Translator, service: str) -> Screen:
    """Lead a young person to those who are there for her."""
    text = lines(
        t("Thank you for telling us. Language buddies are for adults; we stored nothing of this."),
        t("For young people there is: {service}.", service=service) if service else None,
        t("You are also welcome at the desk of the centre: somebody there finds the right people for you."),
    )
    return Screen(text, ((Button(t.button("🚪 Find the right door"), "offer.list"),), home_row(t)))


def ask_languages(c: BotContext, data: Data) -> Ask:
    """Offer languages, those she is known to speak first."""
    first = dict.fromkeys([*data["_first"], *SPOKEN])
    options = tuple(Option(code, c.t.language_caption(code)) for code in first if code != "de")
    text = c.t("Which languages do you speak besides German? Tap all of them, then “Next”.")
    return Ask(text, options, columns=2, per_page=6)


def ask_german(c: BotContext, data: Data) -> Ask:
    """Ask for her German in plain words, no test and no levels."""
    return Ask(c.t("How well do you speak German?"), _options(c.t, German))


def ask_topics(c: BotContext, data: Data) -> Ask:
    """Ask what for."""
    text = c.t("What would you like to do together? Tap all that you like, then “Next”.")
    return Ask(text, _options(c.t, Topic))


def ask_times(c: BotContext, data: Data) -> Ask:
    """Ask when, roughly."""
    return Ask(c.t("When could you meet? Tap all that fit, then “Next”."), _options(c.t, Time))


def ask_comfort(c: BotContext, data: Data) -> Ask:
    """Ask for the limit that is kept strictly and shown to nobody."""
    text = c.t("Whom would you feel comfortable with? We keep to this strictly and show it to nobody.")
    return Ask(text, _options(c.t, Comfort))


def ask_self(c: BotContext, data: Data) -> Ask:
    """Ask what others' limits are about, with the reason."""
    text = c.t("And you are? We ask only because others may have said whom they feel comfortable with.")
    return Ask(text, _options(c.t, Self))


def ask_name(c: BotContext, data: Data) -> Ask:
    """Ask what a buddy may call her; the name of her profile is offered."""
    known = data.get("_guess")
    text = c.t("What may your buddy call you? Tap your name, or write another one.")
    return Ask(text, (Option(known, known),)) if known else Ask(c.t("What may your buddy call you?"))


def receive_name(c: BotContext, data: Data, text: str) -> str:
    """Take a typed name."""
    if not is_call_name(text):
        raise BadInput(c.t("Please write just your first name, without numbers or links."))
    return text


def needs_name(data: Mapping[str, Any]) -> bool:
    """Ask for the name only if none is known; a known one can still be changed from the summary."""
    return not data.get("_guess") or "i_am" in data


def ask_capacity(c: BotContext, data: Data) -> Ask:
    """Ask a volunteer how many people at once."""
    options = tuple(Option(str(n), str(n)) for n in range(1, MOST_AT_ONCE + 1))
    return Ask(c.t("How many buddies would you like to have at the same time?"), options, columns=MOST_AT_ONCE)


def answers_of(data: Data) -> Answers:
    """Read the draft's answers."""
    return Answers(
        name=data.get("name") or data["_guess"],
        languages=data.get("languages") or [],
        topics=data["topics"],
        times=data["times"],
        comfort=data["comfort"],
        i_am=data["i_am"],
        german=data.get("german", ""),
        capacity=int(data.get("capacity", 1)),
    )


def summary(c: BotContext, data: Data) -> Html:
    """Say everything back before it is sent, with what is agreed to by sending it."""
    answers = answers_of(data)
    name = c.t("Your buddy will call you <b>{name}</b>.", name=answers.name)
    return paragraphs(sentences(name, answers_text(c.t, answers)), c.t(TEXTS[Purpose.BUDDIES]))


def sent(t: Translator, side: Side) -> Screen:
    """Thank for a request or offer and say how it goes on."""
    text = t("Thank you! We look for somebody who fits, and write to you here. It can take a few weeks.")
    if side == Side.VOLUNTEER:
        text = t("Thank you! When somebody fits, we write to you here, and you decide each time.")
    return Screen(text, ((Button(t.button("🤝 My answers"), ACTIONS[side]),), home_row(t)))


def finish_request(c: BotContext, data: Data) -> None:
    """Send the request."""
    services.save_wish(c.uow, c.person.key, Side.NEWCOMER, answers_of(data))
    c.show(sent(c.t, Side.NEWCOMER))


def finish_offer(c: BotContext, data: Data) -> None:
    """Send the offer."""
    services.save_wish(c.uow, c.person.key, Side.VOLUNTEER, answers_of(data))
    c.show(sent(c.t, Side.VOLUNTEER))


ADULT = Step("adult", ask_adult, chosen=take_adult)
TOPICS = Step("topics", ask_topics, many=True, at_least=1)
SHARED = (
    Step("times", ask_times, many=True, at_least=1, label=B_("Times")),
    Step("comfort", ask_comfort, label=B_("With whom")),
    Step("name", ask_name, receive_name, label=B_("Name"), when=needs_name),
    Step("i_am", ask_self),
)
LANGUAGES = Step("languages", ask_languages, many=True, label=B_("Languages"))
REQUEST = Form(
    name=ACTIONS[Side.NEWCOMER],
    # Four answers to change at once: with "send" and "cancel" that makes six buttons. "Change" leads through all.
    steps=(ADULT, LANGUAGES, Step("german", ask_german), TOPICS, *SHARED),
    summary=summary,
    finish=finish_request,
    confirm=B_("I agree, send it"),
)
OFFER = Form(
    name=ACTIONS[Side.VOLUNTEER],
    steps=(ADULT, LANGUAGES, TOPICS, *SHARED, Step("capacity", ask_capacity, label=B_("How many"))),
    summary=summary,
    finish=finish_offer,
    confirm=B_("I agree, send it"),
)
