"""What coordinators and volunteers do with shifts; every change and every message it causes in one unit of work."""

from collections.abc import Collection
from datetime import datetime

from bot.core.due import Appointment
from bot.core.person import coordinators, lock_people, require_coordinator
from bot.core.store import UnitOfWork
from bot.features.shifts import models, queries, rules
from bot.features.shifts.models import Need, Shift, ShiftState, SignUp, SignUpState, Venue
from bot.features.volunteers.queries import volunteer_of

CONFIRMED, WAITLISTED = SignUpState.CONFIRMED, SignUpState.WAITLISTED
CARDS = ("shift", "roster", "announcement")  # what shows a shift


def create_shift(uow: UnitOfWork, person_id: int, need: Need) -> Shift:
    """Make a draft that only its organisation's coordinators see. They may.

    Refused: NotAllowed, StartInPast, StartTooFar, TooLong, WrongCounts.
    """
    return _fill(uow, person_id, Shift(created_by=person_id, created_at=uow.now, **need.columns()), need)


def change_draft(uow: UnitOfWork, person_id: int, shift_id: int, need: Need) -> Shift:
    """Replace a draft's contents. The coordinators of its organisation (and of the new one) may.

    Refused: NotAllowed, Gone, ShiftChanged (published meanwhile), StartInPast, StartTooFar, TooLong, WrongCounts.
    """
    return _fill(uow, person_id, _draft(uow, person_id, shift_id), need)


def delete_draft(uow: UnitOfWork, person_id: int, shift_id: int) -> None:
    """Throw a draft away. Its organisation's coordinators may. Refused: NotAllowed, Gone, ShiftChanged."""
    draft = _draft(uow, person_id, shift_id)
    models.set_languages(uow.session, shift_id, ())
    uow.session.delete(draft)
    uow.cards.refresh("roster", shift_id)


def publish_shift(uow: UnitOfWork, person_id: int, shift_id: int) -> Shift:
    """Open a draft for sign-up, telling nobody; one that is open stays so. Its organisation's coordinators may.

    Refused: NotAllowed, Gone, ShiftCancelled, StartInPast, StartTooFar.
    """
    shift = _managed(uow, person_id, shift_id)
    if shift.is_open:
        return shift
    if shift.state == ShiftState.CANCELLED:
        raise rules.ShiftCancelled(shift)
    rules.require_times(shift.starts_at, shift.ends_at, uow.now)
    shift.state, shift.published_at = ShiftState.OPEN, uow.now
    return _replanned(uow, shift)


def copy_shift(uow: UnitOfWork, person_id: int, shift_id: int, starts_at: datetime) -> Shift:
    """Make a draft like another shift, whatever its state, at another instant. Its organisation's coordinators may.

    Refused: NotAllowed, Gone, StartInPast, StartTooFar.
    """
    old = _managed(uow, person_id, shift_id)
    need = old.need(starts_at, tuple(queries.shift_languages(uow.session, shift_id)))
    return create_shift(uow, person_id, need)


def move_shift(uow: UnitOfWork, person_id: int, shift_id: int, venue: Venue) -> Shift:
    """Give an open shift another time or place; all on it are told and asked again. Its coordinators may.

    Refused: NotAllowed, Gone, ShiftCancelled, ShiftInPast, StartInPast, StartTooFar, TooLong.
    """
    shift = rules.require_standing(_managed(uow, person_id, shift_id), uow.now)
    rules.require_times(venue.starts_at, venue.ends_at, uow.now)
    shift.moved_from = shift.starts_at
    shift.put(venue)
    for row, _ in queries.signed_up(uow.session, shift_id, CONFIRMED):
        row.must_reconfirm, row.coming_at = True, None
    return _told(uow, shift, "shift.moved")


def cancel_shift(uow: UnitOfWork, person_id: int, shift_id: int, reason: str, locale: str = "") -> Shift:
    """Call an open shift off for good; all on it are told why. Its organisation's coordinators may.

    ``reason`` is one of ``rules.REASONS``, or text typed in the language ``locale``.
    Refused: NotAllowed, Gone, ShiftCancelled, ShiftInPast.
    """
    shift = rules.require_standing(_managed(uow, person_id, shift_id), uow.now)
    shift.state, shift.cancel_reason, shift.cancel_locale = ShiftState.CANCELLED, reason, locale
    return _told(uow, shift, "shift.cancelled")


