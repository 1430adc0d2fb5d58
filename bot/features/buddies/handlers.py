"""Commands and buttons of newcomers and volunteers: their request or offer, and their side of a match."""

from collections.abc import Callable

from sqlmodel import Session

from bot.chat.context import BotContext
from bot.chat.feature import RenderContext
from bot.chat.form_screens import SUMMARY
from bot.chat.form_walk import begin
from bot.core.consent import Purpose, consent_of
from bot.core.message import Screen
from bot.core.refusal import Gone
from bot.features.buddies import conversation, messages, queries, services
from bot.features.buddies.messages import ACTIONS, MatchView, WishView
from bot.features.buddies.models import BuddyMatch, MatchState, Side, Wish

Handler = Callable[[BotContext], None]


def on_buddy(c: BotContext) -> None:
    """Show the request or offer she has; ask which side she means otherwise."""
    wishes = {side: queries.wish_of(c.session, c.person.key, side) for side in ACTIONS}
    found = [(side, wish) for side, wish in wishes.items() if wish]
    if len(found) == 1:
        (side, wish), *_ = found
        c.show(messages.wish(c.t, _wish_view(c.session, wish, side)))
    else:
        c.show(messages.both_ways(c.t))


def show_wish(c: BotContext, side: Side) -> None:
    """Show somebody her request or offer; begin one where there is none."""
    wish = queries.wish_of(c.session, c.person.key, side)
    if wish is None:
        begin(c, ACTIONS[side], conversation.draft_of(c, side))
    else:
        c.show(messages.wish(c.t, _wish_view(c.session, wish, side)))


def edit(c: BotContext, side: Side) -> None:
    """Go through the questions again with everything filled in."""
    if queries.wish_of(c.session, c.person.key, side) is None:
        raise Gone
    begin(c, ACTIONS[side], conversation.draft_of(c, side), at="languages")


def pause(c: BotContext, side: Side) -> None:
    """Take a break."""
    services.pause_wish(c.uow, c.person.key, side)
    show_wish(c, side)


def resume(c: BotContext, side: Side) -> None:
    """Look again; whoever took her consent back is asked for it first."""
    if consent_of(c.session, c.person.key, Purpose.BUDDIES) is None:
        draft = conversation.draft_of(c, side)
        begin(c, ACTIONS[side], draft, at=SUMMARY if "i_am" in draft else "")
        return
    services.pause_wish(c.uow, c.person.key, side, paused=False)
    show_wish(c, side)


def ask_stop(c: BotContext, side: Side) -> None:
    """Ask before what cannot be undone."""
    wish = queries.wish_of(c.session, c.person.key, side)
    if wish is None:
        raise Gone
    c.show(messages.stop(c.t, _wish_view(c.session, wish, side)))


def stop(c: BotContext, side: Side) -> None:
    """Delete the request or offer."""
    services.end_wish(c.uow, c.person.key, side)
    c.show(messages.stopped(c.t))


WISH_ACTIONS: dict[str, Callable[[BotContext, Side], None]] = {
    "": show_wish,
    ".edit": edit,
    ".pause": pause,
    ".resume": resume,
    ".end": ask_stop,
    ".end.sure": stop,
}


def on_side(act: Callable[[BotContext, Side], None], side: Side) -> Handler:
    """Make the handler of one side's button."""

    def on_press(c: BotContext) -> None:
        act(c, side)

    return on_press


def on_match(c: BotContext) -> None:
    """Show one of her matches."""
    if not c.show_card("buddy.match", c.entity):
        raise Gone


def on_accept(c: BotContext) -> None:
    """Say yes to a proposal."""
    services.accept_match(c.uow, c.person.key, c.entity)
    on_match(c)


def on_decline(c: BotContext) -> None:
    """Say no to a proposal."""
    services.decline_match(c.uow, c.person.key, c.entity)
    on_match(c)


def on_end(c: BotContext) -> None:
    """Ask before a pair parts."""
    if queries.match_now(c.session, c.entity).state != MatchState.ACTIVE:
        on_match(c)
    else:
        c.show(messages.end(c.t, c.entity))


def on_end_sure(c: BotContext) -> None:
    """End a match."""
    services.end_match(c.uow, c.person.key, c.entity)
    on_match(c)


def render_match(r: RenderContext) -> Screen | None:
    """Show a match to one of its sides; nothing to anybody else."""
    match = r.session.get(BuddyMatch, r.args["id"], populate_existing=True)
    side = match.side_of(r.person.key) if match else None
    if match is None or side is None:
        return None
    return messages.match(r.t, _match_view(r, match, side))


def _match_view(r: RenderContext, match: BuddyMatch, side: Side) -> MatchView:
    if match.state == MatchState.PROPOSED:
        return MatchView(match, side, fit=queries.in_common(r.session, match))
    if match.state == MatchState.ACTIVE:
        name = queries.name_for(queries.pair_of(r.session, match), side)
        return MatchView(match, side, name=name, meeting=queries.meeting_of(r.session, match.organisation_id))
    wish = queries.wish_of(r.session, r.person.key, side)
    return MatchView(match, side, own=_wish_view(r.session, wish, side) if wish else None)


def _wish_view(session: Session, wish: Wish, side: Side) -> WishView:
    pairs = queries.pairs_with(session, wish.person_id, side)
    agreed = consent_of(session, wish.person_id, Purpose.BUDDIES) is not None
    buddies = [(pair.match.number, queries.name_for(pair, side)) for pair in pairs]
    return WishView(wish, side, wish.paused or not agreed, buddies)
