"""What coordinators and volunteers do with shifts; every change and every message it causes in one unit of work."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, update
from sqlmodel import col

from bot.core.due import Appointment
from bot.core.outbox import Message
from bot.core.person import Person, coordinators, require_coordinator
from bot.core.refusal import Gone
from bot.core.store import UnitOfWork
from bot.features.shifts import queries, rules
from bot.features.shifts.models import (
    Shift,
    ShiftLanguage,
    ShiftState,
    SignUp,
    SignUpState,
    claim_place,
    draw_number,
    free_place,
    locked_shift,
)
from bot.features.volunteers.models import Activity
from bot.features.volunteers.queries import volunteer_of

CONFIRMED, WAITLISTED = SignUpState.CONFIRMED, SignUpState.WAITLISTED


@dataclass(frozen=True, slots=True)
class Venue:
    """When (UTC) and where a shift is; ``place_id`` names a saved place, ``place_name`` is what people read."""

    starts_at: datetime
    ends_at: datetime
    place_name: str
    place_id: int | None = None


@dataclass(frozen=True, slots=True)
class Need:
    """What an organisation needs: a new shift's contents. ``note_locale`` is the language the note was typed in."""

    organisation_id: int
    activity_id: int
    venue: Venue
    max_people: int
    min_people: int = 1
    languages: tuple[str, ...] = ()
    note: str = ""
    note_locale: str = ""


def create_shift(uow: UnitOfWork, person_id: int, need: Need) -> Shift:
    """Make a draft that only its organisation's coordinators see. They may.

    :raises NotAllowed, StartInPast, StartTooFar, TooLong, WrongCounts:
    """
    created = Shift(created_by=person_id, created_at=uow.now, **_columns(uow, person_id, need))
    uow.session.add(created)
    uow.session.flush()
    _set_languages(uow, created, need.languages)
    return created


def change_draft(uow: UnitOfWork, person_id: int, shift_id: int, need: Need) -> Shift:
    """Replace a draft's contents. The coordinators of its organisation (and of the new one) may.

    :raises NotAllowed, Gone, ShiftChanged, StartInPast, StartTooFar, TooLong, WrongCounts:
    """
    draft = _draft(uow, person_id, shift_id)
    draft.sqlmodel_update(_columns(uow, person_id, need))
    uow.session.execute(delete(ShiftLanguage).where(col(ShiftLanguage.shift_id) == shift_id))
    _set_languages(uow, draft, need.languages)
    return _changed(uow, draft)


def delete_draft(uow: UnitOfWork, person_id: int, shift_id: int) -> None:
    """Throw a draft away. The coordinators of its organisation may.

    :raises NotAllowed, Gone, ShiftChanged: it is published already.
    """
    draft = _draft(uow, person_id, shift_id)
    uow.session.execute(delete(ShiftLanguage).where(col(ShiftLanguage.shift_id) == shift_id))
    uow.session.delete(draft)
    uow.cards.refresh("roster", shift_id)


def publish_shift(uow: UnitOfWork, person_id: int, shift_id: int) -> Shift:
    """Open a draft for sign-up, telling nobody; one that is open stays so. The coordinators of its organisation may.

    :raises NotAllowed, Gone, ShiftCancelled, StartInPast, StartTooFar:
    """
    shift = _managed(uow, person_id, shift_id)
    if shift.is_open:
        return shift
    if shift.state == ShiftState.CANCELLED:
        raise rules.ShiftCancelled(shift_id)
    rules.require_times(shift.starts_at, shift.ends_at, uow.now)
    shift.state, shift.published_at = ShiftState.OPEN, uow.now
    return _replanned(uow, shift)


def copy_shift(uow: UnitOfWork, person_id: int, shift_id: int, starts_at: datetime) -> Shift:
    """Make a draft like another shift, drafts and cancelled ones too, at another time. Its coordinators may.

    :raises NotAllowed, Gone, StartInPast, StartTooFar:
    """
    old = _managed(uow, person_id, shift_id)
    venue = Venue(starts_at, starts_at + (old.ends_at - old.starts_at), old.place_name, old.place_id)
    languages = tuple(queries.shift_languages(uow.session, shift_id))
    need = Need(old.organisation_id, old.activity_id, venue, old.max_people, old.min_people, languages)
    copied = create_shift(uow, person_id, need)
    copied.note, copied.note_locale = old.note, old.note_locale
    return copied


