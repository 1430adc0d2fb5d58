"""Invitations, coordinators and places on real databases."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest
from sqlmodel import select

from bot.core.clock import FixedClock
from bot.core.keyring import Keyring
from bot.core.outbox import Outgoing, Verb
from bot.core.person import Person, Role, coordinators, grant, grants
from bot.core.refusal import Gone, NotAllowed
from bot.core.store import Store
from bot.features.organisations import queries
from bot.features.organisations.models import Invitation, Organisation, Place, WrongTry
from bot.features.organisations.services import (
    accept_invitation,
    add_place,
    create_invitation,
    on_unreachable,
    remove_coordinator,
)

KEYRING = Keyring("a secret for tests")


def person(store: Store, telegram_id: int, *held: tuple[Role, int]) -> int:
    with store.unit_of_work() as uow:
        made = Person(telegram_id=telegram_id, name=f"P{telegram_id}", created_at=uow.now, seen_at=uow.now)
        uow.session.add(made)
        uow.session.flush()
        for role, scope in held:
            grant(uow.session, made.key, role, scope, uow.now)
        return made.key


def organisation(store: Store, key: str = "caritas") -> int:
    with store.unit_of_work() as uow:
        made = Organisation(key=key, name=key.title())
        uow.session.add(made)
        uow.session.flush()
        return made.number


def invite(store: Store, role: Role, scope: int | None, by: int | None = None) -> str:
    with store.unit_of_work() as uow:
        return create_invitation(uow, KEYRING, role, scope, by)


def accepts(store: Store, person_id: int, token: str) -> bool:
    with store.unit_of_work() as uow:
        return accept_invitation(uow, KEYRING, person_id, token) is not None


def held_by(store: Store, person_id: int) -> frozenset[tuple[Role, int]]:
    with store.read() as session:
        return grants(session, person_id)


def told(store: Store, person_id: int) -> list[str]:
    with store.read() as session:
        messages = select(Outgoing.kind).where(Outgoing.person_id == person_id, Outgoing.verb != Verb.COMMANDS)
        return list(session.exec(messages))


def test_an_invitation_gives_its_role_for_its_organisation_alone(store: Store) -> None:
    organisation(store, "stadt")
    caritas = organisation(store)
    anna = person(store, 1)
    assert accepts(store, anna, invite(store, Role.COORDINATOR, caritas))
    assert held_by(store, anna) == {(Role.COORDINATOR, caritas)}


def test_a_link_has_192_random_bits_fits_telegram_and_is_nowhere_in_the_store(store: Store) -> None:
    tokens = {invite(store, Role.COORDINATOR, organisation(store, f"o{n}")) for n in range(20)}
    assert len(tokens) == 20
    with store.read() as session:
        kept = " ".join(str(row.model_dump()) for row in session.exec(select(Invitation)))
    for token in tokens:
        assert len(token) == 32
        assert len(f"inv-{token}") <= 64
        assert set(f"inv-{token}") <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
        assert token not in kept


def test_a_link_works_once(store: Store) -> None:
    caritas = organisation(store)
    anna, berta = person(store, 1), person(store, 2)
    token = invite(store, Role.COORDINATOR, caritas)
    assert accepts(store, anna, token)
    assert not accepts(store, berta, token)
    assert held_by(store, berta) == frozenset()


def test_of_many_who_open_one_link_at_once_exactly_one_gets_in(store: Store) -> None:
    caritas = organisation(store)
    people = [person(store, number) for number in range(1, 9)]
    for _ in range(3):
        token = invite(store, Role.COORDINATOR, caritas)
        outside = [one for one in people if not held_by(store, one)]
        with ThreadPoolExecutor(4) as pool:
            got_in = list(pool.map(partial(accepts, store, token=token), outside))
        assert sum(got_in) == 1


def test_whoever_has_the_right_already_leaves_the_link_to_her_colleague(store: Store) -> None:
    caritas = organisation(store)
    anna, berta = person(store, 1, (Role.COORDINATOR, caritas)), person(store, 2)
    token = invite(store, Role.COORDINATOR, caritas, anna)
    assert accepts(store, anna, token)
    assert accepts(store, berta, token)


def test_a_link_ends_after_seven_days(store: Store, clock: FixedClock) -> None:
    caritas = organisation(store)
    anna, berta = person(store, 1), person(store, 2)
    early, late = invite(store, Role.COORDINATOR, caritas), invite(store, Role.COORDINATOR, caritas)
    clock.jump(timedelta(days=7) - timedelta(seconds=1))
    assert accepts(store, anna, early)
    clock.jump(timedelta(seconds=1))
    assert not accepts(store, berta, late)


def test_after_five_wrong_links_even_a_good_one_is_refused_for_an_hour(store: Store, clock: FixedClock) -> None:
    anna, berta = person(store, 1), person(store, 2)
    token = invite(store, Role.COORDINATOR, organisation(store))
    for _ in range(5):
        assert not accepts(store, anna, "x" * 32)
        clock.jump(timedelta(minutes=1))
    assert not accepts(store, anna, token)
    assert held_by(store, anna) == frozenset()
    clock.jump(timedelta(minutes=56))
    assert accepts(store, anna, token)
    assert not accepts(store, berta, token)


def test_old_wrong_tries_are_not_kept(store: Store, clock: FixedClock) -> None:
    anna = person(store, 1)
    for _ in range(3):
        assert not accepts(store, anna, "x" * 32)
        clock.jump(timedelta(hours=2))
    with store.read() as session:
        assert len(session.exec(select(WrongTry)).all()) == 1


def test_the_key_of_another_house_opens_nothing(store: Store) -> None:
    anna = person(store, 1)
    token = invite(store, Role.COORDINATOR, organisation(store))
    with store.unit_of_work() as uow:
        assert accept_invitation(uow, Keyring("another secret"), anna, token) is None


@pytest.mark.parametrize("wish", ["other organisation", "admin", "own organisation"])
def test_coordinators_invite_to_their_own_organisation_only(store: Store, wish: str) -> None:
    stadt, caritas = organisation(store, "stadt"), organisation(store)
    anna = person(store, 1, (Role.COORDINATOR, caritas))
    if wish == "own organisation":
        assert invite(store, Role.COORDINATOR, caritas, anna)
        return
    role, scope = (Role.ADMIN, None) if wish == "admin" else (Role.COORDINATOR, stadt)
    with pytest.raises(NotAllowed):
        invite(store, role, scope, anna)


def test_volunteers_invite_nobody(store: Store) -> None:
    caritas = organisation(store)
    with pytest.raises(NotAllowed):
        invite(store, Role.COORDINATOR, caritas, person(store, 1))


def test_admins_invite_everywhere_and_other_admins(store: Store) -> None:
    caritas = organisation(store)
    root, anna = person(store, 1, (Role.ADMIN, 0)), person(store, 2)
    assert invite(store, Role.COORDINATOR, caritas, root)
    assert accepts(store, anna, invite(store, Role.ADMIN, None, root))
    assert held_by(store, anna) == {(Role.ADMIN, 0)}
    assert told(store, root) == ["organisation.coordinator_joined"]


def test_nobody_is_invited_to_an_organisation_that_is_not_there(store: Store) -> None:
    with pytest.raises(Gone):
        invite(store, Role.COORDINATOR, 99)


def test_colleagues_hear_of_a_new_coordinator_and_others_do_not(store: Store) -> None:
    stadt, caritas = organisation(store, "stadt"), organisation(store)
    anna, cem = person(store, 1, (Role.COORDINATOR, caritas)), person(store, 2, (Role.COORDINATOR, stadt))
    berta = person(store, 3)
    accepts(store, berta, invite(store, Role.COORDINATOR, caritas))
    assert told(store, anna) == ["organisation.coordinator_joined"]
    assert told(store, berta) == told(store, cem) == []


def test_a_removed_coordinator_loses_her_right_and_her_open_invitations(store: Store) -> None:
    caritas = organisation(store)
    root, anna, berta = person(store, 1, (Role.ADMIN, 0)), person(store, 2), person(store, 3)
    accepts(store, anna, invite(store, Role.COORDINATOR, caritas))
    token = invite(store, Role.COORDINATOR, caritas, anna)
    with store.unit_of_work() as uow:
        remove_coordinator(uow, root, anna, caritas)
    assert held_by(store, anna) == frozenset()
    assert "organisation.coordinator_removed" in told(store, anna)
    assert not accepts(store, berta, token)


def test_only_admins_remove_and_only_who_is_there(store: Store) -> None:
    caritas = organisation(store)
    root, anna = person(store, 1, (Role.ADMIN, 0)), person(store, 2, (Role.COORDINATOR, caritas))
    with pytest.raises(NotAllowed), store.unit_of_work() as uow:
        remove_coordinator(uow, anna, anna, caritas)
    with pytest.raises(Gone), store.unit_of_work() as uow:
        remove_coordinator(uow, root, root, caritas)
    assert held_by(store, anna) == {(Role.COORDINATOR, caritas)}


def test_coordinators_enter_places_for_their_own_organisation_only(store: Store) -> None:
    stadt, caritas = organisation(store, "stadt"), organisation(store)
    anna = person(store, 1, (Role.COORDINATOR, caritas))
    with store.unit_of_work() as uow:
        add_place(uow, anna, Place(organisation_id=caritas, name="Café"))
        uow.session.add(Place(name="Centre"))
    for scope in (stadt, None):
        with pytest.raises(NotAllowed), store.unit_of_work() as uow:
            add_place(uow, anna, Place(organisation_id=scope, name="Town hall"))
    with store.read() as session:
        assert [place.name for place in queries.places_for(session, caritas)] == ["Café", "Centre"]
        assert [place.name for place in queries.places_for(session, stadt)] == ["Centre"]


def test_who_coordinates_what_is_read_from_the_store(store: Store) -> None:
    stadt, caritas = organisation(store, "stadt"), organisation(store)
    anna, root = person(store, 1, (Role.COORDINATOR, caritas)), person(store, 2, (Role.ADMIN, 0))
    with store.read() as session:
        mine = queries.organisations_of(session, session.get_one(Person, anna))
        all_of_them = queries.organisations_of(session, session.get_one(Person, root))
        assert [one.number for one in mine] == [caritas]
        assert [one.number for one in all_of_them] == [stadt, caritas]
        assert [one.key for one in coordinators(session, caritas)] == [anna]


def test_the_admins_hear_when_the_last_coordinator_cannot_be_written_to(store: Store) -> None:
    caritas = organisation(store)
    root, anna = person(store, 1, (Role.ADMIN, 0)), person(store, 2, (Role.COORDINATOR, caritas))
    with store.unit_of_work() as uow:
        on_unreachable(uow, uow.session.get_one(Person, anna))
    assert told(store, root) == ["organisation.coordinator_unreachable"]
