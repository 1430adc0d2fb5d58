"""What newcomers and volunteers read about buddies; the form's questions stand with its steps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from bot.core.message import Button, Html, Screen, lines
from bot.core.refusal import Refusal
from bot.core.translation import B_, Translator
from bot.core.widgets import home_row, opening_hours
from bot.features.buddies.models import (
    Answers,
    BuddyMatch,
    BuddyRequest,
    Comfort,
    German,
    MatchState,
    Self,
    Side,
    Time,
    Topic,
    Wish,
)
from bot.features.buddies.queries import Meeting
from bot.features.buddies.rules import Fit

ACTIONS = {Side.NEWCOMER: "buddy.request", Side.VOLUNTEER: "buddy.offer"}
# Captions of what can be chosen; inside sentences the same words stand in lists.
CAPTIONS: dict[str, str] = {
    German.FEW: B_("A few words"),
    German.SIMPLE: B_("Simple talk"),
    German.DAILY: B_("I manage daily life"),
    German.WELL: B_("Quite well"),
    Topic.TALK: B_("💬 Talking"),
    Topic.WORK: B_("💼 Work"),
    Topic.OFFICES: B_("🏛 Offices, letters"),
    Topic.SCHOOL: B_("🎒 Children's school"),
    Topic.LEISURE: B_("⚽ Free time"),
    Time.WEEK_MORNING: B_("Weekday mornings"),
    Time.WEEK_AFTERNOON: B_("Weekday afternoons"),
    Time.WEEK_EVENING: B_("Weekday evenings"),
    Time.WEEKEND_MORNING: B_("Weekend mornings"),
    Time.WEEKEND_AFTERNOON: B_("Weekend afternoons"),
    Time.WEEKEND_EVENING: B_("Weekend evenings"),
    Comfort.WOMEN: B_("Women only"),
    Comfort.MEN: B_("Men only"),
    Comfort.ALL: B_("All are fine"),
    Self.WOMAN: B_("A woman"),
    Self.MAN: B_("A man"),
    Self.OTHER: B_("Another / rather not say"),
}


@dataclass(frozen=True, slots=True)
class WishView:
    """A request or offer as its owner sees it; ``buddies`` are her open matches with the name, once it is shared."""

    wish: Wish
    side: Side
    resting: bool  # paused, or the consent was withdrawn
    buddies: Sequence[tuple[int, str]] = ()

    @property
    def action(self) -> str:
        """What its buttons' actions begin with."""
        return ACTIONS[self.side]


@dataclass(frozen=True, slots=True)
class MatchView:
    """A match as one side sees it, with what its state needs; ``name`` is the other's and empty until both said yes."""

    match: BuddyMatch
    side: Side
    fit: Fit | None = None
    own: WishView | None = None
    name: str = ""
    meeting: Meeting | None = None


def listed(t: Translator, values: Iterable[str]) -> Html:
    """Name chosen things in their usual order."""
    chosen = set(values)
    return t.list(t.button(caption) for value, caption in CAPTIONS.items() if value in chosen)


def languages(t: Translator, codes: Iterable[str]) -> Html:
    """Name languages."""
    return t.list(sorted(t.language(code) for code in codes))


def sentences(*parts: Html | None) -> Html:
    """Put whole sentences behind each other."""
    return Html(" ".join(part for part in parts if part))


def answers_text(t: Translator, said: Wish | Answers) -> Html:
    """Say back what somebody answered; whom she feels comfortable with stays off the screen."""
    german = said.german if isinstance(said, BuddyRequest | Answers) else ""
    return lines(
        sentences(
            t("🗣 You speak {languages}.", languages=languages(t, said.languages)) if said.languages else None,
            t("Your German: {german}.", german=t.button(CAPTIONS[german])) if german else None,
        ),
        sentences(
            t("Together: {topics}.", topics=listed(t, said.topics)),
            t("Times: {times}.", times=listed(t, said.times)),
            None if german else t.n("One person at a time.", "Up to {n} people at a time.", said.capacity),
        ),
    )


def wish(t: Translator, view: WishView) -> Screen:
    """Show somebody her request or offer and everything she can do about it."""
    if view.resting:
        state = t("⏸ You are taking a break: we propose nobody to you.")
        toggle = Button(t.button("▶️ Look again"), f"{view.action}.resume", style="success")
    else:
        state = t("🔎 We are looking. When somebody fits, a message comes.")
        if view.wish.taken >= view.wish.capacity:
            state = t("🤝 We found somebody. Please have a look.")
        toggle = Button(t.button("⏸ Take a break"), f"{view.action}.pause")
    buddies = tuple(
        (Button(t.button("🤝 {name}", name=name) if name else t.button("🤝 See the proposal"), "buddy.match", number),)
        for number, name in view.buddies
    )
    rows = (
        *buddies,
        (Button(t.button("✏️ Change"), f"{view.action}.edit"), toggle),
        (Button(t.button("👋 Stop"), f"{view.action}.end"),),
        home_row(t),
    )
    return Screen(lines(state, answers_text(t, view.wish)), rows)


