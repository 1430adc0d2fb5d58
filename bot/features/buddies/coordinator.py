"""The coordinators' side: who waits, who fits and why, the pairs of their organisation; with its words."""

from collections.abc import Sequence
from dataclasses import dataclass

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext
from bot.core.message import Button, Html, Screen, lines, paragraphs
from bot.core.person import Person, is_coordinator_of, require_coordinator
from bot.core.refusal import Refusal
from bot.core.translation import Translator
from bot.core.widgets import home_row
from bot.features.buddies import queries, services
from bot.features.buddies.messages import CAPTIONS, languages, listed, reasons, sentences
from bot.features.buddies.models import BuddyMatch, BuddyRequest, MatchState
from bot.features.buddies.queries import Pair
from bot.features.buddies.rules import Fit
from bot.features.organisations.queries import organisation_ids_of

SHOWN = 8  # requests on the desk: the longest waiting come first, the others move up
FITS_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Desk:
    """What a coordinator sees: who has waited longest, and how many wait, are paired here, and elsewhere."""

    longest: Sequence[tuple[BuddyRequest, Person]]
    waiting: int
    pairs: int
    elsewhere: int


def called(t: Translator, person: Person | None) -> str:
    """Return what a person wants to be called by."""
    return person.name or t.button("Somebody") if person else t.button("Somebody who left")


def desk_screen(t: Translator, desk: Desk) -> Screen:
    """Show the desk."""
    text = lines(
        t("🤝 <b>Language buddies</b>"),
        t.n("{n} person is waiting.", "{n} people are waiting.", desk.waiting),
        t.n("Your organisation looks after {n} pair.", "Your organisation looks after {n} pairs.", desk.pairs),
        t.n("{n} request is with another organisation.", "{n} requests are with others.", desk.elsewhere)
        if desk.elsewhere
        else None,
    )
    rows = [(_request_button(t, request, person),) for request, person in desk.longest]
    if desk.pairs:
        rows.append((Button(t.button("🤝 Our pairs"), "buddy.pairs"),))
    return Screen(text, (*rows, home_row(t)), card=("buddy.desk", 0))


def _request_button(t: Translator, request: BuddyRequest, person: Person) -> Button:
    since = t.button("🔎 {name}, since {day}", name=called(t, person), day=t.short_day(request.since))
    return Button(since, "buddy.fits", request.number)


def _back(t: Translator) -> tuple[Button, ...]:
    return (Button(t.button("‹ Back"), "buddy.desk"), *home_row(t))


def fits_screen(t: Translator, request: BuddyRequest, person: Person, fits: Sequence[tuple[Fit, Person]]) -> Screen:
    """Show a request with who fits and why, the best first."""
    asked = lines(
        t("<b>{name}</b> has been waiting since {day}.", name=called(t, person), day=t.day(request.since)),
        sentences(
            t("Speaks {languages}.", languages=languages(t, request.languages)) if request.languages else None,
            t("German: {german}.", german=t.button(CAPTIONS[request.german])),
        ),
        sentences(
            t("Would like: {topics}.", topics=listed(t, request.topics)),
            t("Times: {times}.", times=listed(t, request.times)),
        ),
    )
    found = [lines(t("<b>{name}</b>", name=called(t, one)), _why(t, fit)) for fit, one in fits[:FITS_SHOWN]]
    if not found:
        found = [t("Nobody fits at the moment. When somebody does, you see it here.")]
    rows = [
        (Button(t.button("💌 Propose {name}", name=called(t, one)), "buddy.propose", request.number, arg=fit.wish_id),)
        for fit, one in fits[:FITS_SHOWN]
    ]
    return Screen(paragraphs(asked, *found), (*rows, _back(t)), card=("buddy.fits", request.number))


def _why(t: Translator, fit: Fit) -> Html:
    return sentences(
        reasons(t, fit),
        None if fit.languages else t("They have only German in common."),
        t.n("Already meets {n} person.", "Already meets {n} people.", fit.taken) if fit.taken else None,
    )


def proposed(t: Translator) -> Screen:
    """Say how a proposal goes on."""
    text = t("Proposed. Both have three days to answer; nothing is shared before both say yes.")
    return Screen(text, (_back(t),))


def taken(t: Translator, refusal: Refusal | None = None) -> Screen:
    """Say only that a request is taken care of."""
    return Screen(t("Somebody has taken this request, or it is no longer waiting."), (_back(t),))


def no_longer_fits(t: Translator, refusal: Refusal) -> Screen:
    """Say that a proposal came too late."""
    text = t("The two do not fit any more: somebody changed an answer or took a break. Please choose again.")
    return Screen(text, (_back(t),))