def sign_up(uow: UnitOfWork, person_id: int, shift_id: int, *, or_wait: bool = False) -> SignUp:
    """Give a volunteer a place; with ``or_wait`` and none free, one at the end of the waitlist. She, for herself.

    Refused: Gone, ShiftCancelled, ShiftInPast, NotVolunteer, VolunteerPaused, AlreadySignedUp, AlreadyWaiting,
    Overlaps, ShiftFull.
    """
    shift = models.locked_shift(uow.session, shift_id)
    promoted = _promote(uow, shift)  # nobody passes those who wait
    volunteer, old = queries.volunteer_and_answer(uow.session, shift_id, person_id)
    if old and person_id in promoted:
        return old
    wish = rules.Wish(volunteer, old, queries.overlap(uow.session, shift, person_id), or_wait)
    state = rules.decide_sign_up(shift, wish, uow.now)
    if state == CONFIRMED and not models.claim_place(uow.session, shift):
        raise rules.ShiftFull(shift)
    return _note(uow, shift, old or person_id, state)


def withdraw(uow: UnitOfWork, person_id: int, shift_id: int) -> SignUp:
    """Give a place (or one in the waitlist) back; the waitlist moves up. She, for herself, until it begins.

    Refused: Gone, ShiftCancelled, ShiftInPast, NotSignedUp.
    """
    shift = rules.require_standing(models.locked_shift(uow.session, shift_id), uow.now)
    row = rules.require_on(shift, queries.sign_up_of(uow.session, shift_id, person_id))
    held = row.state == CONFIRMED
    _note(uow, shift, row, SignUpState.WITHDRAWN)
    if held:
        give_back(uow, shift, person_id)
    return row


def decline(uow: UnitOfWork, person_id: int, shift_id: int) -> SignUp:
    """Note that a volunteer does not want this one; a place she has is given back. She, for herself.

    Refused: Gone, ShiftCancelled, ShiftInPast, NotVolunteer.
    """
    shift = rules.require_standing(models.locked_shift(uow.session, shift_id), uow.now)
    if volunteer_of(uow.session, person_id) is None:
        raise rules.NotVolunteer(shift)
    old = queries.sign_up_of(uow.session, shift_id, person_id)
    if old and old.is_on:
        return withdraw(uow, person_id, shift_id)
    return _note(uow, shift, old or person_id, SignUpState.DECLINED)


def reconfirm(uow: UnitOfWork, person_id: int, shift_id: int, *, coming: bool = False) -> SignUp:
    """Note that a moved shift still suits somebody who has a place. She, for herself.

    Refused: Gone, ShiftCancelled, ShiftInPast, NotSignedUp, Overlaps (she has another shift at the new time).
    """
    shift = rules.require_standing(models.locked_shift(uow.session, shift_id), uow.now)
    row = rules.require_on(shift, queries.sign_up_of(uow.session, shift_id, person_id), CONFIRMED)
    other = queries.overlap(uow.session, shift, person_id) if row.must_reconfirm else None
    if other:
        raise rules.Overlaps(shift, other)
    row.must_reconfirm, row.coming_at = False, uow.now if coming else row.coming_at
    _changed(uow, shift)
    return row


def confirm_coming(uow: UnitOfWork, person_id: int, shift_id: int) -> SignUp:
    """Note that somebody who has a place is coming (so a move suits her too). She, for herself; refused as above."""
    return reconfirm(uow, person_id, shift_id, coming=True)


def give_back(uow: UnitOfWork, shift: Shift, person_id: int) -> None:
    """Free a place whose sign-up has ended; the waitlist moves up, a shortage is told. Only this feature calls it."""
    models.free_place(uow.session, shift)
    _promote(uow, shift)
    _refill(uow, [person_id])
    _changed(uow, shift)
    if rules.matters_soon(shift, uow.now):
        tell_coordinators(uow, shift, "shift.below_minimum", f"{shift.revision}:{shift.shortage}")