def stop(t: Translator, view: WishView) -> Screen:
    """Ask before what cannot be undone."""
    text = lines(
        t("Do you want to stop? We then delete your answers."),
        t("We tell your buddy kindly that it ends here.") if view.buddies else None,
    )
    sure = Button(t.button("Yes, stop"), f"{view.action}.end.sure", style="danger")
    return Screen(text, ((sure,), (Button(t.button("‹ Back"), view.action),)))


def stopped(t: Translator) -> Screen:
    """Say thank you and good-bye."""
    return Screen(t("Done, your answers are deleted. You are welcome back at any time."), (home_row(t),))


def match(t: Translator, view: MatchView) -> Screen:
    """Show a match to one of its sides as it is now."""
    if view.match.state == MatchState.PROPOSED:
        said_yes = view.match.newcomer_yes if view.side == Side.NEWCOMER else view.match.volunteer_yes
        screen = _waiting_for_other(t, view) if said_yes else _proposal(t, view)
    elif view.match.state == MatchState.ACTIVE:
        screen = _together(t, view)
    else:
        screen = _over(t, view)
    return replace(screen, card=("buddy.match", view.match.number))


def _proposal(t: Translator, view: MatchView) -> Screen:
    found = t("🤝 <b>We found somebody who could be your buddy.</b>")
    if view.side == Side.VOLUNTEER:
        found = t("🤝 <b>Somebody would like to speak German with you.</b>")
    text = lines(
        found,
        reasons(t, view.fit) if view.fit else None,
        t("We share names only when both say yes. Please answer by {when}.", when=t.when(view.match.lapses_at)),
    )
    yes = Button(t.button("✅ Yes, gladly"), "buddy.accept", view.match.number, style="success")
    return Screen(text, ((yes,), (_no(t, view),), home_row(t)))


def _no(t: Translator, view: MatchView) -> Button:
    return Button(t.button("🙅 No, thank you"), "buddy.decline", view.match.number)


def reasons(t: Translator, fit: Fit) -> Html:
    """Say what two have in common."""
    return sentences(
        t("Both speak {languages}.", languages=languages(t, fit.languages)) if fit.languages else None,
        t("Both would like: {topics}.", topics=listed(t, fit.topics)) if fit.topics else None,
        t("Both have time: {times}.", times=listed(t, fit.times)) if fit.times else None,
    )


def _waiting_for_other(t: Translator, view: MatchView) -> Screen:
    text = t("You said yes, thank you! The other side has time until {when}.", when=t.when(view.match.lapses_at))
    return Screen(text, ((_no(t, view),), home_row(t)))


def _together(t: Translator, view: MatchView) -> Screen:
    assert view.meeting
    place, carrier = view.meeting.place, view.meeting.organisation
    text = lines(
        t("🤝 <b>You and {name} are buddies now.</b>", name=view.name),
        t("Please meet at the centre the first time: {place}.", place=place) if place else None,
        sentences(
            t("{organisation} brings you together.", organisation=carrier),
            t("Office hours: {hours}.", hours=opening_hours(t, hours))
            if (hours := view.meeting.office_hours)
            else None,
            t("Contact: {contact}.", contact=view.meeting.contact) if view.meeting.contact else None,
        ),
    )
    return Screen(text, ((Button(t.button("👋 End it kindly"), "buddy.end", view.match.number),), home_row(t)))


def _over(t: Translator, view: MatchView) -> Screen:
    by_me = view.match.closed_by == view.side
    if view.match.state == MatchState.ENDED:
        text = t("Your time as buddies is over. That is nobody's fault. Thank you for the time together!")
    elif by_me:
        text = t("Thank you for your answer. Nobody is told that you said no.")
    else:
        text = t("This time it did not work out. That happens and is nobody's fault.")
    if view.own is None:
        return Screen(text, (home_row(t),))
    if view.own.resting:
        again = t("Would you like us to look again?")
        button = Button(t.button("▶️ Look again"), f"{view.own.action}.resume", style="primary")
    else:
        again = t("We keep looking for you.")
        button = Button(t.button("🤝 My answers"), view.own.action)
    return Screen(lines(text, again), ((button,), home_row(t)))


def end(t: Translator, match_id: int) -> Screen:
    """Ask before a pair parts."""
    text = t("Do you want to end this? You need no reason. The other one is told kindly, and both stay welcome.")
    sure = Button(t.button("Yes, end it"), "buddy.end.sure", match_id, style="danger")
    return Screen(text, ((sure,), (Button(t.button("‹ Back"), "buddy.match", match_id),)))


def no_longer_open(t: Translator, refusal: Refusal) -> Screen:
    """Say that a match came to an end before."""
    return Screen(t("This is over already, nothing more to do here."), (home_row(t),))


def both_ways(t: Translator) -> Screen:
    """Ask somebody who wrote /buddy which side she means."""
    rows = (
        (Button(t.button("🤝 Find a language buddy"), "buddy.request"),),
        (Button(t.button("🤝 Be a language buddy"), "buddy.offer"),),
        home_row(t),
    )
    return Screen(t("A language buddy meets you to speak German together. What would you like?"), rows)
