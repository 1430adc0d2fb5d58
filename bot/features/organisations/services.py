"""What organisations do: invite coordinators, let them go, enter places."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from bot.core.keyring import Keyring
from bot.core.outbox import Message
from bot.core.person import Person, Role, coordinators, grant, grants, require_coordinator, revoke
from bot.core.refusal import Gone, NotAllowed
from bot.core.store import UnitOfWork
from bot.features.organisations import queries, rules
from bot.features.organisations.models import Invitation, Organisation, Place, WrongTry

TOKEN_BYTES = 24  # 192 bits: 32 characters that a deep link may hold
OLD_INVITATIONS_KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Accepted:
    """What a person may do from now on; admins for no organisation. ``anew`` is False if she could before."""

    role: Role
    organisation: Organisation | None
    anew: bool


def create_invitation(
    uow: UnitOfWork, keyring: Keyring, role: Role, organisation_id: int | None, created_by: int | None = None
) -> str:
    """Make a link's token that gives this role once within 7 days; only its keyed hash is kept.

    Coordinators may invite to their organisation, admins to any and as admins. Without ``created_by`` the
    operator does it on the command line.

    :raises NotAllowed: ``created_by`` may not give this role.
    :raises Gone: there is no such organisation.
    """
    if role not in rules.INVITED_ROLES or (role == Role.ADMIN) != (organisation_id is None):
        raise ValueError("coordinators are invited to an organisation, admins to none")
    if created_by is not None and not rules.may_invite(grants(uow.session, created_by), role, organisation_id):
        raise NotAllowed
    if organisation_id is not None and queries.organisation(uow.session, organisation_id) is None:
        raise Gone
    token = secrets.token_urlsafe(TOKEN_BYTES)
    uow.session.execute(delete(Invitation).where(col(Invitation.expires_at) < uow.now - OLD_INVITATIONS_KEPT))
    uow.session.add(
        Invitation(
            token_hash=_hash(keyring, token),
            role=role,
            organisation_id=organisation_id,
            created_by=created_by,
            created_at=uow.now,
            expires_at=uow.now + rules.VALID_FOR,
        )
    )
    uow.session.flush()
    return token


def accept_invitation(uow: UnitOfWork, keyring: Keyring, person_id: int, token: str) -> Accepted | None:
    """Use an invitation; anybody may try. Nothing is returned for one that is wrong, used or expired alike.

    That is no refusal on purpose: a refusal would undo the note of the wrong try. Whoever has the right
    already leaves the link good for the one it was meant for.
    """
    if rules.is_locked_out(queries.wrong_tries_since(uow.session, person_id, uow.now - rules.TRIES_WITHIN)):
        return None
    invitation = queries.invitation_by_hash(uow.session, _hash(keyring, token))
    if invitation is None or not rules.is_good(invitation, uow.now):
        _note_wrong_try(uow, person_id)
        return None
    scope = invitation.organisation_id or 0
    accepted = Accepted(
        role=Role(invitation.role),
        organisation=queries.organisation(uow.session, scope) if scope else None,
        anew=(Role(invitation.role), scope) not in grants(uow.session, person_id),
    )
    if accepted.anew:
        if not _use(uow, invitation, person_id):
            return None
        grant(uow.session, person_id, accepted.role, scope, uow.now)
        uow.outbox.commands(uow.session.get_one(Person, person_id))
        _tell_of_new_one(uow, invitation, person_id)
    return accepted


def remove_coordinator(uow: UnitOfWork, admin_id: int, person_id: int, organisation_id: int) -> None:
    """Take a coordinator's right away and end her open invitations; she is told. For admins only.

    :raises NotAllowed: whoever asks is no admin.
    :raises Gone: the person does not coordinate this organisation.
    """
    if (Role.ADMIN, 0) not in grants(uow.session, admin_id):
        raise NotAllowed
    found = revoke(uow.session, person_id, Role.COORDINATOR, organisation_id)
    if found is None:
        raise Gone
    _end_invitations(uow, person_id, organisation_id)
    person = uow.session.get(Person, person_id)
    if person:
        uow.outbox.commands(person)
        key = f"organisation.coordinator_removed:{found}"
        uow.outbox.tell(person, Message("organisation.coordinator_removed", key, {"id": organisation_id}))


def add_place(uow: UnitOfWork, person_id: int, place: Place) -> Place:
    """Enter a place of an organisation; for its coordinators. Shared places come from the file.

    :raises NotAllowed: the person does not coordinate the place's organisation.
    """
    require_coordinator(uow.session, person_id, place.organisation_id or 0)
    uow.session.add(place)
    uow.session.flush()
    return place


def tell_colleagues(uow: UnitOfWork, person_id: int, kind: str) -> None:
    """Tell whoever coordinates with this person (if nobody does, the admins) that she cannot any more."""
    for role, scope in grants(uow.session, person_id):
        if role != Role.COORDINATOR:
            continue
        others = [one for one in coordinators(uow.session, scope) if one.key != person_id]
        for other in others or [one for one in queries.admins(uow.session) if one.key != person_id]:
            # The instant keeps a second such case apart; the person is not named: nothing of her may stay.
            key = f"{kind}:{scope}:{uow.now:%Y%m%d%H%M%S%f}"
            uow.outbox.tell(other, Message(kind, key, {"id": scope}))


def on_unreachable(uow: UnitOfWork, person: Person) -> None:
    """Tell colleagues that a coordinator cannot be written to any more; called by the house."""
    tell_colleagues(uow, person.key, "organisation.coordinator_unreachable")


def erase_coordinating(uow: UnitOfWork, person_id: int) -> None:
    """Tell colleagues that a coordinator left for good; her right itself is erased with all others."""
    tell_colleagues(uow, person_id, "organisation.coordinator_left")


def show_coordinating(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Return the organisations a person coordinates, for /mydata."""
    scopes = [scope for role, scope in grants(session, person_id) if role == Role.COORDINATOR]
    query = select(Organisation.name).where(col(Organisation.id).in_(scopes)).order_by(col(Organisation.id))
    return [{"organisation": name} for name in session.exec(query)]


