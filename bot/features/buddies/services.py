"""What happens to requests, offers and matches; every change of state is one conditional update."""

from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col

from bot.core.consent import Purpose, give_consent, text_version
from bot.core.due import Appointment
from bot.core.outbox import Message
from bot.core.person import Person, require_coordinator
from bot.core.refusal import Gone, NotAllowed
from bot.core.store import UnitOfWork
from bot.features.buddies import queries, rules
from bot.features.buddies.models import (
    OPEN,
    Answers,
    BuddyApart,
    BuddyMatch,
    BuddyOffer,
    BuddyRequest,
    MatchState,
    Side,
    Wish,
)
from bot.features.organisations.queries import organisations_of


def save_wish(uow: UnitOfWork, person_id: int, side: Side, answers: Answers) -> Wish:
    """Keep a request or offer, or what was changed in it; a paused one goes on. Adults may, for themselves."""
    wish = queries.wish_of(uow.session, person_id, side)
    if wish is None:
        wish = queries.table_of(side)(person_id=person_id, comfort="", i_am="", since=uow.now)
    if isinstance(wish, BuddyRequest):
        wish.german = answers.german
    else:
        wish.capacity = min(max(answers.capacity, 1), rules.MOST_AT_ONCE)
    for name in ("languages", "topics", "times"):
        setattr(wish, name, list(getattr(answers, name)))
    wish.comfort, wish.i_am, wish.paused = answers.comfort, answers.i_am, False
    person = uow.session.get_one(Person, person_id)
    person.name = answers.name
    uow.session.add_all([person, wish])
    give_consent(uow, person_id, Purpose.BUDDIES, text_version(Purpose.BUDDIES), person.locale)
    uow.cards.refresh("buddy.desk", 0)
    return wish


def pause_wish(uow: UnitOfWork, person_id: int, side: Side, *, paused: bool = True) -> None:
    """Take no new proposals for a while (or again); an open match goes on. For herself.

    :raises Gone: she has no such request or offer.
    """
    table = queries.table_of(side)
    if not _changed(uow, update(table).where(col(table.person_id) == person_id).values(paused=paused)):
        raise Gone
    uow.cards.refresh("buddy.desk", 0)


def end_wish(uow: UnitOfWork, person_id: int, side: Side) -> None:
    """Delete a request or offer and end the matches on that side kindly; for herself, at any time."""
    table = queries.table_of(side)
    # The wish goes first: from here on nobody can propose it any more.
    uow.session.execute(delete(table).where(col(table.person_id) == person_id))
    for match in queries.matches_of(uow.session, person_id, *OPEN):
        if match.side_of(person_id) == side:
            _close_open(uow, match, side)
    uow.cards.refresh("buddy.desk", 0)


def propose_match(uow: UnitOfWork, coordinator_id: int, request_id: int, offer_id: int) -> BuddyMatch:
    """Propose two people to each other, for the coordinator's first organisation; any coordinator may.

    :raises NotAllowed: she coordinates no organisation.
    :raises Taken: somebody looks after the request already, or it waits no more.
    :raises NoLongerFits: a hard limit forbids the two by now, or the volunteer has no place left.
    """
    mine = organisations_of(uow.session, uow.session.get_one(Person, coordinator_id))
    if not mine:
        raise NotAllowed
    found = queries.waiting_request(uow.session, request_id)
    if found is None:
        raise rules.Taken
    request, _ = found
    fit = next((fit for fit, _ in queries.fits_for(uow.session, request) if fit.wish_id == offer_id), None)
    if not _take_place(uow, BuddyRequest, request_id):
        raise rules.Taken
    if fit is None or not _take_place(uow, BuddyOffer, offer_id):
        raise rules.NoLongerFits
    match = BuddyMatch(
        newcomer_id=request.person_id,
        volunteer_id=fit.person_id,
        organisation_id=mine[0].number,
        proposed_by=coordinator_id,
        proposed_at=uow.now,
        changed_at=uow.now,
        lapses_at=uow.now + rules.LAPSES_AFTER,
    )
    uow.session.add(match)
    uow.session.flush()
    uow.due.plan(Appointment("buddy.lapse", match.lapses_at, entity=match.number))
    _tell_sides(uow, match)
    _refresh(uow, match)
    return match


