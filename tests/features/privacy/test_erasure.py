"""Erasing people, remembering it by a keyed hash, and doing it again after a restore."""

from datetime import timedelta

from sqlmodel import select

from bot.app import FEATURES
from bot.core.card import Card
from bot.core.clock import FixedClock
from bot.core.erasure import Erased, Erasure, erase_person, ledger, replay_erasures
from bot.core.inbox import InboxState, Incoming, keep_updates
from bot.core.keyring import Secret, open_keyring
from bot.core.message import Screen, escaped
from bot.core.outbox import Outgoing
from bot.core.person import Person, Role, grant
from bot.core.personal_data import in_order_of_erasure
from bot.core.store import Store
from bot.features.organisations.models import Invitation, Organisation
from bot.features.organisations.services import accept_invitation, create_invitation

ENTRIES = in_order_of_erasure([feature.personal_data for feature in FEATURES])


def person(store: Store, telegram_id: int) -> int:
    with store.unit_of_work() as uow:
        made = Person(telegram_id=telegram_id, name="Anna", created_at=uow.now, seen_at=uow.now)
        uow.session.add(made)
        uow.session.flush()
        return made.key


def erase(store: Store, person_id: int) -> None:
    with store.unit_of_work() as uow:
        erase_person(uow, uow.session.get_one(Person, person_id), ENTRIES)


def update(number: int, sender: int) -> dict[str, object]:
    return {"update_id": number, "message": {"from": {"id": sender}, "text": "Xanthippe"}}


def test_what_she_wrote_and_nobody_handled_is_emptied_and_what_others_wrote_waits(store: Store) -> None:
    anna = person(store, 801)
    with store.unit_of_work() as uow:
        keep_updates(uow.session, [update(1, 801), update(2, 802), update(3, 801)], uow.now)
        dead = uow.session.exec(select(Incoming).where(Incoming.update_id == 3)).one()
        dead.state = InboxState.DEAD
        uow.session.add(dead)
    erase(store, anna)
    with store.read() as session:
        rows = {row.update_id: (row.state, row.sender, bool(row.body)) for row in session.exec(select(Incoming))}
    assert rows == {1: ("done", None, False), 2: ("new", 802, True), 3: ("done", None, False)}


def test_nothing_more_leaves_for_her_chat_and_her_cards_are_forgotten(store: Store) -> None:
    anna, berta = person(store, 801), person(store, 802)
    with store.unit_of_work() as uow:
        for person_id in (anna, berta):
            somebody = uow.session.get_one(Person, person_id)
            uow.outbox.answer(somebody, Screen(escaped("Hello")), origin=f"1.{person_id}")
            uow.outbox.strip(somebody.telegram_id, 7, origin=f"2.{person_id}")
            uow.session.add(
                Card(person_id=person_id, chat_id=somebody.telegram_id, message_id=1, kind="shift", entity=1)
            )
    erase(store, anna)
    with store.read() as session:
        assert set(session.exec(select(Outgoing.chat_id))) == {802}
        assert set(session.exec(select(Card.chat_id))) == {802}


def test_a_coordinator_who_is_erased_leaves_no_trace_in_invitations_and_colleagues_hear_of_it(store: Store) -> None:
    anna, berta = person(store, 801), person(store, 802)
    with store.unit_of_work() as uow:
        uow.session.add(Organisation(key="caritas", name="Caritas"))
        uow.session.flush()
        keyring = open_keyring(uow.session)
        grant(uow.session, berta, Role.COORDINATOR, 1, uow.now)
        accept_invitation(uow, keyring, anna, create_invitation(uow, keyring, Role.COORDINATOR, 1, berta))
        create_invitation(uow, keyring, Role.COORDINATOR, 1, anna)
    erase(store, anna)
    with store.read() as session:
        invitation = session.exec(select(Invitation)).one()
        assert (invitation.created_by, invitation.used_by) == (berta, None)
        kinds = set(session.exec(select(Outgoing.kind).where(Outgoing.person_id == berta)))
        assert "organisation.coordinator_left" in kinds


def test_the_ledger_holds_no_telegram_id_and_forgets_after_ninety_days(store: Store, clock: FixedClock) -> None:
    erase(store, person(store, 7012345678901))
    with store.read() as session:
        row = session.exec(select(Erasure)).one()
        assert "7012345678901" not in str(row.model_dump())
        assert row.at == clock.now()
    clock.jump(timedelta(days=91))
    erase(store, person(store, 802))
    with store.read() as session:
        assert [row.at for row in session.exec(select(Erasure))] == [clock.now()]


def test_a_restore_does_not_bring_erased_people_back_but_keeps_those_who_returned(
    store: Store, clock: FixedClock
) -> None:
    anna, berta = person(store, 801), person(store, 802)
    clock.jump(timedelta(hours=1))
    erase(store, anna)
    erase(store, berta)
    with store.read() as session:
        kept = ledger(session)
    clock.jump(timedelta(hours=1))
    # As after a restore: Anna is there as in the backup, Berta came back later, Cem was never erased; new keys.
    person(store, 802)
    with store.unit_of_work() as uow:
        long_ago = uow.now - timedelta(days=1)
        for number in (801, 803):
            uow.session.add(Person(telegram_id=number, created_at=long_ago, seen_at=long_ago))
        uow.session.add(Secret(value="of the generation after the restore"))
    with store.unit_of_work() as uow:
        assert replay_erasures(uow, kept, ENTRIES) == 1
    with store.read() as session:
        assert set(session.exec(select(Person.telegram_id))) == {802, 803}


def test_a_strange_ledger_erases_nobody(store: Store, clock: FixedClock) -> None:
    person(store, 801)
    with store.unit_of_work() as uow:
        open_keyring(uow.session)
        assert replay_erasures(uow, [Erased("0" * 64, clock.now())], ENTRIES) == 0
