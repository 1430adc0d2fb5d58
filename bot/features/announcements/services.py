"""Telling many people: announcing a shift, sending a broadcast, taking it back, stopping and going on."""

from collections.abc import Sequence

from sqlalchemy import update
from sqlmodel import col, select

from bot.core.card import REFRESH_KIND, queue_refreshes
from bot.core.consent import Consent, Purpose, give_consent, withdraw_consent
from bot.core.due import Appointment
from bot.core.outbox import Lane, Message, Outgoing, State, Verb, continue_topic, stop_topic
from bot.core.person import Person, coordinators, require_coordinator
from bot.core.refusal import Gone, NotAllowed
from bot.core.store import UnitOfWork
from bot.features.announcements import queries, rules
from bot.features.announcements.models import (
    Audience,
    Broadcast,
    BroadcastState,
    BroadcastText,
    Draft,
    Target,
    move_state,
)
from bot.features.shifts.models import Shift, ShiftState
from bot.features.shifts.queries import shift as shift_of
from bot.features.shifts.services import publish_shift

LEAVE = "broadcast.leave"


# -- shifts --


def announce_shift(uow: UnitOfWork, person_id: int, shift_id: int) -> int:
    """Publish a shift where it is a draft and tell whom it fits; return how many are told by this.

    Who was told before is not told again. The coordinators of its organisation may.

    :raises NotAllowed, Gone, CannotAnnounce: it is cancelled or has begun.
    """
    shift = managed_shift(uow, person_id, shift_id)
    if shift.state == ShiftState.CANCELLED or shift.starts_at <= uow.now:
        raise rules.CannotAnnounce
    if shift.state == ShiftState.DRAFT:
        publish_shift(uow, person_id, shift_id)
        # Nobody holds a card of a draft: the refresh would only edit what is about to be sent.
        uow.due.drop(REFRESH_KIND, shift_id)
        uow.cards.refresh("roster", shift_id)
    message = Message(
        kind="announcement.shift",
        key=f"announcement:{shift_id}",
        args={"id": shift_id},
        lane=Lane.BULK,
        topic=queries.announcement_topic(shift_id),
        not_before=rules.decide_leaving(uow.now, uow.zone, shift.starts_at),
        expires_at=shift.starts_at,
    )
    told = tell_all(uow, queries.listeners(uow.session, shift, uow.zone), message)
    look_soon(uow, "announcement", shift_id)
    return told


def tell_all(uow: UnitOfWork, people: Sequence[Person], message: Message) -> int:
    """Queue a message to each of many people; return to how many. Only this feature calls it."""
    with uow.session.no_autoflush:  # one statement for all new rows instead of one for each
        return sum(uow.outbox.tell(person, message) for person in people)


def managed_shift(uow: UnitOfWork, person_id: int, shift_id: int) -> Shift:
    """Return a shift to somebody who coordinates its organisation.

    :raises Gone, NotAllowed:
    """
    shift = shift_of(uow.session, shift_id)
    if shift is None:
        raise Gone
    require_coordinator(uow.session, person_id, shift.organisation_id)
    return shift


# -- broadcasts --


def send_broadcast(uow: UnitOfWork, person_id: int, draft: Draft) -> Broadcast:
    """Keep a broadcast and let it leave after the hold, at night in the morning; the organisation's others see it too.

    The coordinators of the organisation may, for the people on a shift those of the shift's organisation only.

    :raises NotAllowed, NobodyToTell:
    """
    require_coordinator(uow.session, person_id, draft.organisation_id)
    shift = target_shift(uow, draft.target)
    if shift and shift.organisation_id != draft.organisation_id:
        raise NotAllowed
    found = queries.reach(uow.session, draft.target, uow.now)
    if not found.people:
        raise rules.NobodyToTell(found.capped, found.unwilling)
    sent = Broadcast(
        organisation_id=draft.organisation_id,
        author_id=person_id,
        audience=draft.target.audience,
        audience_value=draft.target.value,
        original=draft.original,
        planned=len(found.people),
        created_at=uow.now,
        leaves_at=rules.decide_leaving(uow.now + rules.HOLD, uow.zone, shift.starts_at if shift else None),
    )
    uow.session.add(sent)
    uow.session.flush()
    for locale, text in draft.texts.items():
        uow.session.add(BroadcastText(broadcast_id=sent.key, locale=locale, text=text))
    uow.due.plan(Appointment(kind=LEAVE, at=sent.leaves_at, entity=sent.key))
    seen = Message(kind="broadcast", key=f"broadcast.seen:{sent.key}", args={"id": sent.key})
    for person in coordinators(uow.session, sent.organisation_id):
        if person.id != person_id:
            uow.outbox.tell(person, seen)
    return sent