def tell_coordinators(uow: UnitOfWork, shift: Shift, kind: str, step: str, person_id: int = 0) -> None:
    """Tell the coordinators of a shift's organisation something once per ``step``. Only this feature calls it."""
    for person in coordinators(uow.session, shift.organisation_id):
        uow.outbox.tell(person, shift.message(kind, step, {"person": person_id}))


def _fill(uow: UnitOfWork, person_id: int, shift: Shift, need: Need) -> Shift:
    require_coordinator(uow.session, person_id, need.organisation_id)
    rules.require_times(need.venue.starts_at, need.venue.ends_at, uow.now)
    rules.require_counts(need.min_people, need.max_people)
    shift.sqlmodel_update(need.columns())
    uow.session.add(shift)
    uow.session.flush()
    models.set_languages(uow.session, shift.key, need.languages)
    return _changed(uow, shift)


def _managed(uow: UnitOfWork, person_id: int, shift_id: int) -> Shift:
    shift = models.locked_shift(uow.session, shift_id)
    require_coordinator(uow.session, person_id, shift.organisation_id)
    return shift


def _draft(uow: UnitOfWork, person_id: int, shift_id: int) -> Shift:
    shift = _managed(uow, person_id, shift_id)
    if shift.state != ShiftState.DRAFT:
        raise rules.ShiftChanged(shift)
    return shift


def _note(uow: UnitOfWork, shift: Shift, who: SignUp | int, state: SignUpState) -> SignUp:
    row = models.answer(uow.session, shift, who, state, uow.now)
    _changed(uow, shift)
    return row


def _promote(uow: UnitOfWork, shift: Shift) -> tuple[int, ...]:
    """Let those who wait and can be reached move up in order; who is elsewhere then is passed over and told."""
    if shift.is_full or not shift.is_open or shift.starts_at <= uow.now or not shift.next_in_line:
        return ()
    waiting = queries.signed_up(uow.session, shift.key, WAITLISTED)
    people = {person.key: (row, person) for row, person in waiting if person.reachable}
    lock_people(uow.session, people)  # so that none of them gets a place elsewhere at this moment
    busy = queries.overlapping(uow.session, shift, people)
    promoted, passed_over = rules.decide_promotion(list(people), busy, shift.max_people - shift.taken)
    for row, person in (people[key] for key in passed_over):
        other = busy[person.key].key
        uow.outbox.tell(person, shift.message("shift.passed_over", f"{row.line}:{other}", {"other": other}))
    for row, person in (people[key] for key in promoted):
        if models.claim_place(uow.session, shift):
            uow.outbox.tell(person, shift.message("shift.promoted", str(row.line)))
            _note(uow, shift, row, CONFIRMED)
    return promoted


def _refill(uow: UnitOfWork, person_ids: Collection[int]) -> None:
    """Look whether people who became free move up elsewhere."""
    for shift_id in queries.waiting_elsewhere(uow.session, person_ids, uow.now):
        _promote(uow, models.locked_shift(uow.session, shift_id))


def _told(uow: UnitOfWork, shift: Shift, kind: str) -> Shift:
    """Make a change known to everybody on the list and to whom it frees."""
    shift.revision += 1
    people = [person for _, person in queries.signed_up(uow.session, shift.key, *queries.ON)]
    for person in people:
        uow.outbox.tell(person, shift.message(kind, str(shift.revision)))
    _replanned(uow, shift)
    _promote(uow, shift)
    _refill(uow, [person.key for person in people])
    return shift


def _replanned(uow: UnitOfWork, shift: Shift) -> Shift:
    uow.due.soon(Appointment("shift.changed", uow.now, shift.key))
    uow.due.plan(Appointment("shift.began", shift.starts_at, shift.key, shift.revision))
    return _changed(uow, shift)


def _changed(uow: UnitOfWork, shift: Shift) -> Shift:
    uow.session.flush()
    uow.cards.refresh(CARDS, shift.key)
    return shift