def _take_place(uow: UnitOfWork, table: queries.WishTable, wish_id: int) -> bool:
    free = (col(table.id) == wish_id, col(table.paused).is_(False), col(table.taken) < col(table.capacity))
    return _changed(uow, update(table).where(*free).values(taken=table.taken + 1))


def _give_place_back(uow: UnitOfWork, side: Side, person_id: int | None, *, paused: bool) -> None:
    table = queries.table_of(side)
    mine = update(table).where(col(table.person_id) == person_id, col(table.taken) > 0)
    values = {"taken": table.taken - 1, **({"paused": True} if paused else {})}
    uow.session.execute(mine.values(values))


def accept_match(uow: UnitOfWork, person_id: int, match_id: int) -> None:
    """Say yes to a proposal; when both have, they hear how to meet. For the two sides; twice changes nothing.

    :raises NotAllowed: the person is no side of it.
    :raises NoLongerOpen: the proposal ended before.
    """
    match, side = _mine(uow, person_id, match_id)
    if match.state == MatchState.ACTIVE:
        return
    yes = {f"{side}_yes": True, "changed_at": uow.now}
    if not _changed(uow, _proposed(match_id).values(yes)):
        raise rules.NoLongerOpen
    both = _proposed(match_id).where(col(BuddyMatch.newcomer_yes), col(BuddyMatch.volunteer_yes))
    if _changed(uow, both.values(state=MatchState.ACTIVE)):
        match = queries.match_now(uow.session, match_id)
        uow.due.drop("buddy.lapse", match_id)
        _tell_sides(uow, match, side)
        _tell_desk(uow, match, match.state)
    _refresh(uow, match)


def decline_match(uow: UnitOfWork, person_id: int, match_id: int) -> None:
    """Say no to a proposal, without a reason; nobody is told who did. For the two sides.

    :raises NotAllowed: the person is no side of it.
    :raises NoLongerOpen: the proposal ended before, or both had said yes.
    """
    match, side = _mine(uow, person_id, match_id)
    if not _close(uow, match, MatchState.DECLINED, side):
        raise rules.NoLongerOpen


def end_match(uow: UnitOfWork, person_id: int, match_id: int) -> None:
    """End a match kindly, without a reason; for its two sides and for the responsible coordinators.

    :raises NotAllowed: the person is none of them.
    :raises NoLongerOpen: it is not going on.
    """
    match = queries.match_now(uow.session, match_id)
    side = match.side_of(person_id)
    if side is None:
        require_coordinator(uow.session, person_id, match.organisation_id)
    if not _close(uow, match, MatchState.ENDED, side or Side.DESK):
        raise rules.NoLongerOpen


def lapse_match(uow: UnitOfWork, match_id: int) -> None:
    """End a proposal that was not answered in time; only the clock may. An answered one stays as it is."""
    _close(uow, queries.match_now(uow.session, match_id), MatchState.LAPSED, None)


def forget_matches(uow: UnitOfWork, person_id: int) -> None:
    """Take an erased person out of her matches: open ones end kindly, and who must stay apart stays apart."""
    for match in queries.matches_of(uow.session, person_id, *OPEN):
        _close_open(uow, match, match.side_of(person_id))
    for match in queries.matches_of(uow.session, person_id, *MatchState):
        uow.cards.refresh("buddy.news", match.number)  # her name is in what the coordinators were told
    for mark in queries.marks_of(uow.session, person_id):
        uow.session.merge(BuddyApart(mark=mark))
    for column in (col(BuddyMatch.newcomer_id), col(BuddyMatch.volunteer_id), col(BuddyMatch.proposed_by)):
        uow.session.execute(update(BuddyMatch).where(column == person_id).values({column: None}))
    uow.cards.refresh("buddy.desk", 0)