def target_shift(uow: UnitOfWork, target: Target) -> Shift | None:
    """Return the shift whose people are meant, if any.

    :raises Gone: it was thrown away.
    """
    if target.audience != Audience.SHIFT:
        return None
    shift = shift_of(uow.session, int(target.value))
    if shift is None:
        raise Gone
    return shift


def managed_broadcast(uow: UnitOfWork, person_id: int, broadcast_id: int) -> Broadcast:
    """Return a broadcast to somebody who coordinates its organisation.

    :raises Gone, NotAllowed:
    """
    found = queries.broadcast(uow.session, broadcast_id)
    if found is None:
        raise Gone
    require_coordinator(uow.session, person_id, found.organisation_id)
    return found


def recall_broadcast(uow: UnitOfWork, person_id: int, broadcast_id: int) -> Broadcast:
    """Take a broadcast back before its first message left. The coordinators of its organisation may.

    :raises Gone, NotAllowed, TooLateToRecall:
    """
    found = managed_broadcast(uow, person_id, broadcast_id)
    if not move_state(uow.session, found, BroadcastState.HELD, BroadcastState.RECALLED):
        raise rules.TooLateToRecall
    uow.due.drop(LEAVE, broadcast_id)
    show_report(uow, "broadcast", broadcast_id)
    return found


# -- both: ``kind`` is "announcement" with a shift's id, or "broadcast" with its own --


def stop_telling(uow: UnitOfWork, person_id: int, kind: str, entity: int) -> None:
    """Hold back what has not left yet. The coordinators of the organisation may.

    :raises Gone, NotAllowed:
    """
    if kind == "broadcast":
        found = managed_broadcast(uow, person_id, entity)
        move_state(uow.session, found, BroadcastState.LEAVING, BroadcastState.STOPPED)
        stop_topic(uow.session, found.topic)
    else:
        managed_shift(uow, person_id, entity)
        stop_topic(uow.session, queries.announcement_topic(entity))
    show_report(uow, kind, entity)


def continue_telling(uow: UnitOfWork, person_id: int, kind: str, entity: int) -> None:
    """Let go what was held back. The coordinators of the organisation may.

    :raises Gone, NotAllowed:
    """
    if kind == "broadcast":
        found = managed_broadcast(uow, person_id, entity)
        move_state(uow.session, found, BroadcastState.STOPPED, BroadcastState.LEAVING)
        if found.state != BroadcastState.LEAVING:
            return
        _let_go(uow, found.topic)
        uow.due.soon(Appointment(kind=LEAVE, at=uow.now, entity=entity))
    else:
        managed_shift(uow, person_id, entity)
        _let_go(uow, queries.announcement_topic(entity))
    look_soon(uow, kind, entity)
    show_report(uow, kind, entity)


def _let_go(uow: UnitOfWork, topic: str) -> None:
    continue_topic(uow.session, topic)
    uow.outbox.touched = True


def look_soon(uow: UnitOfWork, kind: str, entity: int) -> None:
    """Plan the next look at how far something got, earlier than one that is planned already."""
    uow.due.drop(f"{kind}.look", entity)
    uow.due.soon(Appointment(kind=f"{kind}.look", at=uow.now + rules.LOOK, entity=entity))


def show_report(uow: UnitOfWork, kind: str, entity: int) -> None:
    """Have every holder's report edited; it shall not queue behind the very messages it counts."""
    if queue_refreshes(uow.session, uow.outbox, [(entity, {"kinds": [kind], "stamp": ""})]):
        rows = update(Outgoing).where(col(Outgoing.kind) == kind, col(Outgoing.verb) == Verb.REFRESH)
        uow.session.execute(rows.where(col(Outgoing.state) == State.PENDING).values(lane=Lane.REMINDER))


def want_messages(uow: UnitOfWork, person_id: int, wanted: bool) -> None:
    """Take somebody's consent to be told back, or let the one she gave last hold again. She, for herself."""
    query = select(Consent).where(Consent.person_id == person_id, Consent.purpose == Purpose.ANNOUNCEMENTS)
    last = uow.session.exec(query.order_by(col(Consent.id).desc())).first()
    if not wanted:
        withdraw_consent(uow, person_id, Purpose.ANNOUNCEMENTS)
    elif last is not None:
        give_consent(uow, person_id, Purpose.ANNOUNCEMENTS, last.text_version, last.language)


def forget_author(uow: UnitOfWork, person_id: int) -> None:
    """Take a person's name off what she wrote; the words were her organisation's. Only /forget calls this."""
    uow.session.execute(update(Broadcast).where(col(Broadcast.author_id) == person_id).values(author_id=None))