def move_shift(uow: UnitOfWork, person_id: int, shift_id: int, venue: Venue) -> Shift:
    """Give an open shift another time or place; all on it are told and asked again. Its coordinators may.

    :raises NotAllowed, Gone, ShiftCancelled, ShiftInPast, StartInPast, StartTooFar, TooLong:
    """
    shift = _managed(uow, person_id, shift_id)
    rules.require_standing(shift, uow.now)
    rules.require_times(venue.starts_at, venue.ends_at, uow.now)
    before = int(shift.starts_at.timestamp())
    _place(shift, venue)
    shift.revision += 1
    held = update(SignUp).where(col(SignUp.shift_id) == shift_id, col(SignUp.state) == CONFIRMED)
    uow.session.execute(held.values(must_reconfirm=True, coming_at=None))
    uow.session.expire_all()
    people = [person for _, person in queries.signed_up(uow.session, shift_id, *queries.ON)]
    for person in people:
        _tell(uow, person, shift, "shift.moved", str(shift.revision), {"from": before})
    _replanned(uow, shift)
    _promote(uow, shift)
    _refill(uow, [person.key for person in people])
    return shift


def cancel_shift(uow: UnitOfWork, person_id: int, shift_id: int, reason: str, locale: str = "") -> Shift:
    """Call an open shift off for good; all on it are told why. Its coordinators may.

    ``reason`` is one of ``rules.REASONS`` or typed text in the language ``locale``.

    :raises NotAllowed, Gone, ShiftCancelled, ShiftInPast:
    """
    shift = _managed(uow, person_id, shift_id)
    rules.require_standing(shift, uow.now)
    shift.state, shift.cancel_reason, shift.cancel_locale = ShiftState.CANCELLED, reason, locale
    shift.revision += 1
    people = [person for _, person in queries.signed_up(uow.session, shift_id, *queries.ON)]
    for person in people:
        _tell(uow, person, shift, "shift.cancelled", str(shift.revision))
    _replanned(uow, shift)
    _refill(uow, [person.key for person in people])
    return shift


def sign_up(uow: UnitOfWork, person_id: int, shift_id: int, *, or_wait: bool = False) -> SignUp:
    """Give a volunteer a place; with ``or_wait`` and no place free, one at the end of the waitlist. She, for herself.

    :raises Gone, ShiftCancelled, ShiftInPast, NotVolunteer, VolunteerPaused, AlreadySignedUp, AlreadyWaiting,
        Overlaps, ShiftFull:
    """
    shift = _locked(uow, shift_id)
    promoted = _promote(uow, shift)  # nobody passes those who wait
    old = queries.sign_up_of(uow.session, shift_id, person_id)
    if old and person_id in promoted:
        return old
    wish = rules.Wish(shift, volunteer_of(uow.session, person_id), old, _overlap(uow, shift, person_id), or_wait)
    state = rules.decide_sign_up(wish, uow.now)
    if state == CONFIRMED and not claim_place(uow.session, shift):
        raise rules.ShiftFull(shift_id)
    return _note(uow, shift, person_id, state)


def withdraw(uow: UnitOfWork, person_id: int, shift_id: int) -> SignUp:
    """Give a place (or one in the waitlist) back; the waitlist moves up. She, for herself, until it begins.

    :raises Gone, ShiftCancelled, ShiftInPast, NotSignedUp:
    """
    shift = _locked(uow, shift_id)
    rules.require_standing(shift, uow.now)
    old = queries.sign_up_of(uow.session, shift_id, person_id)
    if old is None or not old.is_on:
        raise rules.NotSignedUp(shift_id)
    held = old.state == CONFIRMED
    noted = _note(uow, shift, person_id, SignUpState.WITHDRAWN)
    if held:
        _give_back(uow, shift, person_id)
    return noted


def decline(uow: UnitOfWork, person_id: int, shift_id: int) -> SignUp:
    """Note that a volunteer does not want this one; a place she has is given back. She, for herself.

    :raises Gone, ShiftCancelled, ShiftInPast, NotVolunteer:
    """
    shift = _locked(uow, shift_id)
    rules.require_standing(shift, uow.now)
    if volunteer_of(uow.session, person_id) is None:
        raise rules.NotVolunteer(shift_id)
    old = queries.sign_up_of(uow.session, shift_id, person_id)
    if old and old.is_on:
        return withdraw(uow, person_id, shift_id)
    return _note(uow, shift, person_id, SignUpState.DECLINED)


def confirm_coming(uow: UnitOfWork, person_id: int, shift_id: int) -> SignUp:
    """Note that somebody who has a place is coming; after a move, that it still suits her. She, for herself.

    :raises Gone, ShiftCancelled, ShiftInPast, NotSignedUp, Overlaps:
    """
    ...