def flag_unreachable(uow: UnitOfWork, person: Person) -> None:
    """Tell the coordinators of a person's open matches that she cannot be written to; called by the house."""
    for match in queries.matches_of(uow.session, person.key, *OPEN):
        _tell_desk(uow, match, "unreachable", f"{uow.now:%Y%m%d%H%M%S%f}")
    uow.cards.refresh("buddy.desk", 0)


def _mine(uow: UnitOfWork, person_id: int, match_id: int) -> tuple[BuddyMatch, Side]:
    match = queries.match_now(uow.session, match_id)
    side = match.side_of(person_id)
    if side is None:
        raise NotAllowed
    return match, side


def _proposed(match_id: int) -> Any:
    return update(BuddyMatch).where(col(BuddyMatch.id) == match_id, col(BuddyMatch.state) == MatchState.PROPOSED)


def _close_open(uow: UnitOfWork, match: BuddyMatch, side: Side | None) -> None:
    """End a match on a person's leaving, whatever it has come to: an unanswered proposal only lapses."""
    if not _close(uow, match, MatchState.LAPSED, side):
        _close(uow, match, MatchState.ENDED, side)


def _close(uow: UnitOfWork, match: BuddyMatch, new: MatchState, by: Side | None) -> bool:
    """End a match, free both sides and tell them; False if it was not in the state this ends."""
    old = MatchState.ACTIVE if new == MatchState.ENDED else MatchState.PROPOSED
    still = update(BuddyMatch).where(col(BuddyMatch.id) == match.id, col(BuddyMatch.state) == old)
    if not _changed(uow, still.values(state=new, closed_by=by or "", changed_at=uow.now)):
        return False
    # After a time together a newcomer is asked before we look again; after a mere proposal we just go on.
    _give_place_back(uow, Side.NEWCOMER, match.newcomer_id, paused=new == MatchState.ENDED)
    _give_place_back(uow, Side.VOLUNTEER, match.volunteer_id, paused=False)
    uow.due.drop("buddy.lapse", match.number)
    closed = queries.match_now(uow.session, match.number)
    _tell_sides(uow, closed, by)
    _tell_desk(uow, closed, closed.state)
    _refresh(uow, closed)
    return True


def _tell_sides(uow: UnitOfWork, match: BuddyMatch, but: Side | None = None) -> None:
    _, newcomer, volunteer = queries.pair_of(uow.session, match)
    until = match.lapses_at if match.state == MatchState.PROPOSED else None
    message = Message("buddy.match", f"buddy.match:{match.id}:{match.state}", {"id": match.id}, expires_at=until)
    for side, person in ((Side.NEWCOMER, newcomer), (Side.VOLUNTEER, volunteer)):
        if person and side != but:
            uow.outbox.tell(person, message)


def _tell_desk(uow: UnitOfWork, match: BuddyMatch, event: str, when: str = "") -> None:
    key = f"buddy.news:{match.id}:{event}:{when}"
    for person in queries.desk_of(uow.session, match):
        uow.outbox.tell(person, Message("buddy.news", key, {"id": match.id, "event": event}))


def _refresh(uow: UnitOfWork, match: BuddyMatch) -> None:
    uow.cards.refresh("buddy.match", match.number)
    request = queries.wish_of(uow.session, match.newcomer_id or 0, Side.NEWCOMER)
    if request:
        uow.cards.refresh("buddy.fits", request.number)
    uow.cards.refresh("buddy.desk", 0)


def _changed(uow: UnitOfWork, statement: Any) -> bool:
    """Run a conditional update; say whether it was this one that changed something."""
    return bool(uow.session.execute(statement).rowcount)  # type: ignore[attr-defined]