def pairs_screen(t: Translator, pairs: Sequence[Pair]) -> Screen:
    """Show the pairs an organisation looks after."""
    rows = [
        (Button(t.button("🤝 {newcomer}, {volunteer}", **_names(t, pair)), "buddy.pair", pair.match.number),)
        for pair in pairs[:SHOWN]
    ]
    return Screen(lines(*(_pair_line(t, pair) for pair in pairs)) or t("No pairs yet."), (*rows, _back(t)))


def _names(t: Translator, pair: Pair) -> dict[str, str]:
    return {"newcomer": called(t, pair.newcomer), "volunteer": called(t, pair.volunteer)}


def _pair_line(t: Translator, pair: Pair) -> Html:
    names, match = _names(t, pair), pair.match
    if match.state == MatchState.PROPOSED:
        return t("{newcomer} and {volunteer}: answers until {when}.", **names, when=t.when(match.lapses_at))
    return t("{newcomer} and {volunteer}: together since {day}.", **names, day=t.day(match.changed_at))


def pair_screen(t: Translator, pair: Pair) -> Screen:
    """Show one pair; a running one can be ended."""
    back = (Button(t.button("‹ Back"), "buddy.pairs"), *home_row(t))
    if pair.match.state != MatchState.ACTIVE:
        return Screen(_pair_line(t, pair), (back,))
    sure = Button(t.button("👋 End it kindly"), "buddy.pair.end", pair.match.number, style="danger")
    ask = t("You can end it for both. They are told kindly, and the two are not proposed to each other again.")
    return Screen(paragraphs(_pair_line(t, pair), ask), ((sure,), back))


def news_screen(t: Translator, pair: Pair, event: str) -> Screen:
    """Tell coordinators what became of a pair; who said no is not told."""
    texts = {
        MatchState.ACTIVE: t(
            "🤝 {newcomer} and {volunteer} both said yes. They know where to meet.", **_names(t, pair)
        ),
        MatchState.DECLINED: t(
            "{newcomer} and {volunteer} do not come together. We do not propose the two again.", **_names(t, pair)
        ),
        MatchState.LAPSED: t(
            "The proposal for {newcomer} and {volunteer} has ended because not both have answered. That is no refusal.",
            **_names(t, pair),
        ),
        MatchState.ENDED: t(
            "{newcomer} and {volunteer} are no longer buddies. Both were told kindly.", **_names(t, pair)
        ),
        MatchState.PROPOSED: _pair_line(t, pair),
        "unreachable": t(
            "{newcomer} and {volunteer}: one of the two cannot be reached on Telegram. Please look after them.",
            **_names(t, pair),
        ),
    }
    rows = ((Button(t.button("🤝 Buddies"), "buddy.desk"), *home_row(t)),)
    return Screen(texts[event], rows, card=("buddy.news", pair.match.number))


def on_desk(c: BotContext) -> None:
    """Show who waits."""
    c.show_card("buddy.desk", 0)


def on_fits(c: BotContext) -> None:
    """Show who fits a request."""
    c.show_card("buddy.fits", c.entity)


def on_propose(c: BotContext) -> None:
    """Propose two people to each other."""
    services.propose_match(c.uow, c.person.key, c.entity, c.arg)
    c.show(proposed(c.t))


def on_pairs(c: BotContext) -> None:
    """Show the pairs of her organisations."""
    c.show(pairs_screen(c.t, queries.pairs_of(c.session, organisation_ids_of(c.session, c.person))))


def on_pair(c: BotContext) -> None:
    """Show one pair of her organisations."""
    match = queries.match_now(c.session, c.entity)
    require_coordinator(c.session, c.person.key, match.organisation_id)
    c.show(pair_screen(c.t, queries.pair_of(c.session, match)))


def on_pair_end(c: BotContext) -> None:
    """End a pair for both."""
    services.end_match(c.uow, c.person.key, c.entity)
    on_pairs(c)


def render_desk(r: RenderContext) -> Screen | None:
    """Show the desk to a coordinator; nothing to whoever is none any more."""
    organisations = organisation_ids_of(r.session, r.person)
    if not organisations:
        return None
    counts = queries.desk_counts(r.session, organisations)
    return desk_screen(r.t, Desk(queries.waiting_requests(r.session, SHOWN), *counts))


def render_fits(r: RenderContext) -> Screen | None:
    """Show a coordinator who fits a request; only that it is taken, once it is."""
    if not organisation_ids_of(r.session, r.person):
        return None
    found = queries.waiting_request(r.session, r.args["id"])
    if found is None:
        return taken(r.t)
    request, person = found
    return fits_screen(r.t, request, person, queries.fits_for(r.session, request))


def render_news(r: RenderContext) -> Screen | None:
    """Tell a coordinator what became of a pair, as long as she looks after it."""
    match = r.session.get(BuddyMatch, r.args["id"])
    if match is None or not is_coordinator_of(r.session, r.person.key, match.organisation_id):
        return None
    return news_screen(r.t, queries.pair_of(r.session, match), r.args.get("event") or match.state)