def show_invitations(session: Session, person_id: int) -> list[dict[str, Any]]:
    """Return the invitations a person made or used, for /mydata."""
    mine = or_(col(Invitation.created_by) == person_id, col(Invitation.used_by) == person_id)
    return [
        {
            "you": "made it" if row.created_by == person_id else "used it",
            **row.model_dump(mode="json", include={"role", "created_at", "expires_at", "used_at"}),
        }
        for row in session.exec(select(Invitation).where(mine).order_by(col(Invitation.id)))
    ]


def erase_invitations(uow: UnitOfWork, person_id: int) -> None:
    """End a person's open invitations and take her out of the used ones."""
    _end_invitations(uow, person_id)
    for column in (Invitation.created_by, Invitation.used_by):
        mine = col(column) == person_id
        uow.session.execute(update(Invitation).where(mine).values({col(column): None}))


def _hash(keyring: Keyring, token: str) -> str:
    return keyring.hash("invitation", token)


def _note_wrong_try(uow: UnitOfWork, person_id: int) -> None:
    old = col(WrongTry.at) <= uow.now - rules.TRIES_WITHIN
    uow.session.execute(delete(WrongTry).where(col(WrongTry.person_id) == person_id, old))
    uow.session.add(WrongTry(person_id=person_id, at=uow.now))
    uow.session.flush()


def _use(uow: UnitOfWork, invitation: Invitation, person_id: int) -> bool:
    """Mark an invitation used; False if somebody was faster."""
    free = (
        update(Invitation)
        .where(col(Invitation.id) == invitation.id, col(Invitation.used_at).is_(None))
        .values(used_at=uow.now, used_by=person_id)
    )
    return bool(uow.session.execute(free).rowcount == 1)  # type: ignore[attr-defined]


def _tell_of_new_one(uow: UnitOfWork, invitation: Invitation, person_id: int) -> None:
    if invitation.role == Role.ADMIN:
        others = queries.admins(uow.session)
    else:
        others = coordinators(uow.session, invitation.organisation_id or 0)
    for other in others:
        if other.key != person_id:
            key = f"organisation.coordinator_joined:{invitation.id}"
            uow.outbox.tell(other, Message("organisation.coordinator_joined", key, {"id": invitation.id}))


def _end_invitations(uow: UnitOfWork, person_id: int, organisation_id: int | None = None) -> None:
    query = delete(Invitation).where(col(Invitation.created_by) == person_id, col(Invitation.used_at).is_(None))
    if organisation_id is not None:
        query = query.where(col(Invitation.organisation_id) == organisation_id)
    uow.session.execute(query)
